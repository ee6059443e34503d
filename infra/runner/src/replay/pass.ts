import { setImmediate as turn } from "node:timers/promises";
import {
  planReplay,
  readReplayContents,
  readReplayPage,
  type ReplayHour,
  type ReplayPage,
  type StoredFact,
} from "@molva/aggregator";
import type { Model } from "@molva/classifier";
import { FACTS, millisOf, type Fact, type Instant } from "@molva/contracts";
import { z } from "zod";
import type { Runtime } from "../runtime.ts";
import { suppressedAuthors } from "../suppression.ts";
import { NOTHING_YET, tallied, type Compared, type Tally } from "./tally.ts";

/** What a pass goes over: the mentions of a brand whose date lies in `[from, to)`, as the log had them at `asOf`. */
interface Passage {
  readonly brand: string;
  readonly from: Instant | null;
  readonly to: Instant | null;
  readonly asOf: Instant;
}

export interface PassOptions {
  readonly runtime: Runtime;
  readonly model: Model;
  readonly passage: Passage;
  /**
   * `label`: what the model has not labelled is labelled, and how far it came is kept. `try`: nothing is written, neither facts nor how far it
   * came. `look`: nor is anything asked of the model; what it has not labelled is found as `taken`.
   */
  readonly mode: "label" | "try" | "look";
  readonly signal: AbortSignal;
  /** Mentions read at a time, unless one hour alone has more. */
  readonly page?: number;
  /** Mentions met since this call began, of how many there are left for it. */
  readonly onProgress?: (met: number, of: number) => void;
}

const PAGE = 4_000;
/** Facts published at a time. */
const BATCH = 1_000;
/** Texts between two turns of the event loop, as in the classifier's stage. */
const CHUNK = 32;

const LATEST_HOUR = 0xffff_ffff - (0xffff_ffff % 3600);
const FIRST_HOUR = 3600;
const FOREVER = 9_000_000_000_000;

const kept = z.object({ asOf: z.string(), hour: z.int(), tally: z.custom<Tally>() });

/** A second call with the same model, brand and range goes on where the first was killed. */
const keyOf = (model: string, { brand, from, to }: Passage): string =>
  `replay/${model}/${from ?? ""}/${to ?? ""}/${brand}`;

const hourAt = (millis: number): number =>
  Math.min(Math.max(Math.floor(millis / 3_600_000) * 3600, FIRST_HOUR), LATEST_HOUR);

const pageOf = ({ brand, from, to, asOf }: Passage): ReplayPage => {
  const [start, end] = [from === null ? 0 : millisOf(from), to === null ? FOREVER : millisOf(to)];
  return { brand, lo: hourAt(start), hi: hourAt(end), from: start, to: end, asOf: millisOf(asOf) };
};

const pagesOf = (hours: readonly ReplayHour[], most: number): readonly (readonly ReplayHour[])[] => {
  const pages: ReplayHour[][] = [];
  let size = Infinity;
  for (const hour of hours) {
    if (size + hour.mentions > most) {
      pages.push([]);
      size = 0;
    }
    pages.at(-1)?.push(hour);
    size += hour.mentions;
  }
  return pages;
};

type Content = Extract<Fact, { readonly type: "content" }>;

/** What is told of a mention stays; the label, and what belongs to it, is the model's. */
const labelledBy = async (
  { model, runtime: { nameOf, topicsOf: topicsBy }, signal }: PassOptions,
  stored: readonly StoredFact[],
): Promise<Content[]> => {
  const { contentFact, slowAnswers } = await import("@molva/classifier");
  const topicsOf = await topicsBy();
  const facts: Content[] = [];
  const answers = await slowAnswers(
    stored.map(({ mention }) => mention),
    () => model,
    nameOf,
    signal,
  );
  for (const [i, { mention, observedAt, input, language, group }] of stored.entries()) {
    if (i % CHUNK === CHUNK - 1) {
      await turn();
      signal.throwIfAborted();
    }
    facts.push({
      ...contentFact(mention, observedAt, model, { nameOf, topicsOf, answer: answers.get(i) }),
      input,
      language,
      group,
    });
  }
  return facts;
};

/** Erased authors' words stay erased, also when they were erased while the page was being read. */
const notSuppressed = async (runtime: Runtime, facts: readonly Content[]): Promise<readonly Content[]> => {
  const list = await suppressedAuthors(runtime.checkpoints);
  if (list.length === 0) return facts;
  const authors = new Set(list.map(({ author }) => author));
  const mentions = new Set(list.flatMap((entry) => entry.mentions));
  return facts.filter(
    ({ mention }) => !mentions.has(mention.mentionId) && !authors.has(mention.authorHash ?? "nobody"),
  );
};

const compared = async (options: PassOptions, page: ReplayPage): Promise<readonly Compared[]> => {
  const { runtime, model, mode } = options;
  const mentions = await readReplayPage(runtime.store, page, model.name);
  const without = mode === "look" ? [] : mentions.filter(({ other }) => other === null);
  const stored = await readReplayContents(runtime.store, page, without);
  const facts = await labelledBy(options, stored);
  const allowed = await notSuppressed(runtime, facts);
  if (mode === "label")
    for (let from = 0; from < allowed.length; from += BATCH)
      await runtime.bus.publish(FACTS, "backfill", allowed.slice(from, from + BATCH));
  const said = new Map(allowed.map(({ mention, sentiment }) => [mention.mentionId as string, sentiment.label]));
  return mentions.map((mention) => ({ ...mention, said: mention.other ?? said.get(mention.id) ?? null }));
};

export interface Passed {
  readonly asOf: Instant;
  readonly tally: Tally;
}

/**
 * Labels what the model has not labelled yet, oldest first, and counts what changes. Every page's facts are durable before the next is read and
 * before its place is kept, so a killed pass goes on there, as of the same point of the log; labelled twice is labelled once.
 * Resolves when the log has the facts, not yet the numbers.
 */
export const passOver = async (options: PassOptions): Promise<Passed> => {
  const { runtime, model, passage, mode, signal } = options;
  const write = mode === "label";
  const key = keyOf(model.name, passage);
  const found = write ? kept.safeParse(await runtime.checkpoints.read(key)) : null;
  const before = found?.success === true ? found.data : null;
  const asOf = (before?.asOf ?? passage.asOf) as Instant;
  const whole = pageOf({ ...passage, asOf });
  const hours = await planReplay(runtime.store, { ...whole, lo: Math.max(whole.lo, (before?.hour ?? 0) + 3600) });
  const of = hours.reduce((sum, { mentions }) => sum + mentions, 0);
  let tally: Tally = before?.tally ?? NOTHING_YET;
  let met = 0;
  for (const page of pagesOf(hours, options.page ?? PAGE)) {
    signal.throwIfAborted();
    const [lo, hi] = [page[0]?.hour ?? 0, page.at(-1)?.hour ?? 0];
    tally = tallied(tally, await compared(options, { ...whole, lo, hi }));
    if (write) await runtime.checkpoints.write({ [key]: { asOf, hour: hi, tally } });
    met += page.reduce((sum, { mentions }) => sum + mentions, 0);
    options.onProgress?.(met, of);
  }
  if (write) await runtime.checkpoints.write({ [key]: null });
  return { asOf, tally };
};
