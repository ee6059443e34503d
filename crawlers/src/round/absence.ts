import type { BrandId, Instant, MentionId } from "@molva/contracts";
import type { Known, Ledger } from "./ledger.ts";

/** What a round without an error has looked at. */
export interface Looked {
  readonly seen: ReadonlySet<string>;
  /** Those that read this target now; what others once read is not ours to judge. */
  readonly brands: ReadonlySet<string>;
  /** The source's own count says that all there is was seen. */
  readonly whole: boolean;
  /** All that is newer than this was on the pages, without a gap; null: nobody vouches for that. */
  readonly back: Instant | null;
  readonly now: Instant;
}

export interface Missing {
  readonly gone: readonly { readonly id: MentionId; readonly brand: BrandId }[];
  /** Known ones whose doubt begins or ends. */
  readonly marked: readonly (readonly [MentionId, Known])[];
}

/** More than this share missing at once is a fault of the source, not the work of its moderators. */
const TOO_MANY = 0.5;
const ALWAYS_FEW = 3;

const NONE: Missing = { gone: [], marked: [] };

/**
 * Which known mentions the source has taken down. Its own count proves it at once. A stretch of pages without a gap proves it
 * when two rounds in a row miss the mention, for pages shift while they are read; and never when half of the stretch is missing.
 */
export const missingMentions = async (ledger: Pick<Ledger, "allKnown">, looked: Looked): Promise<Missing> => {
  if (looked.seen.size === 0 || (!looked.whole && looked.back === null)) return NONE;
  const gone: { readonly id: MentionId; readonly brand: BrandId }[] = [];
  const marked: (readonly [MentionId, Known])[] = [];
  let looking = 0;
  let missed = 0;
  for await (const [id, known] of ledger.allKnown()) {
    if (!looked.brands.has(known.brand)) continue;
    const { missing: doubt, ...rest } = known;
    if (looked.seen.has(id)) {
      looking++;
      if (doubt !== undefined) marked.push([id, rest]);
      continue;
    }
    const inside = looked.back !== null && known.publishedAt.from === "source" && known.publishedAt.at > looked.back;
    if (!looked.whole && !inside) continue;
    looking++;
    missed++;
    if (looked.whole || doubt !== undefined) gone.push({ id, brand: known.brand as BrandId });
    else marked.push([id, { ...rest, missing: looked.now }]);
  }
  return !looked.whole && missed > Math.max(ALWAYS_FEW, looking * TOO_MANY) ? NONE : { gone, marked };
};
