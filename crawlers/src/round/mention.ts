import {
  instantOf,
  mentionIdOf,
  millisOf,
  nativeKeyOf,
  TEXT_LIMIT,
  type BrandId,
  type Instant,
  type Mention,
  type MentionId,
  type SourceDate,
  type SourceId,
} from "@molva/contracts";
import type { Draft } from "../source.ts";
import { canonicalJson, shortHash } from "./target.ts";

/** No longer than `limit` UTF-16 units, and no half of a surrogate pair at the end. */
const cut = (text: string, limit: number): string => {
  if (text.length <= limit) return text;
  const last = text.charCodeAt(limit - 1);
  return text.slice(0, last >= 0xd800 && last <= 0xdbff ? limit - 1 : limit);
};

/** Only links that a page can show without running them. */
const webUrl = (url: string | null): string | null =>
  url !== null && url.length <= 4096 && /^https?:\/\//i.test(url) ? url : null;

/** A date as printed identifies a mention only when it stays: "two days ago" is another text tomorrow. */
const lastingDate = (draft: Draft): string | null => (draft.publishedAt?.from === "source" ? draft.printedDate : null);

/** What tells a mention from all others of its source, whatever brand it is about. */
export const nativeKeyOfDraft = (draft: Draft): string =>
  nativeKeyOf({ ...draft, url: draft.ownUrl, printedDate: lastingDate(draft) });

export const mentionIdOfDraft = (brandId: BrandId, sourceId: SourceId, draft: Draft): MentionId =>
  mentionIdOf(brandId, sourceId, nativeKeyOfDraft(draft));

/** Views and followers grow by the minute: only twice as many is news. */
const magnitude = (reach: number | null): number | null => (reach === null ? null : Math.floor(Math.log2(reach + 1)));

/** What changes when the author edits: everything the source says, but dates that move with the time of the fetch. */
export const contentHash = (draft: Draft): string =>
  shortHash(
    canonicalJson({
      ...draft,
      reach: magnitude(draft.reach),
      printedDate: lastingDate(draft),
      publishedAt: draft.publishedAt?.from === "source" ? draft.publishedAt : null,
    }),
  );

const PRECISION_MS = {
  second: 1000,
  minute: 60_000,
  hour: 3_600_000,
  day: 86_400_000,
  month: 31 * 86_400_000,
  year: 366 * 86_400_000,
};

/** A date after the fetch is the fetch, and flagged. A day that has begun somewhere is not the future: it gets its precision as slack. */
const clamped = (date: SourceDate, observedAt: Instant): SourceDate =>
  millisOf(date.at) > millisOf(observedAt) + (date.precision === "second" ? 0 : PRECISION_MS[date.precision])
    ? { ...date, at: observedAt, clamped: true }
    : millisOf(date.at) > millisOf(observedAt)
      ? { ...date, at: observedAt }
      : date;

/**
 * The publication date that counts, of the one we know and the one a page tells now: a missing one keeps the first
 * fetch, a relative one never moves a known one, and one as coarse or coarser that covers the known one changes nothing.
 */
export const publicationDate = (known: SourceDate | null, told: SourceDate | null, observedAt: Instant): SourceDate => {
  if (told === null) return known ?? { at: observedAt, precision: "second", from: "fetch", clamped: false };
  const date = clamped(told, observedAt);
  if (known === null || known.from === "fetch") return date;
  if (date.from !== "source") return known;
  const start = millisOf(date.at);
  const covers = start <= millisOf(known.at) && millisOf(known.at) < start + PRECISION_MS[date.precision];
  const coarser = PRECISION_MS[date.precision] >= PRECISION_MS[known.precision];
  return covers && coarser && known.from === "source" ? known : date;
};

export const mentionOf = (
  draft: Draft,
  place: { readonly brandId: BrandId; readonly sourceId: SourceId; readonly mentionId: MentionId },
  publishedAt: SourceDate,
  observedAt: Instant,
  hashAuthor: (name: string) => string,
): Mention => ({
  ...place,
  kind: draft.kind,
  url: webUrl(draft.url),
  title: draft.title === null ? null : cut(draft.title, 2000),
  text: cut(draft.text, TEXT_LIMIT),
  rating: draft.rating,
  language: draft.language,
  region: draft.region === null ? null : cut(draft.region, 200),
  authorHash: draft.author === null || draft.author.trim() === "" ? null : hashAuthor(draft.author),
  reach: draft.reach,
  reply: draft.reply === null ? null : { ...draft.reply, text: cut(draft.reply.text, TEXT_LIMIT) },
  publishedAt,
  editedAt: draft.editedAt === null ? null : clamped(draft.editedAt, observedAt),
  extra: draft.extra,
});

/** Whether all of the stretch that a date names lies before the limit. */
export const endsBefore = ({ at, precision }: SourceDate, limit: Instant): boolean =>
  millisOf(at) + PRECISION_MS[precision] <= millisOf(limit);

/** The newest and the oldest publication that the source itself dates; null when it dates none. */
export const spanOf = (
  drafts: readonly Draft[],
  observedAt: Instant,
): { readonly newest: Instant; readonly oldest: Instant } | null => {
  const times = drafts.flatMap(({ publishedAt }) =>
    publishedAt === null ? [] : [millisOf(clamped(publishedAt, observedAt).at)],
  );
  if (times.length === 0) return null;
  return {
    newest: instantOf(times.reduce((a, b) => Math.max(a, b))),
    oldest: instantOf(times.reduce((a, b) => Math.min(a, b))),
  };
};
