import { describe, expect, it } from "vitest";
import { bytesOf, codeOf, faultsOf, jsonOf, present, reading } from "./captured.ts";

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
