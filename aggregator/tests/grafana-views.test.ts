import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { instantOf, millisOf, type Fact, type GivenLabel, type Instant } from "@molva/contracts";
import { wilson } from "@molva/numbers";
import { z } from "zod";
import { aggregateStage, listMentions, readCounts, readNsr, readRolling } from "../src/index.ts";
import { at, batchOf, content, exclude, human, logged } from "./support/facts.ts";
import { openTestStore, type TestStore } from "./support/store.ts";
import { storyOf } from "./support/story.ts";

/** The views that Grafana reads, held to what the rest of the program reads from the same facts. */
let opened: TestStore;
let offset = 0n;

const tell = async (facts: readonly Fact[]): Promise<void> => {
  const log = logged(facts, offset);
  offset += BigInt(facts.length);
  await aggregateStage({ store: opened.store }).process(batchOf(log), new AbortController().signal);
};

const execute = async (sql: string): Promise<void> =>
  opened.store.execute({ name: "test-write", sql, params: z.strictObject({}) }, {});

const rows = async (sql: string): Promise<readonly Record<string, unknown>[]> =>
  opened.store.query(
    { name: "test-view", sql, params: z.strictObject({}), row: z.record(z.string(), z.unknown()) },
    {},
  );

const seconds = (instant: Instant): number => millisOf(instant) / 1000;
const instantAt = (value: unknown): Instant => instantOf(Date.parse(String(value)));

const STORY = "told";
const HOSTILE = `a\\' --b [[c]] $__toTime /* {d} #`;
const BRANDS = [STORY, `O'Neil"; DROP`, HOSTILE];
const FROM = at(-2 * 1440);
const TO = at(14 * 1440);

beforeAll(async () => {
  opened = await openTestStore();
  await tell(storyOf(5, { brand: STORY, facts: 700, mentions: 260, days: 6 }));
  for (const brand of BRANDS.slice(1)) await tell(storyOf(6, { brand, facts: 120, mentions: 60, days: 3 }));
  await execute("INSERT INTO brand_source (brand, source) SELECT DISTINCT brand, source FROM place");
});
afterAll(async () => opened[Symbol.asyncDispose]());

const keyOf = async (brand: string): Promise<string> => {
  const found = (await rows("SELECT id, key FROM brand_list")).find((row) => row["id"] === brand);
  return String(found?.["key"]);
};

const quoted = (key: string): string => `'${key.replaceAll("'", "\\'")}'`;

describe("brands", () => {
  it("are listed with titles, imported ones by their id, each with a key that nobody has to escape twice", async () => {
    await execute(
      `INSERT INTO brand_title (brand, title, ver) VALUES ('${STORY}', 'Old', 1), ('${STORY}', 'New title', 2)`,
    );
    const listed = await rows("SELECT id, title, key FROM brand_list");
    expect(listed).toContainEqual({ id: STORY, title: "New title", key: STORY });
    expect(listed).toContainEqual({ id: `O'Neil"; DROP`, title: `O'Neil"; DROP`, key: `O'Neil"; DROP` });
    expect(await keyOf(HOSTILE)).toMatch(/^hex:[0-9A-F]+$/);
  });

  it.each(BRANDS)("%s is found by its key in every view", async (brand) => {
    const keys = `keys = [${quoted(await keyOf(brand))}]`;
    const range = `from = ${seconds(FROM)}, to = ${seconds(TO)}`;
    for (const view of [
      `brand_rolling(${keys}, hours = 168, ${range}, step = 3600)`,
      `brand_now(${keys}, hours = 168, to = ${seconds(TO)})`,
      `brand_volume(${keys}, ${range}, step = 86400)`,
      `mention_list(${keys}, sources = [''], label = '', ${range}, limit = 5)`,
    ]) {
      const found = await rows(`SELECT DISTINCT brand FROM ${view}`);
      expect(found, `in ${view}`).toEqual([{ brand }]);
    }
    expect(await rows(`SELECT source FROM source_list(${keys})`)).toEqual([
      { source: "rss" },
      { source: "web-reviews" },
    ]);
  });
});

describe("the rolling rate", () => {
  it.each([1, 24, 168, 720])("over %i hours has the digits that the page shows", async (hours) => {
    const expected = await readRolling(opened.store, { brands: [STORY], hours, from: FROM, to: TO });
    const shown = await rows(
      `SELECT * FROM brand_rolling(keys = ['${STORY}'], hours = ${hours}, from = ${seconds(FROM)}, to = ${seconds(TO)}, step = 60)`,
    );
    expect(shown.length).toBeGreaterThan(300);
    expect(
      shown.map((r) => [
        instantAt(r["at"]),
        Number(r["n"]),
        r["nsr"] ?? r["nsr_low_base"],
        r["low"],
        r["high"],
        r["state"],
      ]),
    ).toEqual(expected.map((p) => [p.at, p.n, p.nsr, p.low, p.high, p.state]));
    expect(shown.map((r) => [r["polar"] ?? r["polar_low_base"], r["polar_low"], r["polar_high"]])).toEqual(
      expected.map((p) => [p.nsrPolar, p.polarLow, p.polarHigh]),
    );
  });

  it("keeps a low base apart, and says nothing below ten mentions", async () => {
    const shown = await rows(
      `SELECT n, nsr, nsr_low_base, share, share_low_base, low FROM brand_rolling(keys = ['${STORY}'], hours = 72, from = ${seconds(FROM)}, to = ${seconds(TO)}, step = 3600)`,
    );
    const kinds = shown.map((r) => {
      const n = Number(r["n"]);
      const filled = (name: string): boolean => r[name] !== null;
      expect([filled("nsr"), filled("share")], `n ${n}`).toEqual([n >= 30, n >= 30]);
      expect([filled("nsr_low_base"), filled("share_low_base")], `n ${n}`).toEqual(
        n >= 10 && n < 30 ? [true, true] : [false, false],
      );
      expect(filled("low"), `n ${n}`).toBe(n >= 10);
      return n >= 30 ? "ok" : n >= 10 ? "low" : "none";
    });
    expect(new Set(kinds)).toEqual(new Set(["ok", "low", "none"]));
  });

  it("has Wilson's interval on the share of negative", async () => {
    const shown = await rows(
      `SELECT n, negative, share_low, share_high FROM brand_rolling(keys = ['${STORY}'], hours = 168, from = ${seconds(FROM)}, to = ${seconds(TO)}, step = 21600) WHERE n >= 10`,
    );
    expect(shown.length).toBeGreaterThan(10);
    for (const r of shown) {
      const interval = wilson(Number(r["negative"]), Number(r["n"]));
      expect(Number(r["share_low"])).toBeCloseTo((interval?.low ?? Number.NaN) * 100, 3);
      expect(Number(r["share_high"])).toBeCloseTo((interval?.high ?? Number.NaN) * 100, 3);
    }
  });

  it("takes the value at each step, not a mean of several, and the newest one always", async () => {
    const all = await rows(
      `SELECT toUnixTimestamp(at) AS t, n FROM brand_rolling(keys = ['${STORY}'], hours = 24, from = ${seconds(FROM)}, to = ${seconds(TO)}, step = 3600)`,
    );
    const some = await rows(
      `SELECT toUnixTimestamp(at) AS t, n FROM brand_rolling(keys = ['${STORY}'], hours = 24, from = ${seconds(FROM)}, to = ${seconds(TO)}, step = 18000)`,
    );
    const last = all.at(-1);
    expect(some).toEqual(all.filter((r) => Number(r["t"]) % 18_000 === 0 || r === last));
  });
});

describe("the newest window", () => {
  const ask = async (brand: string, to: Instant, hours: number) => {
    const [row] = await rows(`SELECT * FROM brand_now(keys = ['${brand}'], hours = ${hours}, to = ${seconds(to)})`);
    return row;
  };

  it.each([
    ["before the first mention", at(-1440)],
    ["in the middle", at(3 * 1440 + 17)],
    ["at its end", at(8 * 1440)],
    ["long after", at(60 * 1440)],
  ])("%s has the numbers and the verdict of the command line", async (_, to) => {
    const end = instantOf(Math.ceil(millisOf(to) / 3_600_000) * 3_600_000);
    for (const hours of [24, 72, 168]) {
      const [expected] = await readNsr(opened.store, {
        brands: [STORY],
        from: instantOf(millisOf(end) - hours * 3_600_000),
        to: end,
        window: null,
        step: null,
        by: null,
        tz: "UTC",
        asOf: null,
        horizon: null,
      });
      const row = await ask(STORY, to, hours);
      expect(row).toMatchObject({
        nsr: (expected?.n ?? 0) >= 30 ? expected?.nsr : null,
        nsr_low_base: (expected?.n ?? 0) < 30 ? expected?.nsr : null,
        low: expected?.low,
        high: expected?.high,
        polar: expected?.nsrPolar,
        polar_low: expected?.polarLow,
        polar_high: expected?.polarHigh,
        previous: expected?.previous,
        state: expected?.state,
        verdict: expected?.verdict ?? "none",
      });
      expect([Number(row?.["n"]), instantAt(row?.["at"])]).toEqual([expected?.n, end]);
    }
  });

  it("claims up, down or neither from a hundred mentions on both sides", async () => {
    const many = (brand: string, label: GivenLabel, count: number, minute: number): readonly Fact[] =>
      Array.from({ length: count }, (_, i) =>
        content({ brand, key: `${label}-${minute}-${i}`, label, published: at(minute), observed: at(9000) }),
      );
    const half = { up: [80, 20], down: [20, 80], same: [50, 50] } as const;
    for (const [brand, [positive, negative]] of Object.entries(half)) {
      await tell([...many(brand, "positive", 50, 60), ...many(brand, "negative", 50, 60)]);
      await tell([...many(brand, "positive", positive, 1500), ...many(brand, "negative", negative, 1500)]);
    }
    await tell([...many("few", "positive", 99, 60), ...many("few", "negative", 200, 1500)]);
    await execute("INSERT INTO brand_source (brand, source) SELECT DISTINCT brand, source FROM place");
    const verdict = async (brand: string) => (await ask(brand, at(2 * 1440), 24))?.["verdict"];
    expect(await Promise.all(["up", "down", "same", "few"].map(verdict))).toEqual([
      "up",
      "down",
      "no significant change",
      "none",
    ]);
  });

  it("shows a brand without a mention as one, not as zero", async () => {
    await execute("INSERT INTO brand_title (brand, title, ver) VALUES ('quiet', 'Quiet', 1)");
    expect(await ask("quiet", at(1440), 168)).toMatchObject({
      title: "Quiet",
      nsr: null,
      nsr_low_base: null,
      share: null,
      low: null,
      state: "empty",
      verdict: "none",
    });
  });
});

describe("volumes", () => {
  it("per day are the counts of the command line", async () => {
    const from = instantOf(Date.UTC(2026, 1, 25));
    const expected = await readCounts(opened.store, {
      brand: STORY,
      from,
      to: instantOf(Date.UTC(2026, 2, 20)),
      tz: "UTC",
      step: "day",
      horizon: null,
    });
    const shown = await rows(
      `SELECT * FROM brand_volume(keys = ['${STORY}'], from = ${seconds(from) + 5000}, to = ${Date.UTC(2026, 2, 20) / 1000 - 1}, step = 86400)`,
    );
    expect(
      shown.map((r) => [
        instantAt(r["at"]),
        ...["positive", "neutral", "negative", "unscored"].map((l) => Number(r[l])),
      ]),
    ).toEqual(expected.map((c) => [c.from, c.positive, c.neutral, c.negative, c.unscored]));
  });

  it("per source add up to those of the brand, in days and in hours", async () => {
    for (const step of [3600, 86_400]) {
      const range = `from = ${seconds(FROM)}, to = ${seconds(TO)}, step = ${step}`;
      const whole = await rows(`SELECT sum(n) AS n FROM brand_volume(keys = ['${STORY}'], ${range})`);
      const parts = await rows(`SELECT sum(n) AS n FROM source_volume(keys = ['${STORY}'], sources = [''], ${range})`);
      const one = await rows(
        `SELECT DISTINCT source FROM source_volume(keys = ['${STORY}'], sources = ['rss'], ${range})`,
      );
      expect(parts).toEqual(whole);
      expect(one).toEqual([{ source: "rss" }]);
    }
  });
});

describe("mentions", () => {
  const shown = async (sources: readonly string[], label: string, to: Instant, limit: number) =>
    rows(
      `SELECT id, source, label, confidence, provenance, text, at FROM mention_list(keys = ['${STORY}'], sources = [${sources.map(quoted).join(",")}], label = '${label}', from = ${seconds(FROM)}, to = ${Math.ceil(seconds(to))}, limit = ${limit})`,
    );

  it.each([
    ["all", "", 1000],
    ["the newest ten", "", 10],
    ["the newest five negative", "negative", 5],
    ["the newest seven unscored", "unscored", 7],
  ] as const)("%s are those of the command line, with label and provenance", async (_, label, limit) => {
    for (const source of [null, "rss"]) {
      const expected = await listMentions(opened.store, {
        brand: STORY,
        source,
        label: label === "" ? null : label,
        from: FROM,
        to: TO,
        limit,
      });
      const found = await shown(source === null ? [""] : [source], label, TO, limit);
      expect(expected.length).toBeGreaterThan(Math.min(limit, 5) - 1);
      expect(
        found.map((r) => [r["id"], r["source"], r["label"], r["provenance"], r["text"], instantAt(r["at"])]),
      ).toEqual(expected.map((m) => [m.id, m.source, m.label, m.provenance, m.text, m.publishedAt]));
      expect(found.map((r) => (r["confidence"] === null ? null : Number(r["confidence"]) / 100))).toEqual(
        expected.map((m) => m.confidence),
      );
    }
  });

  it("are asked up to any minute, also where an hour is cut", async () => {
    for (const minute of [1500, 2017, 3333]) {
      const to = at(minute);
      const expected = await listMentions(opened.store, { brand: STORY, from: FROM, to, limit: 6 });
      expect((await shown([""], "all", to, 6)).map((r) => r["id"])).toEqual(expected.map((m) => m.id));
    }
  });

  it("follow a person's correction and exclusion, and link to http alone", async () => {
    const brand = "linked";
    const one = { brand, key: "one", url: "https://reviews.example/1", published: at(10), text: "fine" };
    const two = { brand, key: "two", url: "javascript:alert(1)", published: at(20), text: "odd" };
    const three = { brand, key: "three", published: at(30), text: "spam" };
    await tell([content(one), content(two), content(three), human(one, "negative", at(100)), exclude(three, at(101))]);
    const found = await rows(
      `SELECT text, label, provenance, confidence, url FROM mention_list(keys = ['${brand}'], sources = [''], label = 'all', from = ${seconds(FROM)}, to = ${seconds(TO)}, limit = 10)`,
    );
    expect(found).toEqual([
      { text: "odd", label: "positive", provenance: "plain@1", confidence: 90, url: null },
      {
        text: "fine",
        label: "negative",
        provenance: "person:Vera",
        confidence: null,
        url: "https://reviews.example/1",
      },
    ]);
  });
});
