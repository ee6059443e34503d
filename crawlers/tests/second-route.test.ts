import { readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { decodeText } from "../src/read/charset.ts";
import { readFeed } from "../src/read/feed.ts";
import { sources } from "../src/index.ts";
import { bytesOf, codeOf, present, reading, textOfFile } from "./captured.ts";

/** What stands in the bytes, counted by patterns over the text: no parser of ours has a part in it. */
const shared = fileURLToPath(new URL("../../../shared/fixtures/", import.meta.url));

const filesBelow = (folder: string): readonly string[] =>
  readdirSync(join(shared, folder), { withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory() ? filesBelow(`${folder}/${entry.name}`) : [`${folder}/${entry.name}`],
  );

it.runIf(!present)("../shared/fixtures absent: nothing was counted by a second route", () =>
  expect(present).toBe(false),
);

describe.runIf(present)("every feed of the suites", () => {
  const contentTypeOf = (body: Uint8Array): string =>
    /Content-type:\s*([^\r\n]*)/i.exec(Buffer.from(body.subarray(0, 3000)).toString("latin1"))?.[1] ?? "";
  const textOf = (path: string): string => decodeText(bytesOf(path), contentTypeOf(bytesOf(path))).text;
  const entriesIn = (xml: string): number =>
    [
      ...xml
        .replace(/<!--[\s\S]*?-->|<!\[CDATA\[[\s\S]*?\]\]>/g, "")
        .matchAll(/<(?:[\w-]+:)?(?:item|entry)(?=[\s>/])/gi),
    ].length;
  const outcome = (path: string): number | string => {
    try {
      return readFeed(textOf(path), "http://feeds.example/feed").entries.length;
    } catch (error) {
      return (error as Error).message;
    }
  };

  it("gives as many entries as stand in it, or, where it is ill-formed or no feed, says so", () => {
    const files = present ? filesBelow("feeds").filter((path) => /\.(?:xml|rss|atom)$/.test(path)) : [];
    const others = files.map((path) => [path, entriesIn(textOf(path)), outcome(path)] as const);
    const differ = others.filter(([, counted, read]) => counted !== read);
    console.info(`feeds: ${files.length - differ.length} of ${files.length} give what stands in them`);
    expect(files.length).toBeGreaterThan(500);
    expect(
      differ.filter(([path, , read]) => !/illformed|bloomberg|unrecognized/.test(path) || typeof read === "number"),
    ).toEqual([]);
    for (const [, , read] of differ) expect(String(read)).toMatch(/feed/i);
  });

  it("in JSON gives its items", () => {
    for (const path of ["json10", "json11"].map((name) => `feeds/gofeed-suite/parser/universal/${name}_feed.json`)) {
      const items = (JSON.parse(textOfFile(path)) as { items?: unknown[] }).items ?? [];
      expect([path, outcome(path)]).toEqual([path, items.length]);
    }
  });
});

type Node = Readonly<Record<string, any>>;
const reviewNodes = (value: unknown): readonly Node[] => {
  if (Array.isArray(value)) return value.flatMap(reviewNodes);
  if (typeof value !== "object" || value === null) return [];
  const node = value as Node;
  return [...([node["@type"]].flat().includes("Review") ? [node] : []), ...Object.values(node).flatMap(reviewNodes)];
};

describe.runIf(present)("every page with structured data", () => {
  const pages = present
    ? [...filesBelow("structured-data"), ...filesBelow("jsonld")].filter((path) => path.endsWith(".html"))
    : [];
  const scriptsOf = (html: string): readonly unknown[] =>
    [...html.matchAll(/<script[^>]*application\/ld\+json[^>]*>([\s\S]*?)<\/script>/gi)].flatMap(([, text]) => {
      try {
        return [JSON.parse(text ?? "") as unknown];
      } catch {
        return []; // how those are mended is web-reviews' own suite
      }
    });
  const spelled = (html: string): number =>
    [...html.matchAll(/itemtype=["']?[^"' >]*\/(?:User)?Review["' >]|typeof=["'](?:schema:|[^"' ]*\/)?Review["']/g)]
      .length;

  it.each(pages)("%s", (path) => {
    const html = textOfFile(path);
    // A page may print the same review twice, for phones and for desks.
    const nodes = [...new Map(reviewNodes(scriptsOf(html)).map((node) => [JSON.stringify(node), node])).values()];
    const wanted = nodes.length + spelled(html);
    const read = () =>
      reading({
        source: "web-reviews",
        target: { url: "https://page.example/" },
        body: bytesOf(path),
        contentType: "text/html",
      });
    if (wanted === 0) return expect(codeOf(read)).toBe("SOURCE_LAYOUT_CHANGED");
    const { drafts } = read();
    expect(drafts).toHaveLength(wanted);
    if (nodes.length === wanted) {
      const rated = ({ reviewRating }: Node) => reviewRating?.ratingValue ?? reviewRating ?? null;
      expect(drafts.map(({ rating }) => rating?.value ?? null)).toEqual(
        nodes.map((node) => (rated(node) === null ? null : Number(rated(node)))),
      );
      const dated = ({ datePublished, dateCreated }: Node) => datePublished ?? dateCreated ?? null;
      expect(drafts.map(({ publishedAt }) => publishedAt?.at.slice(0, 10) ?? null)).toEqual(
        nodes.map((node) => (dated(node) === null ? null : new Date(dated(node)).toISOString().slice(0, 10))),
      );
    }
  });
});

/** A captured response of each source that has one. */
const CAPTURED: readonly (readonly [source: string, path: string, contentType: string])[] = [
  ["app-store", "appstore/rss-customerreviews-json-497799835_cn_5.json", "application/json"],
  ["steam", "steam/appreviews-raw-643960.json", "application/json"],
  ["trustpilot", "trustpilot/business-page-debug.html", "text/html"],
  ["2gis", "2gis/firm-reviews-page-vologda.html", "text/html"],
  ["banki-ru", "banki-ru/sberbank-responses-page.html", "text/html"],
  ["wildberries", "wildberries/feedbacks-full-page.html", "text/html"],
  ["hacker-news", "hackernews/algolia-search-small.json", "application/json"],
  ["mastodon", "mastodon/tag-timeline-small.json", "application/json"],
  ["bluesky", "bluesky/searchPosts-page-a.json", "application/json"],
  ["telegram", "telegram/ts-channel-preview-full.html", "text/html"],
];

describe.runIf(present).each(CAPTURED)("%s", (source, path, contentType) => {
  const whole = present ? bytesOf(path) : new Uint8Array();
  const code = (body: Uint8Array | string, type = contentType): string =>
    codeOf(() => reading({ source, body, contentType: type }));

  it("tells a page that was cut off, wherever it was", () => {
    for (const part of [0.05, 0.3, 0.5, 0.8, 0.97])
      expect([part, code(whole.subarray(0, Math.floor(whole.length * part)))]).toEqual([part, "SOURCE_LAYOUT_CHANGED"]);
  });

  it("tells an empty page, an error page and a robot check with status 200", () => {
    for (const nothing of ["", "   \n", "{}", "null", "<!doctype html><title>Shop</title><div id=root></div>"])
      expect([nothing, code(nothing)]).toEqual([nothing, "SOURCE_LAYOUT_CHANGED"]);
    for (const error of [
      "<!doctype html><html><title>502 Bad Gateway</title><h1>502 Bad Gateway</h1></html>",
      '{"error":"internal error"}',
    ])
      expect([error, code(error)]).toEqual([error, "SOURCE_LAYOUT_CHANGED"]);
    for (const gate of ["glassdoor-just-a-moment", "otzovik-captcha", "ozon-debug"])
      expect([gate, code(bytesOf(`antibot/${gate}.html`), "text/html")]).toEqual([gate, "SOURCE_BLOCKED"]);
  });
});

it("every source of the registry without a captured response says that it is unverified, or reads a common format", () => {
  const captured = new Set(CAPTURED.map(([source]) => source));
  const others = sources.filter(({ id }) => !captured.has(id as string));
  for (const { id, limits } of others)
    expect([
      id,
      limits.some((limit) => limit.startsWith("Unverified")) || ["rss", "web-reviews", "google-news"].includes(id),
    ]).toEqual([id, true]);
});
