import type { Source } from "./source.ts";
import { appStore } from "./sources/app-store.ts";
import { twoGis } from "./sources/2gis.ts";
import { bankiRu } from "./sources/banki-ru.ts";
import { bluesky } from "./sources/bluesky.ts";
import { googleNews } from "./sources/google-news.ts";
import { googlePlay } from "./sources/google-play.ts";
import { mastodon } from "./sources/mastodon.ts";
import { telegram } from "./sources/telegram.ts";
import { hackerNews } from "./sources/hacker-news.ts";
import { rss } from "./sources/rss.ts";
import { steam } from "./sources/steam.ts";
import { trustpilot } from "./sources/trustpilot.ts";
import { webReviews } from "./sources/web-reviews.ts";
import { wildberries } from "./sources/wildberries.ts";

/** Every source that crawls. A new one is a file in `sources/`, a folder in `fixtures/` and a line here. */
export const sources: readonly Source<unknown>[] = [
  rss,
  webReviews,
  appStore,
  steam,
  trustpilot,
  twoGis,
  bankiRu,
  wildberries,
  hackerNews,
  mastodon,
  bluesky,
  telegram,
  googleNews,
  googlePlay,
];
