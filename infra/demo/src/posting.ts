import type { BrandId, GivenLabel } from "@molva/contracts";
import type { Channel } from "./brands.ts";
import type { Language } from "./words/stock.ts";

/** What a person reads, and what its writer meant. */
export interface Wording {
  readonly title: string | null;
  /** Empty for a rating without words; paragraphs are parted by an empty line. */
  readonly text: string;
  /** 1…5, or null. */
  readonly rating: number | null;
  /** Never on a page. A text that weighs good against bad is `neutral`; no text is `unscored`. */
  readonly label: GivenLabel;
  readonly manner: "plain" | "mixed" | "sarcastic" | "trouble" | "news" | "stars-only";
}

/** One posting with all that will ever happen to it. Times in milliseconds since 1970. */
export interface Posting {
  readonly id: string;
  readonly channel: Channel;
  /** Usually one; two for joint news, none for news about others. The first one's listing shows it. */
  readonly brandIds: readonly BrandId[];
  readonly language: Language;
  readonly author: string;
  readonly at: number;
  /** The page prints the day only. */
  readonly dayOnly: boolean;
  readonly wording: Wording;
  readonly edit: { readonly at: number; readonly wording: Wording } | null;
  readonly reply: { readonly at: number; readonly text: string } | null;
  readonly removedAt: number | null;
  /** The posting that it repeats with small changes. */
  readonly copyOf: string | null;
}

/** A posting as it stands at one moment. */
export interface Shown {
  readonly posting: Posting;
  readonly wording: Wording;
  readonly editedAt: number | null;
  readonly reply: { readonly at: number; readonly text: string } | null;
}

/** Null when it is not yet written or already taken down. */
export const shownAt = (posting: Posting, now: number): Shown | null => {
  if (posting.at > now || (posting.removedAt !== null && posting.removedAt <= now)) return null;
  const edit = posting.edit !== null && posting.edit.at <= now ? posting.edit : null;
  const reply = posting.reply !== null && posting.reply.at <= now ? posting.reply : null;
  return {
    posting,
    wording: edit?.wording ?? posting.wording,
    editedAt: edit?.at ?? null,
    reply,
  };
};

/** When the postings of a page last changed by `now`, removals included; null when nothing was written yet. */
export const latestChange = (postings: readonly Posting[], now: number): number | null => {
  const times = postings
    .flatMap((posting) => [posting.at, posting.edit?.at, posting.reply?.at, posting.removedAt])
    .filter((at) => typeof at === "number" && at <= now) as number[];
  return times.length === 0 ? null : times.reduce((latest, at) => Math.max(latest, at));
};

/** The identity that the pages print: it holds neither port nor host. */
export const tagOf = (posting: Posting): string => `tag:demo.molva,2026:${posting.channel}/${posting.id}`;

/** Where a person reads it, from the site's root. */
export const pathOf = (posting: Posting): string =>
  posting.channel === "reviews"
    ? `/reviews/${posting.brandIds[0] ?? "none"}/${posting.id}`
    : `/${posting.channel}/read/${posting.id}`;
