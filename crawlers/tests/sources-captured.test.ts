import { describe, expect, it } from "vitest";
import { sources } from "../src/index.ts";
import { bytesOf, codeOf, faultsOf, jsonOf, present, reading, textOfFile } from "./captured.ts";

it.runIf(!present)("../shared/fixtures absent: captured responses were not read", () => expect(present).toBe(false));

/** Seconds since 1970 and ISO dates alike, as milliseconds; null stays null. */
const millis = (value: string | number | null | undefined): number | null =>
  value === null || value === undefined ? null : typeof value === "number" ? value * 1000 : Date.parse(value);

interface Fact {
  readonly id: string;
  readonly at: number | null;
  readonly rating: number | null;
}

/** The three that must come from the raw bytes by a second route: id, date, rating. */
const factsOf = (parsed: ReturnType<typeof reading>): readonly Fact[] =>
  parsed.drafts.map(({ nativeId, publishedAt, rating }) => ({
    id: nativeId ?? "",
    at: publishedAt === null ? null : Date.parse(publishedAt.at),
    rating: rating?.value ?? null,
  }));

describe.runIf(present)("app-store, captured", () => {
  it.each([
    ["497799835_cn_5", "cn", 50],
    ["497799835_cn_10", "cn", 50],
    ["1510826067_gb_1", "gb", 4],
    ["1510826067_gb_2", "gb", 0],
    ["empty_page", "cn", 0],
    ["100000000_gb_1", "gb", 0],
    ["modern-595068606-us-2025-09", "us", 50],
    ["modern-noentries-2025-09", "us", 0],
  ])("%s", (name, country, count) => {
    const path = `appstore/rss-customerreviews-json-${name}.json`;
    const parsed = reading({ source: "app-store", target: { app: "1", country }, body: bytesOf(path) });
    const wanted = (jsonOf(path).feed.entry ?? []).map((entry: any) => ({
      id: entry.id.label,
      at: millis(entry.updated?.label),
      rating: Number(entry["im:rating"].label),
    }));
    expect(factsOf(parsed)).toEqual(wanted);
    expect(parsed.drafts).toHaveLength(count);
    expect(faultsOf(parsed)).toEqual([]);
    expect(parsed.drafts.filter(({ author, text }) => author === null || text === "")).toEqual([]);
  });

  it("goes on while the feed says that there are more pages, whatever its own links lead to", () => {
    const body = bytesOf("appstore/rss-customerreviews-json-modern-595068606-us-2025-09.json");
    const next = (page: number) =>
      reading({
        source: "app-store",
        target: { app: "595068606" },
        body,
        url: `https://itunes.apple.com/us/rss/customerreviews/page=${page}/id=595068606/sortby=mostrecent/json`,
      }).next.map(({ url }) => url);
    expect(next(9)).toEqual([
      "https://itunes.apple.com/us/rss/customerreviews/page=10/id=595068606/sortby=mostrecent/json",
    ]);
    expect(next(10)).toEqual([]);
  });

  it("page 11 is an error; a feed that somebody damaged gives what is whole in it", () => {
    const read = (name: string) => () => reading({ source: "app-store", body: bytesOf(`appstore/${name}`) });
    expect(codeOf(read("rss-customerreviews-page11-error.txt"))).toBe("SOURCE_LAYOUT_CHANGED");
    expect(read("edited-invalid_rating.json")().drafts.map(({ rating }) => rating)).toEqual([null]);
    for (const name of ["entry_author_uri", "links", "feed_author_uri"])
      expect(read(`edited-invalid_${name}.json`)().drafts.length).toBeGreaterThan(0);
  });
});

describe.runIf(present)("steam, captured", () => {
  it.each(["643960", "1000640"])("%s", (app) => {
    const raw = jsonOf(`steam/appreviews-raw-${app}.json`);
    const parsed = reading({ source: "steam", target: { app }, body: bytesOf(`steam/appreviews-raw-${app}.json`) });
    expect(factsOf(parsed)).toEqual(
      raw.reviews.map((review: any) => ({
        id: review.recommendationid,
        at: millis(review.timestamp_created),
        rating: review.voted_up ? 1 : 0,
      })),
    );
    const edited = raw.reviews.filter((review: any) => review.timestamp_updated > review.timestamp_created);
    expect(parsed.drafts.filter(({ editedAt }) => editedAt !== null)).toHaveLength(edited.length);
    const answered = raw.reviews.filter((review: any) => review.developer_response);
    expect(parsed.drafts.filter(({ reply }) => reply !== null)).toHaveLength(answered.length);
    expect(parsed.drafts.filter(({ language }) => language === null)).toEqual([]);
    expect(faultsOf(parsed)).toEqual([]);
    expect(parsed.publicRating).toEqual({
      mean: raw.query_summary.total_positive / raw.query_summary.total_reviews,
      min: 0,
      max: 1,
      count: raw.query_summary.total_reviews,
    });
    expect(new URL(parsed.next[0]?.url ?? "").searchParams.get("cursor")).toBe(raw.cursor);
  });
});

describe.runIf(present)("hacker-news, captured", () => {
  it("a search's stories", () => {
    const path = "hackernews/algolia-search-small.json";
    const parsed = reading({ source: "hacker-news", body: bytesOf(path) });
    const wanted = jsonOf(path).hits.map((hit: any) => ({
      id: hit.objectID,
      at: millis(hit.created_at_i),
      rating: null,
    }));
    expect(factsOf(parsed)).toEqual(wanted);
    expect(wanted.length).toBeGreaterThan(0);
    expect(faultsOf(parsed)).toEqual([]);
    expect(parsed.next).toHaveLength(1);
  });
});

/** The state of a page by the markup alone. */
const nextData = (html: string): any =>
  JSON.parse(/<script id="__NEXT_DATA__"[^>]*>([\s\S]*?)<\/script>/.exec(html)?.[1] ?? "null");
const trustpilotFact = (review: any) => ({
  id: review.id,
  at: millis(review.dates.publishedDate),
  rating: review.rating,
});
const nextPage = (props: unknown): string =>
  `<!doctype html><title>Reviews</title><script id="__NEXT_DATA__" type="application/json">${JSON.stringify({ props: { pageProps: props } }).replaceAll("<", "\\u003c")}</script>`;

describe.runIf(present)("trustpilot, captured", () => {
  it("a page of today: its state, the count and the mean of the whole", () => {
    const html = textOfFile("trustpilot/business-page-debug.html");
    const props = nextData(html).props.pageProps;
    const parsed = reading({
      source: "trustpilot",
      target: { domain: "calo.app/en" },
      body: html,
      contentType: "text/html",
    });
    expect(factsOf(parsed)).toEqual(props.reviews.map(trustpilotFact));
    expect(parsed.drafts.filter(({ reply }) => reply !== null)).toHaveLength(
      props.reviews.filter((review: any) => review.reply !== null).length,
    );
    expect(parsed.publicRating).toEqual({ mean: 4.3, min: 1, max: 5, count: 308 });
    expect(parsed.expected).toBe(290);
    expect(parsed.next[0]?.url).toBe("https://www.trustpilot.com/review/calo.app/en?languages=all&page=2&sort=recency");
    expect(faultsOf(parsed)).toEqual([]);
  });

  it("the same page without its state: the same ids, dates and ratings from JSON-LD", () => {
    const html = textOfFile("trustpilot/business-page-debug.html");
    const bare = html.replace(/<script id="__NEXT_DATA__"[\s\S]*?<\/script>/, "");
    const parsed = reading({ source: "trustpilot", body: bare, contentType: "text/html" });
    expect(factsOf(parsed)).toEqual(nextData(html).props.pageProps.reviews.map(trustpilotFact));
    expect(faultsOf(parsed)).toEqual([]);
  });

  it("60 reviews of 2024 to 2026, and three companies", () => {
    const reviews = jsonOf("trustpilot/scrapfly-reviews-60-nextdata.json");
    const pages = [
      { businessUnit: { numberOfReviews: 60, trustScore: 4.1 }, reviews },
      ...jsonOf("trustpilot/scrapfly-companies-nextdata.json").map((company: any) => ({
        businessUnit: company.companyDetails,
        reviews: company.reviews,
      })),
    ];
    for (const props of pages) {
      const parsed = reading({ source: "trustpilot", body: nextPage(props), contentType: "text/html" });
      const once = new Map(props.reviews.map((review: any) => [review.id, trustpilotFact(review)]));
      expect(factsOf(parsed)).toEqual([...once.values()]);
      expect(faultsOf(parsed)).toEqual([]);
      expect(parsed.drafts.filter(({ region, author, language }) => !region || !author || !language)).toEqual([]);
    }
  });
});

const gisFact = (review: any) => ({ id: review.id, at: millis(review.date_created), rating: review.rating });

describe.runIf(present)("2gis, captured", () => {
  it("163 objects of the interface, Flamp's among them", () => {
    const path = "2gis/public-api-reviews-merged-143-2gis-20-flamp.json";
    const { reviews } = jsonOf(path);
    const parsed = reading({
      source: "2gis",
      target: { firm: "563478234508453", key: "a-public-key" },
      body: bytesOf(path),
    });
    expect(factsOf(parsed)).toEqual(reviews.map(gisFact));
    expect(parsed.drafts.filter(({ extra }) => extra["provider"] === "flamp")).toHaveLength(20);
    expect(parsed.drafts.filter(({ reply }) => reply !== null)).toHaveLength(
      reviews.filter((review: any) => review.official_answer !== null).length,
    );
    expect(parsed.drafts.filter(({ editedAt }) => editedAt !== null)).toHaveLength(
      reviews.filter((review: any) => review.date_edited !== null).length,
    );
    expect(faultsOf(parsed)).toEqual([]);
  });

  it("a firm's page: 50 reviews of its state, the city, the firm's own rating", () => {
    const html = textOfFile("2gis/firm-reviews-page-vologda.html");
    const parsed = reading({
      source: "2gis",
      body: html,
      contentType: "text/html",
      url: "https://2gis.ru/vologda/firm/70000001019437403/tab/reviews",
    });
    // By the text alone: the ids that the list names, and the date and rating that stand around each.
    const ids = /\\?"items\\?":\[((?:\\?"\d+\\?",?)+)\]/.exec(html)?.[1]?.match(/\d+/g) ?? [];
    expect(ids).toHaveLength(50);
    expect(new Set(parsed.drafts.map(({ nativeId }) => nativeId))).toEqual(new Set(ids));
    expect(parsed.drafts).toHaveLength(50);
    const created = (id: string): string | undefined =>
      new RegExp(`"date_created":"([^"]*)"(?:(?!"date_created")[\\s\\S])*?"id":"${id}","is_hidden"`).exec(html)?.[1];
    for (const { nativeId, publishedAt } of parsed.drafts)
      expect(millis(created(nativeId ?? ""))).toBe(Date.parse(publishedAt?.at ?? ""));
    expect(new Set(parsed.drafts.map(({ region }) => region))).toEqual(new Set(["Вологда"]));
    expect(parsed.publicRating).toEqual({ mean: 4.8, min: 1, max: 5, count: 251 });
    expect(parsed.expected).toBe(248);
    expect(faultsOf(parsed)).toEqual([]);
  });
});

describe.runIf(present)("banki-ru, captured", () => {
  it("25 reviews: words and seconds from the description, ids from what is drawn", () => {
    const html = textOfFile("banki-ru/sberbank-responses-page.html");
    const parsed = reading({ source: "banki-ru", target: { bank: "sberbank" }, body: html, contentType: "text/html" });
    const ids = [...new Set([...html.matchAll(/\/services\/responses\/bank\/response\/(\d+)\//g)].map(([, id]) => id))];
    const dates = [...html.matchAll(/"datePublished": "([^"]+)"/g)].map(([, date]) =>
      Date.parse(`${date?.replace(" ", "T")}+03:00`),
    );
    const ratings = [...html.matchAll(/data-test-grade="(\d)"/g)].map(([, grade]) => Number(grade));
    expect(factsOf(parsed)).toEqual(ids.map((id, i) => ({ id, at: dates[i], rating: ratings[i] })));
    expect(parsed.drafts).toHaveLength(25);
    expect(parsed.drafts.filter(({ title, text, author }) => title === null || text === "" || author === null)).toEqual(
      [],
    );
    expect(parsed.publicRating?.mean).toBeCloseTo(2.467);
    expect(parsed.expected).toBe(3495);
    expect(parsed.next[0]?.url).toBe("https://www.banki.ru/services/responses/bank/sberbank/?page=2&is_countable=on");
    expect(faultsOf(parsed)).toEqual([]);
  });
});

describe.runIf(present)("wildberries, captured", () => {
  it("31 reviews as drawn: stars by class, dates from the fetch, answers, eight without words", () => {
    const html = textOfFile("wildberries/feedbacks-full-page.html");
    const parsed = reading({
      source: "wildberries",
      target: { item: "521896959" },
      body: html,
      contentType: "text/html",
      fetchedAt: "2025-11-20T12:00:00.000Z" as never,
      zone: "Europe/Moscow",
    });
    const items = html.split('<li class="comments__item feedback').slice(1);
    expect(parsed.drafts).toHaveLength(31);
    expect(parsed.drafts.map(({ rating }) => rating?.value)).toEqual(
      items.map((item) => Number(/stars-line star(\d)/.exec(item)?.[1])),
    );
    const clocks = items.map((item) => /feedback__date">Сегодня, (\d\d:\d\d)/.exec(item)?.[1]);
    expect(parsed.drafts.map(({ publishedAt }) => publishedAt?.at)).toEqual(
      clocks.map((clock) => (clock === undefined ? undefined : new Date(`2025-11-20T${clock}:00+03:00`).toISOString())),
    );
    expect(parsed.drafts.map(({ text }) => text !== "")).toEqual(items.map((item) => item.includes("reviewBody")));
    expect(parsed.drafts.map(({ reply }) => reply !== null)).toEqual(
      items.map((item) => item.includes("--sellers-reply")),
    );
    expect(parsed.publicRating).toEqual({ mean: 4.9, min: 1, max: 5, count: 1459 });
    expect(faultsOf(parsed)).toEqual([]);
  });
});

const statusFact = (status: any) => ({ id: status.uri, at: millis(status.created_at), rating: null });

describe.runIf(present)("mastodon, captured", () => {
  const read = (statuses: unknown, headers: Readonly<Record<string, string>> = {}) =>
    reading({ source: "mastodon", body: JSON.stringify(statuses), headers });
  const lines = (path: string): readonly any[] =>
    textOfFile(path)
      .split("\n")
      .filter((line) => line.startsWith("{"))
      .map((line) => JSON.parse(line));

  it("a hashtag's timeline, as bytes", () => {
    const path = "mastodon/tag-timeline-small.json";
    const parsed = reading({ source: "mastodon", body: bytesOf(path) });
    expect(factsOf(parsed)).toEqual(jsonOf(path).map(statusFact));
    expect(faultsOf(parsed)).toEqual([]);
  });

  it.each(["mastodonsocial-timeline", "malformed-timeline"])("%s: posts of many servers, some edited", (name) => {
    const statuses = lines(`mastodon/${name}.json`);
    const parsed = read(statuses);
    const once = new Map(statuses.map((status) => [status.uri, statusFact(status)]));
    expect(factsOf(parsed)).toEqual([...once.values()]);
    expect(parsed.drafts.filter(({ editedAt }) => editedAt !== null).length).toBeGreaterThan(0);
    expect(faultsOf(parsed)).toEqual([]);
  });

  it("a recorded answer's Link header leads to older posts", () => {
    const tape = textOfFile("mastodon/rtoot-get_timeline_public_anonymous.cassette.yml");
    const link = /\n\s+link: (<[\s\S]*?rel="prev")/.exec(tape)?.[1] ?? "";
    const parsed = reading({
      source: "mastodon",
      target: { server: "mastodon.social", tag: "any" },
      body: bytesOf("mastodon/tag-timeline-small.json"),
      headers: { link: link.replaceAll(/\s+/g, " ") },
    });
    expect(parsed.next.map(({ url }) => new URL(url).searchParams.get("max_id"))).toEqual(["114870361500887110"]);
  });
});

describe.runIf(present)("bluesky, captured", () => {
  it.each([
    ["searchPosts-page-a", 100, "100"],
    ["searchPosts-small", 3, /^eyJ/],
  ])("%s", (name, count, cursor) => {
    const path = `bluesky/${name}.json`;
    const raw = jsonOf(path);
    const parsed = reading({ source: "bluesky", body: bytesOf(path) });
    expect(parsed.drafts.map(({ nativeId }) => nativeId)).toEqual(raw.posts.map(({ uri }: any) => uri));
    expect(parsed.drafts).toHaveLength(count);
    const dates = raw.posts.map(({ record, indexedAt }: any) =>
      Math.min(Date.parse(record.createdAt), Date.parse(indexedAt)),
    );
    expect(parsed.drafts.map(({ publishedAt }) => Date.parse(publishedAt?.at ?? ""))).toEqual(dates);
    expect(parsed.drafts.map(({ kind }) => kind === "comment")).toEqual(
      raw.posts.map(({ record }: any) => record.reply !== undefined),
    );
    expect(new URL(parsed.next[0]?.url ?? "").searchParams.get("cursor")).toMatch(cursor);
    expect(faultsOf(parsed)).toEqual([]);
  });
});

describe.runIf(present)("telegram, captured", () => {
  it("a channel's page: 20 posts, their views and dates, the way back", () => {
    const html = textOfFile("telegram/ts-channel-preview-full.html");
    const parsed = reading({
      source: "telegram",
      target: { channel: "walterbloomberg" },
      body: html,
      contentType: "text/html",
      url: "https://t.me/s/walterbloomberg",
    });
    const all = (pattern: RegExp) => [...html.matchAll(pattern)].map(([, found]) => found ?? "");
    expect(parsed.drafts.map(({ nativeId }) => nativeId)).toEqual(
      all(/data-post="([^"]+)"/g).map((id) => id.toLowerCase()),
    );
    expect(parsed.drafts.map(({ publishedAt }) => Date.parse(publishedAt?.at ?? ""))).toEqual(
      all(/<time datetime="([^"]+)"/g).map((at) => Date.parse(at)),
    );
    expect(parsed.drafts.map(({ reach }) => reach)).toEqual(
      all(/message_views">([^<]+)/g).map((views) =>
        Math.round(views.endsWith("K") ? Number.parseFloat(views) * 1000 : Number(views)),
      ),
    );
    expect(parsed.drafts.filter(({ text }) => text === "")).toEqual([]);
    expect(parsed.next.map(({ url }) => url)).toEqual(["https://t.me/s/walterbloomberg?before=22878"]);
    expect(faultsOf(parsed)).toEqual([]);
  });

  it.each(["tme-channel", "tme-no-iframe", "tme-post-full-image", "tme-post-right-preview"])(
    "%s is a landing page: an error, never an empty channel",
    (name) => {
      const body = bytesOf(`telegram/${name}.html`);
      expect(codeOf(() => reading({ source: "telegram", body, contentType: "text/html" }))).toBe(
        "SOURCE_LAYOUT_CHANGED",
      );
    },
  );
});

describe.runIf(present)("google-news, captured", () => {
  it("a search's feed: ids, dates, publishers cut from headlines", () => {
    const xml = textOfFile("feeds/google-news-rss-bears-ears-en-US.xml");
    const parsed = reading({ source: "google-news", body: xml, contentType: "application/xml" });
    const items = xml.split("<item>").slice(1);
    const field = (pattern: RegExp) => items.map((item) => pattern.exec(item)?.[1] ?? "");
    expect(factsOf(parsed)).toEqual(
      field(/<guid[^>]*>([^<]+)/).map((id, i) => ({
        id,
        at: Date.parse(field(/<pubDate>([^<]+)/)[i] ?? ""),
        rating: null,
      })),
    );
    expect(parsed.drafts.map(({ author }) => author)).toEqual(
      field(/<source[^>]*>([^<]+)/).map((name) =>
        name.replaceAll("&amp;", "&").replaceAll("&apos;", "'").replaceAll("&quot;", '"'),
      ),
    );
    expect(parsed.drafts.length).toBeGreaterThan(50);
    expect(faultsOf(parsed)).toEqual([]);
  });
});

describe.runIf(present)("google-play, from what a scraper made of real answers", () => {
  it("100 reviews put back into their places", () => {
    const reviews: readonly any[] = jsonOf("googleplay/scrapfly-reviews-100-2026.json");
    const rows = reviews.map((r) => [
      r.reviewId,
      [r.userName],
      r.score,
      null,
      r.content,
      [r.at, 5],
      r.thumbsUpCount,
      r.replyContent === null ? null : [null, r.replyContent, [r.repliedAt, 0]],
      null,
      null,
      r.appVersion,
    ]);
    const body = `)]}'\n\n${JSON.stringify([["wrb.fr", "UsvDTd", JSON.stringify([rows, [null, "t=="]]), null]])}`;
    const parsed = reading({ source: "google-play", body });
    expect(factsOf(parsed)).toEqual(reviews.map((r) => ({ id: r.reviewId, at: r.at * 1000, rating: r.score })));
    expect(decodeURIComponent(parsed.next[0]?.body ?? "")).toContain('\\"t==\\"');
    expect(faultsOf(parsed)).toEqual([]);
  });
});

describe.runIf(present)("every source, given another site's robot check", () => {
  it.each(sources.filter(({ id }) => id !== "rss").map(({ id }) => id))("%s says that it is blocked", (source) => {
    for (const name of ["glassdoor-just-a-moment", "otzovik-captcha"]) {
      const body = bytesOf(`antibot/${name}.html`);
      expect(codeOf(() => reading({ source, body, contentType: "text/html" }))).toBe("SOURCE_BLOCKED");
    }
  });
});
