import { describe, expect, it } from "vitest";
import { readRobots } from "../src/fetch/robots-rules.ts";

const allows = (file: string | Uint8Array, path: string, token = "Molva"): boolean =>
  readRobots(typeof file === "string" ? Buffer.from(file) : file, token).allows(new URL(path, "https://shop.example"));

describe("robots.txt", () => {
  it.each([
    ["the longest pattern decides", "User-agent: *\nDisallow: /a\nAllow: /a/b", { "/a/c": false, "/a/b/c": true }],
    ["of equal patterns the permission", "User-agent: *\nDisallow: /a\nAllow: /a", { "/a": true }],
    [
      "stars and an end",
      "User-agent: *\nDisallow: /*.pdf$\nDisallow: /*?print=",
      { "/x/y.pdf": false, "/y.pdf?x": true, "/p?print=1": false },
    ],
    ["letters' case of paths", "User-agent: *\nDisallow: /Reviews", { "/reviews": true, "/Reviews": false }],
    [
      "letters that a URL escapes",
      "User-agent: *\nDisallow: /отзывы",
      { "/отзывы/1": false, "/%d0%be%d1%82%d0%b7%d1%8b%d0%b2%d1%8b": false, "/other": true },
    ],
    [
      "an index file stands for its folder",
      "User-agent: *\nDisallow: /\nAllow: /shop/index.html",
      { "/shop/": true, "/shop/x": false },
    ],
    [
      "all groups of ours are one, and the others' are not ours",
      "User-agent: molva\nDisallow: /a\n\nUser-agent: *\nDisallow: /\n\nUser-agent: Other\nUser-agent: MOLVA\nDisallow: /b",
      { "/a": false, "/b": false, "/c": true },
    ],
    [
      "a sitemap ends no group",
      "User-agent: molva\nSitemap: https://shop.example/s.xml\nUser-agent: other\nDisallow: /a",
      { "/a": false },
    ],
    [
      "no colon, a typing error, a comment",
      "user-agent *\ndissallow: /a # why\nDisalow /b",
      { "/a": false, "/b": false, "/why": true },
    ],
    ["a version behind the name", "User-agent: Molva/2.0\nDisallow: /", { "/": false }],
    ["an empty rule allows", "User-agent: *\nDisallow:", { "/": true }],
    ["rules before any group are nobody's", "Disallow: /\nUser-agent: *\nAllow: /a", { "/b": true }],
    ["another kind of file", "<!doctype html><title>Not found</title>", { "/": true }],
  ])("%s", (_what, file, paths) => {
    for (const [path, allowed] of Object.entries(paths)) expect([path, allows(file, path)]).toEqual([path, allowed]);
  });

  it("takes the mark at the beginning away, and lines that old systems end", () => {
    const rules = "User-agent: *\rDisallow: /a\r\nDisallow: /b\n";
    for (const mark of [[0xef, 0xbb, 0xbf], [0xef, 0xbb], []])
      expect(allows(Buffer.concat([Buffer.from(mark), Buffer.from(rules)]), "/a")).toBe(false);
    expect(allows(Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(rules, "utf16le")]), "/b")).toBe(false);
  });

  it("tells the pause that is ours", () => {
    const file = Buffer.from(
      "User-agent: *\nCrawl-delay: 7\nDisallow: /a\n\nUser-agent: molva\nCrawl-delay: 2.5\nAllow: /",
    );
    expect(readRobots(file, "Molva").crawlDelay).toBe(2.5);
    expect(readRobots(file, "Other").crawlDelay).toBe(7);
    expect(readRobots(Buffer.from("User-agent: *\nCrawl-delay: soon"), "Molva").crawlDelay).toBeNull();
  });

  it("is read in time, whatever stars it holds", () => {
    const file = `User-agent: *\nDisallow: /${"a*".repeat(2000)}b$\n`;
    expect(allows(file, `/${"a".repeat(8000)}`)).toBe(true);
  });
});
