import type { z } from "zod";
import { challengeIn } from "../read/challenge.ts";
import { decodeText } from "../read/charset.ts";
import type { Draft, Page } from "../source.ts";
import { blockedBy, layoutChanged } from "./layout-changed.ts";

/** A document that began and never ended; what is optional in HTML these sites always write. */
const isCutOff = (text: string): boolean =>
  /<html[\s>]/i.test(text.slice(0, 3000)) && !/<\/html\s*>/i.test(text.slice(-5000));

/** A page as text. @throws {PipelineError} `SOURCE_BLOCKED` when it is a robot check, `SOURCE_LAYOUT_CHANGED` when it was cut off. */
export const textOf = (sourceId: string, page: Page): string => {
  const { text } = decodeText(page.body, page.headers["content-type"] ?? "");
  const gate = challengeIn(text);
  if (gate !== null) throw blockedBy(sourceId, page, gate);
  if (isCutOff(text)) throw layoutChanged(sourceId, page, "the page was cut off before its end");
  return text;
};

/** Google's guard against being run as a script, and a byte order mark. */
const GUARD = /^\ufeff?\s*(?:\)\]\}'[^\n]*\n)?/;

/**
 * The JSON of an API's answer, as its schema sees it.
 * @throws {PipelineError} `SOURCE_BLOCKED` for a robot check, `SOURCE_LAYOUT_CHANGED` for anything else that does not fit.
 */
export const readJson = <T>(sourceId: string, page: Page, schema: z.ZodType<T>): T => {
  const { text } = decodeText(page.body, page.headers["content-type"] ?? "");
  let json: unknown;
  try {
    json = JSON.parse(text.replace(GUARD, "")) as unknown;
  } catch (error) {
    const gate = challengeIn(text);
    if (gate !== null) throw blockedBy(sourceId, page, gate);
    throw layoutChanged(sourceId, page, `${whatItIs(text)}. The interface may have moved, or refuse us`, error);
  }
  const read = schema.safeParse(json);
  if (read.success) return read.data;
  const [issue] = read.error.issues;
  const why = `${issue?.path.join(".") || "it"}: ${issue?.message ?? "unknown"}`;
  throw layoutChanged(sourceId, page, `the answer has another shape (${why})`, read.error);
};

/** The first words of what came instead of JSON, fit for a log line; of JSON that was cut off none, for it quotes people. */
const whatItIs = (text: string): string => {
  if (/^\s*[[{]/.test(text)) return "this is no whole JSON";
  const words = text.slice(0, 400).replace(/[^\p{L}\p{N}\p{P}\p{S} ]+/gu, " ");
  return `this is no JSON but "${words.trim().slice(0, 80)}"`;
};

/**
 * The items of a list that fit their schema. A few that do not are left out, as the site's own slips.
 * @throws {PipelineError} `SOURCE_LAYOUT_CHANGED` when it is more than half of them: then it is the list that changed.
 */
export const readItems = <T>(
  sourceId: string,
  page: Page,
  items: readonly unknown[],
  schema: z.ZodType<T>,
): readonly T[] => {
  const read = items.flatMap((item) => {
    const one = schema.safeParse(item);
    return one.success ? [one.data] : [];
  });
  if (read.length * 2 >= items.length) return read;
  throw layoutChanged(sourceId, page, `${items.length - read.length} of ${items.length} entries cannot be read`);
};

/** Each id once, in the order of the page; of several states the one edited last. */
export const onceEach = (drafts: readonly Draft[]): readonly Draft[] => {
  const best = new Map<string, Draft>();
  for (const draft of drafts) {
    const key = draft.nativeId ?? `#${best.size}`;
    const known = best.get(key);
    if (known === undefined || (draft.editedAt?.at ?? "") > (known.editedAt?.at ?? "")) best.set(key, draft);
  }
  return [...best.values()];
};
