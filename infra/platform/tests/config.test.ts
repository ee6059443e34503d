import { describe, expect, it } from "vitest";
import { z } from "zod";
import { formatProblem, readConfig, type ConfigRules } from "../src/config/index.ts";

const rules: ConfigRules = {
  sources: [
    { id: "rss", title: "Feeds", match: "query", target: z.strictObject({ url: z.url() }) },
    {
      id: "web-reviews",
      title: "Pages",
      match: "all",
      target: z.strictObject({ url: z.url(), pages: z.int().default(20) }),
    },
  ],
  checkQuery: (query) =>
    query.includes("((") ? { position: query.indexOf("(("), message: "a closing parenthesis" } : null,
};
const read = (text: string) => readConfig(text, "molva.yaml", rules);

const GOOD = `
timezone: Europe/Moscow
brands:
  - id: aurora
    title: Аврора
    query: Аврора OR Aurora
    targets:
      - source: rss
        url: https://example.org/feed.xml
      - source: web-reviews
        url: https://example.org/reviews
        match: query
crawl:
  every: 5m
`;

describe("a configuration that is right", () => {
  it("comes back with defaults, durations in milliseconds and targets told apart from their options", () => {
    const result = read(GOOD);
    if (!result.ok) throw new Error(result.problems.map(formatProblem).join("\n"));
    expect(result.config.crawl.every).toBe(300_000);
    expect(result.config.retention.text).toBe(400 * 86_400_000);
    expect(result.config.server).toEqual({ host: "127.0.0.1", port: 7400 });
    expect(result.config.brands[0]?.targets).toEqual([
      { source: "rss", match: "query", options: { url: "https://example.org/feed.xml" } },
      { source: "web-reviews", match: "query", options: { url: "https://example.org/reviews", pages: 20 } },
    ]);
  });
});

describe("a configuration that is wrong", () => {
  it("tells every problem at once, each with its line, what was found and what to write", () => {
    const result = read(`timezone: Mars/Olympus
brands:
  - id: aurora
    titel: Аврора
    query: "((a"
    targets:
      - source: rs
        url: https://example.org/feed.xml
      - source: rss
        uri: https://example.org/feed.xml
  - id: aurora
    title: 5
crawl: {every: soon}
servr: {}
`);
    if (result.ok) throw new Error("accepted");
    const told = result.problems.map((p) => `${p.line} ${p.path}: ${p.found} → ${p.expected}`);
    expect(told).toEqual([
      '1 timezone: "Mars/Olympus" → an IANA time zone, for example Europe/Moscow',
      "3 brands[0].title: nothing: the key is missing → a text",
      "4 brands[0].titel: the unknown key titel → title (did you mean it?)",
      "5 brands[0].query: at character 1, near “((a” → a closing parenthesis",
      '7 brands[0].targets[0].source: "rs" → one of rss, web-reviews (`molva sources` lists them)',
      "9 brands[0].targets[1].url: nothing: the key is missing → a text",
      "10 brands[0].targets[1].uri: the unknown key uri → url (did you mean it?)",
      '11 brands[1].id: "aurora", as in brands[0] → an id of its own',
      "12 brands[1].title: 5 → a text",
      '13 crawl.every: "soon" → a number and a unit: 90s, 15m, 24h or 400d',
      "14 servr: the unknown key servr → server (did you mean it?)",
    ]);
  });

  it("tells of a value once, in the words that say what it must be", () => {
    const result = read('brands: [{id: a, title: A}]\nmail: {host: mail.example.org, from: ""}\n');
    const told = result.ok ? [] : result.problems.map((p) => `${p.path}: ${p.expected}`);
    expect(told).toEqual(["mail.from: an address, for example Molva <molva@example.org>"]);
  });

  it("tells where the YAML itself breaks", () => {
    const result = read("brands:\n  - id: a\n   title: b\n");
    expect(result.ok ? [] : result.problems.map((p) => p.line)).toContain(3);
  });

  it("asks for brands when the file is empty", () => {
    const result = read("");
    expect(result.ok ? "" : result.problems[0]?.path).toBe("brands");
  });

  it("refuses an alias bomb instead of unfolding it", () => {
    const bomb = `a: &a [x,x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b,*b]\nbrands: [*c,*c,*c,*c,*c,*c,*c,*c,*c,*c]\n`;
    const result = read(bomb);
    expect(result.ok ? "" : result.problems[0]?.expected).toContain("without an alias");
  });
});
