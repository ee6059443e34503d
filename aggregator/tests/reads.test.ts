import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { nsrRowSchema, type Fact, type Instant, type NsrRow } from "@molva/contracts";
import { rate, verdict } from "@molva/numbers";
import { aggregateStage, listBrands, readCounts, readNsr, readRolling, type NsrQuestion } from "../src/index.ts";
import { at, batchOf, content, exclude, human, logged } from "./support/facts.ts";
import { openTestStore, type TestStore } from "./support/store.ts";
import { lastOf, randomOf, storyOf } from "./support/story.ts";
import { countedMentions } from "./support/recounted.ts";

let opened: TestStore;
beforeAll(async () => {
  opened = await openTestStore();
});
afterAll(async () => opened[Symbol.asyncDispose]());

let stories = 0;
let offset = 0n;
const newBrand = (): string => `brand-${(stories += 1)}`;

/** Tells the facts and returns the log's time of the last. */
const tell = async (facts: readonly Fact[]): Promise<Instant> => {
  const log = logged(facts, offset);
  offset += BigInt(facts.length);
  await aggregateStage({ store: opened.store }).process(batchOf(log), new AbortController().signal);
  return lastOf(log);
};

const ask = async (brand: string, question: Partial<NsrQuestion> = {}): Promise<readonly NsrRow[]> => {
  const rows = await readNsr(opened.store, {
    brands: [brand],
    from: null,
    to: null,
    window: null,
    step: null,
    by: null,
    tz: "UTC",
    asOf: null,
    horizon: null,
    ...question,
  });
  for (const row of rows) nsrRowSchema.parse(row);
  return rows;
};

const counts = (row: NsrRow | undefined): string =>
  `+${row?.positive} =${row?.neutral} -${row?.negative} ?${row?.unscored} o${row?.originals}`;

const many = (
  brand: string,
  label: "positive" | "neutral" | "negative",
  count: number,
  minute: number,
  prefix = label,
): readonly Fact[] =>
  Array.from({ length: count }, (_, i) =>
    content({ brand, key: `${prefix}-${minute}-${i}`, label, published: at(minute), observed: at(500_000) }),
  );

describe("nsr", () => {
  it("gives one row over all that counts, with rate, interval and state", async () => {
    const brand = newBrand();
    const horizon = await tell([
      ...many(brand, "positive", 20, 0),
      ...many(brand, "negative", 10, 3000),
      ...many(brand, "neutral", 10, 200),
    ]);
    const [row, ...others] = await ask(brand, { horizon });
    expect(others).toEqual([]);
    expect(row).toMatchObject({
      from: "2026-03-02T10:00:00.000Z",
      to: "2026-03-04T13:00:00.000Z",
      n: 40,
      nsr: 25,
      state: "ok",
      asOf: horizon,
      previous: null,
      verdict: null,
    });
    expect(row).toMatchObject(rate({ positive: 20, neutral: 10, negative: 10 }));
  });

  it("says counts only below ten, and null instead of zero where nothing is", async () => {
    const brand = newBrand();
    await tell(many(brand, "positive", 9, 0));
    expect((await ask(brand))[0]).toMatchObject({ n: 9, nsr: null, low: null, state: "counts-only" });
    const [empty] = await ask(brand, { from: at(10_000), to: at(20_000) });
    expect(empty).toMatchObject({ n: 0, nsr: null, state: "empty" });
    expect(await ask(newBrand())).toEqual([]);
  });

  it("cuts months where the zone does, and compares each with the calendar month before", async () => {
    const brand = newBrand();
    // 31 March 22:00 UTC is April in Moscow.
    const minutes = (Date.UTC(2026, 2, 31, 22) - Date.UTC(2026, 2, 2, 10)) / 60_000;
    await tell([...many(brand, "negative", 120, 0), ...many(brand, "positive", 120, minutes)]);
    const rows = await ask(brand, { step: "month", tz: "Europe/Moscow" });
    expect(rows.map((r) => [r.from, r.to, r.n])).toEqual([
      ["2026-02-28T21:00:00.000Z", "2026-03-31T21:00:00.000Z", 120],
      ["2026-03-31T21:00:00.000Z", "2026-04-30T21:00:00.000Z", 120],
    ]);
    expect(rows[1]).toMatchObject({ previous: -100, verdict: "up", nsr: 100 });
    expect((await ask(brand, { step: "month" })).map((r) => r.n)).toEqual([240]);
  });

  it("follows the clock's change: the day has 23 hours, and half-hour zones cut within a UTC hour", async () => {
    const brand = newBrand();
    const minutes = (iso: string): number => (Date.parse(iso) - Date.UTC(2026, 2, 2, 10)) / 60_000;
    await tell([
      ...many(brand, "positive", 3, minutes("2026-03-28T18:20:00Z")),
      ...many(brand, "negative", 4, minutes("2026-03-28T18:40:00Z")),
      ...many(brand, "neutral", 5, minutes("2026-03-29T21:59:00Z")),
    ]);
    const berlin = await ask(brand, { step: "day", tz: "Europe/Berlin" });
    expect(berlin.map((r) => [r.from, r.to, r.n])).toEqual([
      ["2026-03-27T23:00:00.000Z", "2026-03-28T23:00:00.000Z", 7],
      ["2026-03-28T23:00:00.000Z", "2026-03-29T22:00:00.000Z", 5],
    ]);
    const kolkata = await ask(brand, { step: "day", tz: "Asia/Kolkata" });
    expect(kolkata.map((r) => [r.from, counts(r)])).toEqual([
      ["2026-03-27T18:30:00.000Z", "+3 =0 -0 ?0 o3"],
      ["2026-03-28T18:30:00.000Z", "+0 =0 -4 ?0 o4"],
      ["2026-03-29T18:30:00.000Z", "+0 =5 -0 ?0 o5"],
    ]);
  });

  it("counts what is known to the day from day steps up, and not by the hour", async () => {
    const brand = newBrand();
    await tell([
      content({ brand, key: "a", precision: "day", published: at(-600) }),
      content({ brand, key: "b", published: at(-600) }),
    ]);
    expect((await ask(brand, { step: "hour" })).map((r) => r.n)).toEqual([1]);
    expect((await ask(brand, { step: "day" })).map((r) => r.n)).toEqual([2]);
    expect((await ask(brand, { window: "24h", to: at(0) })).map((r) => r.n)).toEqual([2]);
    expect((await ask(brand, { window: "12h", to: at(0) })).map((r) => r.n)).toEqual([1]);
    expect((await ask(brand)).map((r) => r.n)).toEqual([2]);
  });

  it("divides by a dimension; a mention stands in each of its topics, and once in the total", async () => {
    const brand = newBrand();
    await tell([
      content({
        brand,
        key: "a",
        topics: ["price", "staff", "price"],
        source: "rss",
        rating: { value: 4, min: 1, max: 5 },
      }),
      content({
        brand,
        key: "b",
        topics: ["price"],
        label: "negative",
        rating: { value: 8, min: 0, max: 10 },
        region: "North",
      }),
      content({ brand, key: "c", label: "unscored", language: null }),
    ]);
    const by = async (dimension: "topic" | "rating" | "source" | "region"): Promise<readonly string[]> =>
      (await ask(brand, { by: dimension })).map((r) => `${r[dimension]} ${counts(r)}`);
    expect(await by("topic")).toEqual(["none +0 =0 -0 ?1 o1", "price +1 =0 -1 ?0 o2", "staff +1 =0 -0 ?0 o1"]);
    expect(await by("rating")).toEqual(["none +0 =0 -0 ?1 o1", "4 +1 =0 -0 ?0 o1", "8/10 +0 =0 -1 ?0 o1"]);
    expect(await by("source")).toEqual(["rss +1 =0 -0 ?0 o1", "web-reviews +0 =0 -1 ?1 o2"]);
    expect(await by("region")).toEqual(["none +1 =0 -0 ?1 o2", "North +0 =0 -1 ?0 o1"]);
    expect((await ask(brand)).map(counts)).toEqual(["+1 =0 -1 ?1 o3"]);
  });

  it("counts a topic under the label of its clause, the total under that of the mention", async () => {
    const brand = newBrand();
    const clauses = [
      { topic: "quality", label: "positive" },
      { topic: "delivery", label: "negative" },
    ] as const;
    await tell([
      content({ brand, key: "great phone, terrible delivery", label: "neutral", topics: clauses }),
      content({ brand, key: "corrected", label: "positive", topics: clauses }),
      human({ brand, key: "corrected" }, "neutral", at(120)),
      content({ brand, key: "sarcasm", label: "positive", topics: [{ topic: "delivery", label: "positive" }] }),
      human({ brand, key: "sarcasm" }, "negative", at(120)),
    ]);
    expect((await ask(brand)).map(counts)).toEqual(["+0 =2 -1 ?0 o3"]);
    const topics = (await ask(brand, { by: "topic" })).map((r) => `${r.topic} ${counts(r)}`);
    expect(topics).toEqual(["delivery +0 =0 -3 ?0 o3", "quality +2 =0 -0 ?0 o2"]);
  });

  it("counts the topics that were drawn last over a text, with the label that it has", async () => {
    const brand = newBrand();
    const about = (topic: string, drawn?: Instant): Fact =>
      content({
        brand,
        key: "a",
        topics: [{ topic, label: "negative" }],
        ...(drawn === undefined ? {} : { topicsAt: drawn }),
      });
    await tell([about("quality", at(300)), about("price"), about("staff", at(200))]);
    expect((await ask(brand, { by: "topic" })).map((r) => `${r.topic} ${counts(r)}`)).toEqual([
      "quality +0 =0 -1 ?0 o1",
    ]);
    expect((await ask(brand)).map(counts)).toEqual(["+1 =0 -0 ?0 o1"]);
  });

  it("counts the earliest of a group as the original, across hours, until it leaves", async () => {
    const brand = newBrand();
    const copy = (key: string, minute: number): Fact => content({ brand, key, group: "g", published: at(minute) });
    await tell([copy("b", 60), copy("c", 4000), content({ brand, key: "alone", published: at(4000) })]);
    const days = async (): Promise<readonly string[]> =>
      (await ask(brand, { step: "day", from: at(-600), to: at(7 * 1440 - 600) })).map((r) => `${r.n}/${r.originals}`);
    expect((await days()).slice(0, 3)).toEqual(["1/1", "0/0", "0/0"]);
    expect((await days())[3]).toBe("2/1");
    await tell([copy("a", 4000 - 1440)]);
    expect((await days()).slice(0, 4)).toEqual(["1/1", "0/0", "1/0", "2/1"]);
    await tell([exclude({ brand, key: "b" }, at(5000))]);
    expect((await days()).slice(0, 4)).toEqual(["0/0", "0/0", "1/1", "2/1"]);
  });
});

describe("as of", () => {
  it("prints a point that, asked again after more was learned, gives the same digits for every window, step and dimension", async () => {
    const brand = newBrand();
    const story = storyOf(11, { brand, facts: 300, mentions: 80, days: 40 });
    const horizon = await tell(story.slice(0, 200));
    const questions: readonly Partial<NsrQuestion>[] = [
      {},
      { step: "day" },
      { step: "week", tz: "Asia/Kolkata" },
      { step: "month", tz: "Europe/Moscow", by: "source" },
      { window: "7d", step: "day", tz: "Asia/Kathmandu" },
      { window: "30d", to: at(30 * 1440 + 7) },
      { step: "day", by: "topic" },
      { by: "rating" },
    ];
    const before = await Promise.all(questions.map(async (q) => ask(brand, { ...q, horizon })));
    expect(before.flat().length).toBeGreaterThan(100);
    const later = await tell(story.slice(200));
    const after = await Promise.all(questions.map(async (q) => ask(brand, { ...q, horizon: later, asOf: horizon })));
    expect(after).toEqual(before);
    expect(await ask(brand, { horizon: later })).not.toEqual(before[0]);
    // A point the log has not reached yet is the point it has reached.
    expect((await ask(brand, { horizon, asOf: later }))[0]?.asOf).toBe(horizon);
  });

  it("agrees with counting the mentions one by one, at any point and over any stretch", async () => {
    const brand = newBrand();
    const story = storyOf(5, { brand, facts: 300, mentions: 60, days: 30 });
    const points = [await tell(story.slice(0, 120)), await tell(story.slice(120, 210)), await tell(story.slice(210))];
    const horizon = points[2] as Instant;
    const random = randomOf(9);
    for (const asOf of points) {
      const mentions = await countedMentions(opened.store, brand, Date.parse(asOf));
      for (let i = 0; i < 12; i++) {
        const from = at(Math.floor(random() * 40_000) - 5000);
        const to = at((Date.parse(from) - Date.UTC(2026, 2, 2, 10)) / 60_000 + Math.floor(random() * 20_000) + 1);
        const [row] = await ask(brand, { from, to, asOf, horizon });
        const inside = mentions.filter((m) => m.at >= Date.parse(from) && m.at < Date.parse(to));
        const of = (label: string): number => inside.filter((m) => m.label === label).length;
        const isOriginal = (m: (typeof mentions)[number]): boolean =>
          m.grp === "" || !mentions.some((o) => o.grp === m.grp && (o.at < m.at || (o.at === m.at && o.id < m.id)));
        expect(counts(row)).toBe(
          `+${of("positive")} =${of("neutral")} -${of("negative")} ?${of("unscored")} o${inside.filter(isOriginal).length}`,
        );
      }
    }
  });
});

describe("rolling", () => {
  it("has a point for every full hour, empty ones too, with the digits of nsr", async () => {
    const brand = newBrand();
    await tell([
      ...many(brand, "positive", 30, 0),
      ...many(brand, "negative", 15, 60 * 30),
      ...many(brand, "neutral", 60, 60 * 60),
    ]);
    const from = at(60);
    const to = at(60 * 24 * 12);
    const points = await readRolling(opened.store, { brands: [brand], hours: 24, from, to });
    expect(points).toHaveLength(24 * 12);
    expect(points.at(-1)).toMatchObject({ n: 0, nsr: null, low: null, state: "empty" });
    const rows = await ask(brand, { window: "24h", step: "hour", from: at(0), to });
    expect(points.map((p) => [p.at, p.n, p.nsr, p.low, p.high, p.nsrPolar, p.polarLow, p.polarHigh, p.state])).toEqual(
      rows.map((r) => [r.to, r.n, r.nsr, r.low, r.high, r.nsrPolar, r.polarLow, r.polarHigh, r.state]),
    );
    expect(await readRolling(opened.store, { brands: [newBrand()], hours: 168, from, to })).toEqual([]);
    await expect(readRolling(opened.store, { brands: [brand], hours: 0, from, to })).rejects.toMatchObject({
      code: "USAGE",
    });
  });
});

describe("brands and counts", () => {
  it("lists every brand with its extent, and counts days that hold anything", async () => {
    const brand = newBrand();
    await tell([...many(brand, "positive", 2, 0), ...many(brand, "negative", 1, 60 * 50)]);
    expect((await listBrands(opened.store)).find((b) => b.id === brand)).toEqual({
      id: brand,
      first: "2026-03-02T10:00:00.000Z",
      last: "2026-03-04T13:00:00.000Z",
    });
    const days = await readCounts(opened.store, { brand, from: null, to: null, step: "day", tz: "UTC", horizon: null });
    expect(days.map((d) => [d.from, d.positive, d.negative])).toEqual([
      ["2026-03-02T00:00:00.000Z", 2, 0],
      ["2026-03-04T00:00:00.000Z", 0, 1],
    ]);
  });

  it("claims nothing of a change between small numbers, and says which way a large one went", async () => {
    const brand = newBrand();
    await tell([
      ...many(brand, "positive", 100, 0),
      ...many(brand, "negative", 100, 1440),
      ...many(brand, "positive", 50, 2880),
    ]);
    const rows = await ask(brand, { step: "day" });
    expect(rows.map((r) => r.verdict)).toEqual([null, "down", null]);
    expect(verdict({ positive: 0, neutral: 0, negative: 100 }, { positive: 100, neutral: 0, negative: 0 })).toBe(
      "down",
    );
  });
});
