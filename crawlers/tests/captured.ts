import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { isPipelineError, mentionSchema, type Instant } from "@molva/contracts";
import { sources } from "../src/index.ts";
import { mentionOf, nativeKeyOfDraft } from "../src/round/mention.ts";
import type { Draft, PageRequest, ParsedPage, Source } from "../src/source.ts";

/** Responses captured by others: real, not ours to keep, so they lie beside the repository or not at all. */
const folder = fileURLToPath(new URL("../../../shared/fixtures/", import.meta.url));
export const present = existsSync(folder);

export const bytesOf = (path: string): Uint8Array => readFileSync(join(folder, path));
export const textOfFile = (path: string): string => readFileSync(join(folder, path), "utf8");
export const jsonOf = (path: string): any => JSON.parse(textOfFile(path));

export const FETCHED = "2026-11-22T00:00:00.000Z" as Instant;

interface Reading {
  readonly source: string;
  readonly target?: Readonly<Record<string, unknown>>;
  readonly body: Uint8Array | string;
  readonly url?: string;
  readonly contentType?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly fetchedAt?: Instant;
  readonly zone?: string;
}

export const sourceOf = (id: string): Source<unknown> => sources.find((source) => source.id === id) as Source<unknown>;

/** What a source reads in a response, as the crawler would ask it. */
export const reading = ({
  source: id,
  target,
  body,
  url,
  contentType,
  headers,
  fetchedAt,
  zone,
}: Reading): ParsedPage => {
  const source = sourceOf(id);
  const options = source.target.parse(target ?? source.example);
  const credentials = Object.fromEntries(source.credentials.map((name) => [name, "a-key"]));
  const first = source.start(options, { since: null, credentials })[0] as PageRequest;
  return source.parse(
    {
      request: { ...first, url: url ?? first.url },
      finalUrl: url ?? first.url,
      status: 200,
      headers: { "content-type": contentType ?? "application/json; charset=utf-8", ...headers },
      body: typeof body === "string" ? Buffer.from(body) : body,
      fetchedAt: fetchedAt ?? FETCHED,
    },
    options,
    { zone: zone ?? "UTC" },
  );
};

export const codeOf = (run: () => ParsedPage): string => {
  try {
    return `${run().drafts.length} mentions`;
  } catch (error) {
    return isPipelineError(error) ? error.code : String(error);
  }
};

/** Drafts whose mentions the contract would refuse, and keys that two of them share: both must be none. */
export const faultsOf = ({ drafts }: ParsedPage): readonly string[] => {
  const keys = drafts.map(nativeKeyOfDraft);
  const invalid = drafts.filter((draft) => !mentionSchema.safeParse(mentionFrom(draft)).success);
  return [...keys.filter((key, i) => keys.indexOf(key) !== i), ...invalid.map(nativeKeyOfDraft)];
};

const mentionFrom = (draft: Draft): unknown =>
  mentionOf(
    draft,
    { brandId: "brand" as never, sourceId: "source" as never, mentionId: "0".repeat(32) as never },
    draft.publishedAt ?? { at: FETCHED, precision: "second", from: "fetch", clamped: false },
    FETCHED,
    () => "0".repeat(32),
  );
