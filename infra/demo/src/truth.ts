import { millisOf, type Instant } from "@molva/contracts";
import { createArchive, DEFAULT_SEED } from "./archive.ts";
import { CHANNELS, type Channel } from "./brands.ts";
import { pathOf, shownAt, tagOf, type Shown, type Wording } from "./posting.ts";
import type { Language } from "./words/stock.ts";

/** One mention that a crawler must find, with what its writer meant. Never served by the site. */
export interface DemoTruth {
  /** What the pages print as its identity. */
  readonly nativeId: string;
  readonly brandId: string;
  readonly sourceId: "rss" | "web-reviews";
  readonly channel: Channel;
  readonly path: string;
  readonly language: Language;
  readonly publishedAt: number;
  readonly editedAt: number | null;
  readonly title: string | null;
  readonly text: string;
  readonly rating: number | null;
  readonly label: Wording["label"];
  readonly manner: Wording["manner"];
  readonly copyOf: string | null;
  readonly replied: boolean;
}

const truthOf = (shown: Shown): readonly DemoTruth[] =>
  shown.posting.brandIds.map((brandId) => ({
    nativeId: tagOf(shown.posting),
    brandId,
    sourceId: shown.posting.channel === "reviews" || shown.posting.channel === "owners" ? "web-reviews" : "rss",
    channel: shown.posting.channel,
    path: pathOf(shown.posting),
    language: shown.posting.language,
    publishedAt: shown.posting.at,
    editedAt: shown.editedAt,
    title: shown.wording.title,
    text: shown.wording.text,
    rating: shown.wording.rating,
    label: shown.wording.label,
    manner: shown.wording.manner,
    copyOf: shown.posting.copyOf,
    replied: shown.reply !== null,
  }));

/** All mentions that stand on the site at `now`, oldest first within a channel: one for each brand that a text speaks of. */
export const demoTruth = (options: {
  readonly anchor: Instant;
  readonly seed?: number;
  readonly now: Instant;
}): readonly DemoTruth[] => {
  const archive = createArchive({ anchor: options.anchor, seed: options.seed ?? DEFAULT_SEED });
  const now = millisOf(options.now);
  return CHANNELS.flatMap((channel) => archive.written(channel, null, now))
    .map((posting) => shownAt(posting, now))
    .filter((shown) => shown !== null)
    .flatMap(truthOf);
};
