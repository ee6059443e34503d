import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Instant } from "@molva/contracts";
import { parseDate } from "@molva/text";
import { describe, expect, it } from "vitest";
import { createRobots } from "../src/fetch/robots.ts";
import { challengeIn } from "../src/read/challenge.ts";
import { decodeText } from "../src/read/charset.ts";
import { readFeed, type Feed, type FeedEntry } from "../src/read/feed.ts";
import { looseText } from "../src/read/html-text.ts";
import { webReviews } from "../src/sources/web-reviews.ts";
import { pageRequest, type ParsedPage } from "../src/source.ts";
import { memoryCheckpoints } from "./rig.ts";

/** Pages captured by others: real, not ours to keep, so they lie beside the repository or not at all. */
const shared = fileURLToPath(new URL("../../../shared/fixtures/", import.meta.url));
const fetchedAt = "2026-11-22T00:00:00.000Z" as Instant;

const filesBelow = (folder: string): readonly string[] =>
  readdirSync(folder, { withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory() ? filesBelow(join(folder, entry.name)) : [join(folder, entry.name)],
  );

const readAs = (body: Uint8Array, contentType: string, url: string): Feed | null => {
  try {
    return readFeed(decodeText(body, contentType).text, url);
  } catch {
    return null;
  }
};

/** The string literals of the suite's language, Python. */
const literal = (text: string): string =>
  text
    .replace(/\\(?:u([\da-f]{4})|x([\da-f]{2}))/gi, (_all, u: string | undefined, x: string | undefined) =>
      String.fromCharCode(Number.parseInt(u ?? x ?? "", 16)),
    )
    .replaceAll("\\n", "\n")
    .replaceAll("\\'", "'");

interface Claim {
  readonly file: string;
  readonly claim: string;
  readonly holds: boolean;
}

const ENTRY_FIELDS: Readonly<Record<string, (entry: FeedEntry) => string>> = {
  title: ({ title }) => title ?? "",
  link: ({ link }) => link ?? "",
  id: ({ id }) => id ?? "",
  guid: ({ id }) => id ?? "",
  author: ({ author }) => author ?? "",
  summary: ({ text }) => text,
  description: ({ text }) => text,
};

/** The expectation on top of each file of the feedparser suite, as far as it speaks of what a mention holds. */
const claimsOf = (file: string): readonly Claim[] => {
  const body = readFileSync(file);
  const latin = body.toString("latin1").slice(0, 3000);
  const contentType = /Content-type:\s*([^\r\n]*)/i.exec(latin)?.[1] ?? "application/xml";
  const location = /Content-Location:\s*(\S+)/i.exec(latin)?.[1] ?? "";
  const expectation = /Expect:([^\n]*)/.exec(decodeText(body, contentType).text)?.[1] ?? "";
  const feed = readAs(body, contentType, URL.canParse(location) ? location : "http://127.0.0.1:8097/feed.xml");
  const texts = [
    ...expectation.matchAll(/entries\[(-?\d+)\]\['(\w+)'\] == u?(?:'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)")/g),
  ];
  const dates = [
    ...expectation.matchAll(
      /entries\[(-?\d+)\]\['(published|updated|created)_parsed'\] == \((\d+), (\d+), (\d+), (\d+), (\d+), (\d+)/g,
    ),
  ];
  return [
    ...texts.flatMap(([claim, index, field, single, double]): readonly Claim[] => {
      const read = ENTRY_FIELDS[field ?? ""];
      if (read === undefined) return [];
      const entry = feed?.entries.at(Number(index));
      const wanted = literal(single ?? double ?? "");
      const holds = entry !== undefined && (read(entry) === looseText(wanted) || read(entry) === wanted);
      return [{ file, claim, holds }];
    }),
    ...dates.map(([claim, index, field, ...parts]): Claim => {
      const entry = feed?.entries.at(Number(index));
      const printed = field === "updated" ? (entry?.updated ?? entry?.published) : entry?.published;
      const [year, month, day, hour, minute, second] = parts.map(Number) as [
        number,
        number,
        number,
        number,
        number,
        number,
      ];
      const at = printed === undefined || printed === null ? null : parseDate(printed, { fetchedAt, zone: "UTC" });
      return {
        file,
        claim,
        holds: at !== null && Date.parse(at.at) === Date.UTC(year, month - 1, day, hour, minute, second),
      };
    }),
  ];
};

/**
 * Text in base64, which no feed of today holds; a name with its address; a summary beside the content, where we take the
 * content; a host in capitals, which a URL does not have; a doctype that is the whole text.
 */
const MEANT_OTHERWISE =
  /base64|entry_author_map_author|content_and_summary|item_image_link_conflict|not_a_doctype2|expirationDate/;

/** The robots.txt suite's own literals are C strings in text protocol buffers. */
const protoLiteral = (text: string): string =>
  JSON.parse(
    `"${text
      .replace(/\\x([\da-f]{2})/gi, "\\u00$1")
      .replace(
        /\\([0-3][0-7]{2})/g,
        (_all, octal: string) => `\\u${Number.parseInt(octal, 8).toString(16).padStart(4, "0")}`,
      )
      .replaceAll("\\'", "'")}"`,
  ) as string;

/** The crawler's own way: the file is fetched, kept, and asked about a page. */
const isAllowed = async (body: Uint8Array, url: string, productToken: string): Promise<boolean> => {
  const robots = createRobots({
    http: {
      fetch: async ({ url: finalUrl }) => ({ finalUrl, status: 200, headers: {}, body }),
      close: () => undefined,
    },
    checkpoints: memoryCheckpoints(),
    clock: () => fetchedAt,
    userAgent: productToken,
    productToken,
    timeoutMs: 1000,
  });
  return robots.check(new URL(url), new AbortController().signal).then(
    () => true,
    (error: { code?: string }) => {
      if (error.code !== "SOURCE_FORBIDDEN") throw error;
      return false;
    },
  );
};

const robotsClaimsOf = async (file: string): Promise<readonly Claim[]> => {
  const claims = readFileSync(file, "utf8")
    .split(/\brobotstxt:/)
    .slice(1)
    .flatMap((part) => {
      const lines = /^(?:\s*"(?:[^"\\]|\\.)*")+/.exec(part)?.[0] ?? "";
      const raw = [...lines.matchAll(/"((?:[^"\\]|\\.)*)"/g)].map(([, line]) => protoLiteral(line ?? "")).join("");
      const wanted = /testurl:\s*"((?:[^"\\]|\\.)*)"\s*useragent:\s*"((?:[^"\\]|\\.)*)"\s*expected_outcome:\s*(\w+)/g;
      return [...part.matchAll(wanted)].map(async ([, testUrl = "", agent = "", outcome]): Promise<Claim> => {
        const url = new URL(protoLiteral(testUrl)).href;
        const allowed = await isAllowed(Buffer.from(raw, "latin1"), url, agent);
        return { file, claim: `${agent} ${url} ${outcome}`, holds: allowed === (outcome === "ALLOWED") };
      });
    });
  return Promise.all(claims);
};

const reviewsOf = (path: string): ParsedPage => {
  const url = "https://captured.example/page";
  return webReviews.parse(
    {
      request: pageRequest(url),
      finalUrl: url,
      status: 200,
      headers: { "content-type": "text/html" },
      body: readFileSync(join(shared, path)),
      fetchedAt,
    },
    webReviews.target.parse({ url }),
    { zone: "UTC" },
  );
};

const having = (drafts: ParsedPage["drafts"]) => ({
  all: drafts.length,
  rated: drafts.filter(({ rating }) => rating !== null).length,
  worded: drafts.filter(({ text }) => text !== "").length,
  dated: drafts.filter(({ publishedAt }) => publishedAt !== null).length,
  signed: drafts.filter(({ author }) => author !== null).length,
});

const present = existsSync(shared);

it.runIf(!present)("../shared/fixtures absent: captured pages were not read", () => expect(present).toBe(false));

describe.runIf(present)("captured pages", () => {
  it.each([
    ["banki-ru/sberbank-responses-page.html", { all: 25, rated: 25, worded: 25, dated: 25, signed: 25 }],
    ["wildberries/feedbacks-full-page.html", { all: 31, rated: 31, worded: 23, dated: 30, signed: 31 }],
    ["trustpilot/business-page-debug.html", { all: 20, rated: 20, worded: 20, dated: 20, signed: 20 }],
    [
      "jsonld/shop-eazypc-collection-10-products-12-reviews.html",
      { all: 12, rated: 12, worded: 12, dated: 12, signed: 12 },
    ],
    ["structured-data/extruct/schema.org/CreativeWork.001.html", { all: 2, rated: 2, worded: 2, dated: 2, signed: 2 }],
  ])("%s", (path, wanted) => {
    expect(having(reviewsOf(path).drafts)).toEqual(wanted);
  });

  it("tell the count and the mean of the whole where they are told", () => {
    expect(reviewsOf("banki-ru/sberbank-responses-page.html")).toMatchObject({
      expected: 3495,
      publicRating: { min: 1, max: 5 },
    });
    expect(reviewsOf("trustpilot/business-page-debug.html")).toMatchObject({
      expected: 308,
      publicRating: { mean: 4.3, count: 308 },
    });
  });

  it("give no review where only the whole is rated", () => {
    expect(() => reviewsOf("jsonld/dealerrater-mckaig-reviews.html")).toThrow(
      expect.objectContaining({ code: "SOURCE_LAYOUT_CHANGED" }) as Error,
    );
  });

  it.each(["glassdoor-just-a-moment", "otzovik-captcha", "ozon-debug"])("%s is a robot check", (name) => {
    expect(() => reviewsOf(`antibot/${name}.html`)).toThrow(
      expect.objectContaining({ code: "SOURCE_BLOCKED" }) as Error,
    );
  });

  it("of honest sites are never taken for a robot check", () => {
    const pages = filesBelow(shared).filter((file) => file.endsWith(".html") && !file.includes("/antibot/"));
    const taken = pages.filter((file) => challengeIn(decodeText(readFileSync(file), "text/html").text) !== null);
    expect(taken).toEqual([]);
  });
});

describe.runIf(present)("captured feeds", () => {
  it("are read whole: every entry with a title or a text", () => {
    const feeds = [
      ...filesBelow(join(shared, "feeds/rss-parser")),
      ...filesBelow(join(shared, "feeds/feedsmith-refs")),
      ...readdirSync(join(shared, "feeds")).map((name) => join(shared, "feeds", name)),
    ].filter(
      (file) =>
        /\.(?:xml|rss|atom)$/.test(file) && !/bloomberg|unrecognized|missing-fields|incomplete-fields/.test(file),
    );
    const poor = feeds.filter((file) => {
      const entries = readAs(readFileSync(file), "", "https://captured.example/feed")?.entries ?? [];
      return entries.length === 0 || entries.some(({ title, text }) => title === null && text === "");
    });
    expect(feeds.length).toBeGreaterThan(20);
    expect(poor).toEqual([]);
  });

  it("what is no feed is told from one: a sitemap, a page that moved", () => {
    for (const name of ["bloomberg-rss.xml", "rss-parser/unrecognized.rss"])
      expect(readAs(readFileSync(join(shared, "feeds", name)), "", "https://x.example/")).toBeNull();
  });

  it("agree with what the feedparser suite says of title, link, id, author, text and date, but for what we mean otherwise", () => {
    const claims = filesBelow(join(shared, "feeds/feedparser-suite"))
      .filter((file) => file.endsWith(".xml"))
      .flatMap(claimsOf);
    const broken = claims
      .filter(({ holds }) => !holds)
      .map(({ file, claim }) => `${file.slice(shared.length)}: ${claim}`);
    console.info(`feedparser suite: ${claims.length - broken.length} of ${claims.length} claims hold`);
    expect(claims.length).toBeGreaterThan(40);
    expect(broken.filter((line) => !MEANT_OTHERWISE.test(line))).toEqual([]);
  });
});

describe.runIf(present)("robots.txt files", () => {
  it("are understood as the official suite says, through the code that asks for them", async () => {
    const files = filesBelow(join(shared, "robots-sitemaps/google-robotstxt-spec-test")).filter((file) =>
      file.endsWith(".textproto"),
    );
    const claims = (await Promise.all(files.map(robotsClaimsOf))).flat();
    const broken = claims
      .filter(({ holds }) => !holds)
      .map(({ file, claim }) => `${file.slice(shared.length)}: ${claim}`);
    console.info(`robots.txt suite: ${claims.length - broken.length} of ${claims.length} claims hold`);
    expect(claims.length).toBeGreaterThan(40);
    expect(broken).toEqual([]);
  });
});
