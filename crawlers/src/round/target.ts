import { createHash } from "node:crypto";
import type { Brand, Target } from "@molva/contracts";
import { PipelineError } from "@molva/contracts";
import type { Source } from "../source.ts";

/** JSON with sorted keys: equal options give equal text, however they were written. */
export const canonicalJson = (value: unknown): string => {
  if (typeof value !== "object" || value === null) return JSON.stringify(value) ?? "null";
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(",")}]`;
  const parts = value as Readonly<Record<string, unknown>>;
  let written = "";
  // oxlint-disable-next-line no-array-sort -- the list of keys is ours; every mention passes here
  for (const key of Object.keys(parts).sort()) {
    const part = parts[key];
    if (part !== undefined) written += `${written === "" ? "" : ","}${JSON.stringify(key)}:${canonicalJson(part)}`;
  }
  return `{${written}}`;
};

/** The first 64 bits of SHA-256, as 16 hex digits. */
export const shortHash = (text: string | Uint8Array): string =>
  createHash("sha256").update(text).digest("hex").slice(0, 16);

/** The stable key of (source, options): 16 hex digits. Options are those that the source's schema returned. */
export const targetKey = (sourceId: string, options: unknown): string => shortHash(canonicalJson([sourceId, options]));

export interface Interest {
  readonly brand: Brand;
  readonly match: Target["match"];
}

/** One place to crawl, with every brand that wants what stands there. */
export interface CrawlTarget {
  readonly key: string;
  readonly source: Source<unknown>;
  /** As the source's schema returned them. */
  readonly options: unknown;
  readonly title: string;
  readonly interests: readonly Interest[];
  /** Milliseconds between two rounds, the shortest that a brand asks for; null: what goes for its source. */
  readonly every: number | null;
}

/**
 * Equal targets of several brands become one.
 * @throws {PipelineError} `CONFIG_INVALID` for an unknown source or options that its schema refuses.
 */
export const crawlTargets = (brands: readonly Brand[], sources: readonly Source<unknown>[]): readonly CrawlTarget[] => {
  const found = new Map<string, CrawlTarget>();
  for (const brand of brands) {
    for (const target of brand.targets) {
      const source = sources.find(({ id }) => id === target.source);
      if (source === undefined) {
        throw new PipelineError(
          `${brand.id}: there is no source "${target.source}". Known: ${sources.map(({ id }) => id).join(", ")}`,
          {
            code: "CONFIG_INVALID",
            recovery: "exit",
          },
        );
      }
      const options = source.target.safeParse(target.options);
      if (!options.success) {
        throw new PipelineError(
          `${brand.id}: a target of ${source.id} is wrong: ${options.error.issues[0]?.message ?? "invalid"}`,
          {
            code: "CONFIG_INVALID",
            recovery: "exit",
            cause: options.error,
          },
        );
      }
      const key = targetKey(source.id, options.data);
      const same = found.get(key);
      const interests = [...(same?.interests ?? []), { brand, match: target.match }];
      const asked = [same?.every, target.every].filter((every) => typeof every === "number");
      found.set(key, {
        key,
        source,
        options: options.data,
        title: source.titleOf(options.data),
        interests,
        every: asked.length === 0 ? null : Math.min(...asked),
      });
    }
  }
  return [...found.values()];
};
