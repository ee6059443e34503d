import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { DIMENSIONS, millisOf, type Dimension, type Fact, type Instant, type MeasuredRow } from "@molva/contracts";
import { dispersion, rate, shareOf } from "@molva/numbers";
import { aggregateStage, readMeasures, type MeasuresQuestion } from "../src/index.ts";
import type { CountedMention } from "../src/verify/recount.ts";
import { at, batchOf, choice, content, human, logged } from "./support/facts.ts";
import { countedMentions } from "./support/recounted.ts";
import { openTestStore, type TestStore } from "./support/store.ts";
import { lastOf, storyOf } from "./support/story.ts";

const DAYS = 100;

let opened: TestStore;
let offset = 0n;
beforeAll(async () => {
  opened = await openTestStore();
});
afterAll(async () => opened[Symbol.asyncDispose]());

const tell = async (facts: readonly Fact[]): Promise<Instant> => {
  const log = logged(facts, offset);
  offset += BigInt(facts.length);
  await aggregateStage({ store: opened.store }).process(batchOf(log), new AbortController().signal);
  return lastOf(log);
};

const ask = (brands: readonly string[], question: Partial<MeasuresQuestion>): Promise<readonly MeasuredRow[]> =>
  readMeasures(opened.store, {
    brands,
    from: null,
    to: null,
    window: null,
    step: null,
    by: null,
    tz: "UTC",
    asOf: null,
    horizon: null,
    against: null,
    ...question,
  });

/** Under which values a mention stands, with the label it has there. */
const standsUnder = (m: CountedMention, by: Dimension | null): readonly (readonly [string, string])[] => {
  if (by === null) return [["", m.label]];
  if (by === "topic") return m.clauses.length === 0 ? [["none", m.label]] : m.clauses;
  return [[m[by] === "" ? "none" : m[by], m.label]];
};

/** The originals of all time: of each group the earliest by date and id; those in no group. */
const originalIds = (mentions: readonly CountedMention[]): ReadonlySet<string> => {
  const first = new Map<string, CountedMention>();
  for (const m of mentions) {
    const known = first.get(m.grp || `single ${m.id}`);
    if (known === undefined || m.at < known.at || (m.at === known.at && m.id < known.id))
      first.set(m.grp || `single ${m.id}`, m);
  }
  return new Set([...first.values()].map(({ id }) => id));
};

const stars = (rating: string): number => {
  const [value, top] = rating.split("/");
  return (Number(value) / Number(top ?? 5)) * 5;
};

/** A row counted mention by mention. */
const recounted = (
  mentions: readonly CountedMention[],
  row: Pick<MeasuredRow, "from" | "to">,
  { by, value, coarse }: { readonly by: Dimension | null; readonly value: string; readonly coarse: boolean },
): unknown => {
  const originals = originalIds(mentions);
  const here = mentions.filter((m) => m.at >= millisOf(row.from) && m.at < millisOf(row.to) && (coarse || !m.coarse));
  const found = here.flatMap((m) =>
    standsUnder(m, by).flatMap(([under, label]) => (by === null || under === value ? [{ m, label }] : [])),
  );
  const count = (label: string): number => found.filter((one) => one.label === label).length;
  const [positive, neutral, negative, unscored] = ["positive", "neutral", "negative", "unscored"].map(count) as [
    number,
    number,
    number,
    number,
  ];
  const rated = found.filter(({ m }) => m.rating !== "").map(({ m }) => stars(m.rating));
  const csat = shareOf(rated.filter((value_) => value_ >= 4).length, rated.length);
  const share = shareOf(negative, positive + neutral + negative);
  return {
    positive,
    neutral,
    negative,
    unscored,
    originals: found.filter(({ m }) => originals.has(m.id)).length,
    ...rate({ positive, neutral, negative }),
    negativeShare: share.value,
    negativeLow: share.low,
    negativeHigh: share.high,
    rated: rated.length,
    reviewCsat: csat.value,
    csatLow: csat.low,
    csatHigh: csat.high,
    meanRating: rated.length < 10 ? null : expect.closeTo(rated.reduce((sum, x) => sum + x, 0) / rated.length, 3),
    volume: found.length,
  };
};

const DIVISIONS = [null, ...DIMENSIONS] as const;

describe("a window", () => {
  const brand = "windows";
  let mentions: readonly CountedMention[];
  let horizon: Instant;
  beforeAll(async () => {
    horizon = await tell(storyOf(11, { brand, facts: 900, mentions: 260, days: DAYS }));
    mentions = await countedMentions(opened.store, brand, millisOf(horizon));
  });

  it.each(["24h", "7d", "30d", "90d", "36h", "6h"])(
    "of %s equals counting mention by mention, by every dimension",
    async (window) => {
      const coarse = window !== "6h";
      const [from, to] = [at((DAYS - 4) * 1440 - 600), at((DAYS - 4) * 1440 - 600 + 5 * 60)];
      for (const by of DIVISIONS) {
        const rows = await ask([brand], { window, step: "hour", from, to, by, horizon });
        expect(rows.length).toBeGreaterThanOrEqual(window === "6h" || window === "24h" ? 0 : 5);
        for (const row of rows) {
          const value = by === null ? "" : (row[by] ?? "");
          expect(row, `${by} ${value} ${row.from}`).toMatchObject(
            recounted(mentions, row, { by, value, coarse }) as object,
          );
        }
        // Nothing is left out: a value without a row has no mention there.
        if (by === null) expect(rows).toHaveLength(5);
        const ends = new Set(rows.map((row) => row.to));
        for (const end of ends) {
          const [one] = rows.filter((row) => row.to === end) as [MeasuredRow];
          const values = new Set(
            mentions
              .filter((m) => m.at >= millisOf(one.from) && m.at < millisOf(end) && (coarse || !m.coarse))
              .flatMap((m) => standsUnder(m, by).map(([under]) => under)),
          );
          if (by !== null) expect(new Set(rows.filter((row) => row.to === end).map((row) => row[by]))).toEqual(values);
        }
      }
    },
  );

  it("adds up: the values of a dimension are the whole, and the days are the month", async () => {
    const range = { from: at(0), to: at(30 * 1440), horizon };
    const [whole] = (await ask([brand], range)) as [MeasuredRow];
    const summed = (rows: readonly MeasuredRow[]): unknown =>
      Object.fromEntries(
        (["positive", "neutral", "negative", "unscored", "originals", "volume", "rated"] as const).map((key) => [
          key,
          rows.reduce((sum, row) => sum + row[key], 0),
        ]),
      );
    for (const by of ["source", "language", "region", "rating"] as const)
      expect(summed(await ask([brand], { ...range, by }))).toEqual(summed([whole]));
    expect(summed(await ask([brand], { ...range, step: "day" }))).toEqual(summed([whole]));
  });
});

describe("share of voice", () => {
  it("is own mentions of those of the named set, unscored ones too, and names the set", async () => {
    const many = (brand: string, count: number, label: "positive" | "unscored"): readonly Fact[] =>
      Array.from({ length: count }, (_, i) =>
        content({ brand, key: `${label}${i}`, label, published: at(i), observed: at(9000) }),
      );
    const horizon = await tell([
      ...many("v-one", 30, "positive"),
      ...many("v-one", 10, "unscored"),
      ...many("v-two", 60, "positive"),
      ...many("v-three", 100, "positive"),
    ]);
    const range = { from: at(-60), to: at(1000), horizon };
    const [one] = await ask(["v-one"], { ...range, against: ["v-two"] });
    const share = shareOf(40, 100);
    expect(one).toMatchObject({ voiceShare: 40, voiceLow: share.low, voiceHigh: share.high, voiceOf: 100 });
    expect(one?.voiceAgainst).toEqual(["v-one", "v-two"]);
    const all = await ask(["v-one", "v-two", "v-three"], { ...range, against: ["v-one", "v-two", "v-three"] });
    expect(all.map(({ voiceShare }) => voiceShare)).toEqual([20, 30, 50]);
    expect((await ask(["v-one"], range))[0]).toMatchObject({ voiceShare: null, voiceOf: null, voiceAgainst: null });
  });
});

describe("volume", () => {
  it("swings by what the weeks before did, from the first mention on; with too short a past it claims nothing", async () => {
    const brand = "tides";
    const week = 7 * 24 * 60;
    const sizes = [10, 20, 30, 40, 36];
    const facts = sizes.flatMap((size, w) =>
      Array.from({ length: size }, (_, i) =>
        content({ brand, key: `w${w}-${i}`, published: at(w * week + i), observed: at(90_000) }),
      ),
    );
    const horizon = await tell(facts);
    const phi = dispersion(sizes.slice(0, 4)) as number;
    const [row] = await ask([brand], { from: at(4 * week), to: at(5 * week), horizon });
    const factor = Math.exp(1.96 * Math.sqrt(phi / 36));
    expect(row?.volume).toBe(36);
    expect(row?.volumeLow).toBeCloseTo(36 / factor, 3);
    expect(row?.volumeHigh).toBeCloseTo(36 * factor, 3);
    const [early] = await ask([brand], { from: at(2 * week), to: at(3 * week), horizon });
    expect(early).toMatchObject({ volume: 30, volumeLow: null, volumeHigh: null });
    // A month is told by the weeks before it.
    const [month] = await ask([brand], { from: at(4 * week), to: at(8 * week), horizon });
    expect(month?.volumeLow).toBeCloseTo(36 / factor, 3);
  });
});

describe("as of a point", () => {
  it("every measure has the same digits after corrections, a replay and a switch", async () => {
    const brand = "fixed";
    const first = await tell(storyOf(5, { brand, facts: 150, mentions: 60, days: 20 }));
    const questions: readonly Partial<MeasuresQuestion>[] = [
      {},
      { by: "source" },
      { by: "topic" },
      { by: "rating" },
      { window: "7d", step: "day" },
      { against: ["windows"] },
    ];
    const before = await Promise.all(questions.map((one) => ask([brand], { ...one, horizon: first })));
    const asOf = before[0]?.[0]?.asOf as Instant;
    expect(asOf).toBe(first);
    const known = (await countedMentions(opened.store, brand, millisOf(first))).length;
    await tell(
      Array.from({ length: 20 }, (_, i) =>
        human({ brand, key: `m${i}`, source: i % 2 === 0 ? "rss" : "web-reviews" }, "negative", at(200_000 + i)),
      ),
    );
    await tell(
      Array.from({ length: 60 }, (_, i) =>
        content({
          brand,
          key: `m${i}`,
          source: i % 2 === 0 ? "rss" : "web-reviews",
          text: `words of ${i}`,
          published: at(i),
          observed: at(5 * i),
          label: "negative",
          model: "replayed@9",
        }),
      ),
    );
    const horizon = await tell([choice(brand, "replayed@9", 50, at(300_000))]);
    const after = await Promise.all(questions.map((one) => ask([brand], { ...one, horizon, asOf })));
    expect(after).toEqual(before);
    expect((await countedMentions(opened.store, brand, millisOf(first))).length).toBe(known);
    expect(await ask([brand], { horizon })).not.toEqual(before[0]);
  });
});
