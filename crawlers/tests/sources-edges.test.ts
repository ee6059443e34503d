import type { Instant } from "@molva/contracts";
import { describe, expect, it } from "vitest";
import { withCredentials } from "../src/fetch/credentials.ts";
import { draftOf } from "../src/read/draft.ts";
import { scriptString } from "../src/read/script-string.ts";
import { contentHash } from "../src/round/mention.ts";
import { pageRequest, type PageRequest } from "../src/source.ts";
import { brandOf, rigFor } from "./rig.ts";
import { codeOf, reading, sourceOf } from "./captured.ts";

const start = (id: string, target: object, credentials: Readonly<Record<string, string>> = {}) => {
  const source = sourceOf(id);
  return source.start(source.target.parse(target), { since: null, credentials });
};

describe("credentials", () => {
  const search = { server: "toots.example", query: "kettle" };

  it("a search without its key says which key and what to do", () => {
    expect(() => start("mastodon", search)).toThrow(/MASTODON_TOKEN.*read:search/);
    expect(() => start("mastodon", search)).toThrow(
      expect.objectContaining({ code: "CONFIG_INVALID", recovery: "dead-letter" }) as Error,
    );
  });

  it("a target without its key is that target's error: the round goes on and ends", async () => {
    const { crawler, published } = rigFor([]);
    const reports = await crawler.crawlRound({ brands: [brandOf("kettles", [["mastodon", search]])] });
    await crawler.close();
    expect(reports.map(({ health, error, outcome }) => [outcome, health.state, error?.code])).toEqual([
      ["done", expect.not.stringMatching("ok"), "CONFIG_INVALID"],
    ]);
    expect(published).toEqual([]);
  });

  it("requests and the pages after them name the key; only what is sent holds it", () => {
    const [first] = start("mastodon", search, { MASTODON_TOKEN: "s3cret" }) as [PageRequest];
    expect(first.headers["authorization"]).toBe("Bearer {MASTODON_TOKEN}");
    const sent = withCredentials(first, { credentials: ["MASTODON_TOKEN"] }, { MASTODON_TOKEN: "s3cret", OTHER: "x" });
    expect(sent.headers["authorization"]).toBe("Bearer s3cret");
    const foreign = pageRequest("https://a.example/", { headers: { x: "{OTHER}" } });
    expect(withCredentials(foreign, { credentials: ["MASTODON_TOKEN"] }, { OTHER: "x" }).headers["x"]).toBe("{OTHER}");
  });

  it("Bluesky asks with a session where there is one, and without where there is none", () => {
    expect(start("bluesky", { query: "a" })[0]?.headers["authorization"]).toBeUndefined();
    expect(start("bluesky", { query: "a" }, { BLUESKY_TOKEN: "t" })[0]?.headers["authorization"]).toBe(
      "Bearer {BLUESKY_TOKEN}",
    );
  });
});

describe("mastodon", () => {
  const target = { server: "toots.example", tag: "kettles" };
  const status = {
    id: "9",
    uri: "https://toots.example/9",
    url: "javascript:alert(1)",
    created_at: "2026-11-03T02:00:09.149Z",
    content: "<p>hi</p>",
    account: { acct: "marl" },
  };

  it("an empty timeline is believed only from a server that counts requests", () => {
    const read = (headers: Readonly<Record<string, string>>) => () =>
      reading({ source: "mastodon", target, body: "[]", headers });
    expect(codeOf(read({ "x-ratelimit-limit": "300" }))).toBe("0 mentions");
    expect(codeOf(read({}))).toBe("SOURCE_LAYOUT_CHANGED");
  });

  it("goes on by the Link header, on its own server only, and never links to a script", () => {
    const read = (link: string) =>
      reading({ source: "mastodon", target, body: JSON.stringify([status]), headers: { link } });
    const next =
      '<https://toots.example/api/v1/timelines/tag/kettles?limit=40&max_id=9>; rel="next", <https://toots.example/x?min_id=9>; rel="prev"';
    expect(read(next).next.map(({ url }) => url)).toEqual([
      "https://toots.example/api/v1/timelines/tag/kettles?limit=40&max_id=9",
    ]);
    expect(read('<https://elsewhere.example/?max_id=9>; rel="next"').next).toEqual([]);
    expect(read("").drafts[0]?.url).toBeNull();
  });
});

describe("steam", () => {
  const answer = (cursor: string, reviews: readonly unknown[]) =>
    JSON.stringify({ success: 1, query_summary: { num_reviews: reviews.length }, reviews, cursor });
  const review = {
    recommendationid: "1",
    language: "klingon",
    review: "ok",
    timestamp_created: 1_700_000_000,
    timestamp_updated: 1_700_000_000,
    voted_up: true,
  };

  it("stops where the cursor repeats", () => {
    const url = "https://store.steampowered.com/appreviews/440?json=1&cursor=A%2Bb%3D";
    expect(reading({ source: "steam", body: answer("A+b=", [review]), url }).next).toEqual([]);
    expect(reading({ source: "steam", body: answer("B+b=", [review]), url }).next).toHaveLength(1);
  });

  it("an answer that announces reviews and holds none, or does not succeed, is an error", () => {
    const announced = '{"success":1,"query_summary":{"num_reviews":20},"reviews":[],"cursor":"*"}';
    expect(codeOf(() => reading({ source: "steam", body: announced }))).toBe("SOURCE_LAYOUT_CHANGED");
    const refused = answer("A", []).replace('"success":1', '"success":2');
    expect(codeOf(() => reading({ source: "steam", body: refused }))).toBe("SOURCE_LAYOUT_CHANGED");
  });

  it("a few broken entries cost themselves, a broken list is an error", () => {
    const broken = { ...review, recommendationid: null };
    const others = [2, 3, 4].map((id) => ({ ...review, recommendationid: String(id) }));
    expect(reading({ source: "steam", body: answer("B", [broken, ...others]) }).drafts).toHaveLength(3);
    expect(codeOf(() => reading({ source: "steam", body: answer("B", [broken, broken, review]) }))).toBe(
      "SOURCE_LAYOUT_CHANGED",
    );
  });
});

describe("a page that should not be empty", () => {
  it.each([
    ["hacker-news", '{"hits":[],"nbHits":230,"nbPages":3,"page":0}'],
    ["2gis", '{"reviews":[]}'],
    ["banki-ru", '{"data":[],"hasMorePages":false}'],
    ["wildberries", '{"feedbackCount":12,"feedbacks":[]}'],
    ["google-play", ')]}\'\n\n[["wrb.fr","UsvDTd","{}"]]'],
  ])("%s: an error", (source, body) => {
    expect(codeOf(() => reading({ source, body }))).toBe("SOURCE_LAYOUT_CHANGED");
  });

  it("trustpilot: a login page is a block", () => {
    const url = "https://www.trustpilot.com/users/connect?redirect=x";
    const body = "<!doctype html><title>Log in</title>";
    expect(codeOf(() => reading({ source: "trustpilot", body, contentType: "text/html", url }))).toBe("SOURCE_BLOCKED");
  });
});

it("a script's string is read as JavaScript writes it, and not past its end", () => {
  expect(scriptString(`var a = JSON.parse('{"q":"it\\'s \\"x\\" \\u0416\\\\n"}');`, "a")).toBe(
    '{"q":"it\'s "x" Ж\\n"}',
  );
  expect(scriptString("var a = JSON.parse('{\"cut", "a")).toBeNull();
  expect(scriptString("var b = JSON.parse('{}')", "a")).toBeNull();
});

it("views that grow a little are no edit; twice as many are told again", () => {
  const seen = (reach: number) => contentHash(draftOf({ kind: "post", nativeId: "1", text: "x", reach }));
  expect(seen(1100)).toBe(seen(1900));
  expect(seen(1100)).not.toBe(seen(2200));
});

it("relative dates on a page are told from its fetch, in the page's zone", () => {
  const item = `<li class="comments__item feedback" itemprop="review"><meta itemprop="author" content="Ия"><span class="feedback__rating stars-line star4"></span><div class="feedback__date">Вчера, 23:50</div><p itemprop="reviewBody">Хорошо</p></li>`;
  const parsed = reading({
    source: "wildberries",
    body: `<!doctype html><meta charset="utf-8"><title>Отзывы</title><ul>${item}</ul>`,
    contentType: "text/html",
    fetchedAt: "2026-11-04T22:30:00.000Z" as Instant,
    zone: "Europe/Moscow",
  });
  expect(parsed.drafts[0]?.publishedAt).toEqual({
    at: "2026-11-04T20:50:00.000Z",
    precision: "minute",
    from: "relative",
    clamped: false,
  });
});

describe("a backfill of hacker-news", () => {
  const since = "2026-01-01T00:00:00.000Z" as Instant;
  const source = sourceOf("hacker-news");
  const target = source.target.parse({ query: "zumbrik" });
  const hits = (from: number) =>
    Array.from({ length: 100 }, (_, n) => ({
      objectID: String(from - n),
      title: "Zumbrik",
      author: "quillon",
      created_at_i: from - n,
      _tags: ["story"],
    }));
  const nextOf = (url: string, page: number, from: number): readonly string[] =>
    reading({
      source: "hacker-news",
      target: { query: "zumbrik" },
      url,
      body: JSON.stringify({ hits: hits(from), nbHits: 5000, nbPages: 10, page }),
    }).next.map((request) => new URL(request.url).searchParams.get("numericFilters") ?? "");

  it("asks for its span, and behind the last page for what is older", () => {
    const first = source.start(target, { since, credentials: {} })[0]?.url ?? "";
    expect(new URL(first).searchParams.get("numericFilters")).toBe("created_at_i>=1767225600");
    expect(nextOf(first, 0, 1_770_000_000)).toEqual(["created_at_i>=1767225600"]);
    expect(nextOf(first, 9, 1_770_000_000)).toEqual(["created_at_i>=1767225600,created_at_i<1769999901"]);
  });

  it("is no matter of a usual round, whose requests stay what they were", () => {
    const first = source.start(target, { since: null, credentials: {} })[0]?.url ?? "";
    expect(first).not.toContain("numericFilters");
    expect(nextOf(first, 9, 1_770_000_000)).toEqual([]);
  });
});
