import { afterAll, beforeAll, expect, it } from "vitest";
import { instantOf, millisOf, type Fact, type Instant } from "@molva/contracts";
import { z } from "zod";
import { aggregateStage, readNsr, verify } from "../src/index.ts";
import { at, batchOf, content, exclude, logged } from "./support/facts.ts";
import { countedMentions } from "./support/recounted.ts";
import { openTestStore, type TestStore } from "./support/store.ts";
import { lastOf, storyOf } from "./support/story.ts";

const DAY = 86_400_000;
const MIDNIGHT = Date.UTC(2026, 2, 3);

let opened: TestStore;
beforeAll(async () => {
  opened = await openTestStore();
});
afterAll(async () => opened[Symbol.asyncDispose]());

let offset = 0n;
const tell = async (facts: readonly Fact[]): Promise<Instant> => {
  const log = logged(facts, offset);
  offset += BigInt(facts.length);
  await aggregateStage({ store: opened.store }).process(batchOf(log), new AbortController().signal);
  return lastOf(log);
};

const league = async (
  brands: readonly string[],
  {
    from,
    days,
    asOf,
    horizon,
  }: { readonly from: number; readonly days: number; readonly asOf: Instant; readonly horizon: Instant },
): Promise<readonly string[]> =>
  (
    await readNsr(opened.store, {
      brands,
      from: instantOf(from),
      to: instantOf(from + days * DAY),
      window: null,
      step: null,
      by: null,
      tz: "UTC",
      asOf,
      horizon,
    })
  ).map((r) => `${r.brand}: +${r.positive} =${r.neutral} -${r.negative} ?${r.unscored} o${r.originals}`);

const counted = async (brand: string, asOf: Instant, from: number, to: number): Promise<string> => {
  const mentions = await countedMentions(opened.store, brand, millisOf(asOf));
  const inside = mentions.filter((m) => m.at >= from && m.at < to);
  const of = (label: string): number => inside.filter((m) => m.label === label).length;
  const isFirst = (m: (typeof mentions)[number]): boolean =>
    m.grp === "" || !mentions.some((o) => o.grp === m.grp && (o.at < m.at || (o.at === m.at && o.id < m.id)));
  return `${brand}: +${of("positive")} =${of("neutral")} -${of("negative")} ?${of("unscored")} o${inside.filter(isFirst).length}`;
};

it("a league table counts what a recount counts, over days of UTC and of Moscow, now and as of before", async () => {
  const brands = ["league a", "league b", "league c"];
  const stories = brands.map((brand, i) => storyOf(31 + i, { brand, facts: 110, mentions: 45, days: 28 }));
  const point = await tell(stories.flatMap((story) => story.slice(0, 70)));
  const horizon = await tell(stories.flatMap((story) => story.slice(70)));
  for (const asOf of [horizon, point])
    for (const from of [MIDNIGHT + 9 * DAY, MIDNIGHT + 9 * DAY - 3 * 3_600_000]) {
      const expected = await Promise.all(brands.map(async (brand) => counted(brand, asOf, from, from + 9 * DAY)));
      expect(await league(brands, { from, days: 9, asOf, horizon })).toEqual(expected);
    }
  expect((await verify(opened.store)).differences).toEqual([]);
});

it("an original weeks before the range is none of it, until it leaves", async () => {
  const brand = "far back";
  const copy = (key: string, days: number): Fact =>
    content({ brand, key, group: "g", published: instantOf(MIDNIGHT + days * DAY + 5_000_000) });
  const range = { from: MIDNIGHT + 35 * DAY, days: 7 };
  const first = await tell([copy("late", 37), copy("later", 39), content({ brand, key: "alone", published: at(0) })]);
  expect(await league([brand], { ...range, asOf: first, horizon: first })).toEqual([`${brand}: +2 =0 -0 ?0 o1`]);
  const second = await tell([copy("first", 1)]);
  expect(await league([brand], { ...range, asOf: second, horizon: second })).toEqual([`${brand}: +2 =0 -0 ?0 o0`]);
  const third = await tell([exclude({ brand, key: "first" }, at(90_000))]);
  expect(await league([brand], { ...range, asOf: third, horizon: third })).toEqual([`${brand}: +2 =0 -0 ?0 o1`]);
  expect(await league([brand], { ...range, asOf: second, horizon: third })).toEqual([`${brand}: +2 =0 -0 ?0 o0`]);
  expect(await league([brand], { ...range, asOf: first, horizon: third })).toEqual([`${brand}: +2 =0 -0 ?0 o1`]);
});

it("verify tells a day that is not the sum of its hours, and an hour of a group that a look-up would miss", async () => {
  const write = async (sql: string): Promise<void> =>
    opened.store.execute({ name: "test-write", sql, params: z.strictObject({}) }, {});
  const brand = "tampered";
  await tell([content({ brand, key: "a", group: "g", published: at(0) })]);
  await write(
    `INSERT INTO bucket_day SELECT * REPLACE (positive + 1 AS positive, rev + 1 AS rev) FROM bucket_day FINAL WHERE brand = '${brand}'`,
  );
  await write("TRUNCATE TABLE group_span");
  const found = (await verify(opened.store)).differences.filter((one) => one.brand === brand);
  expect(found).toEqual([
    { brand, hour: "2026-03-02T00:00:00.000Z", column: "day positive", stored: 2, recounted: 1 },
    { brand, hour: "2026-03-02T10:00:00.000Z", column: "hour of group g", stored: 0, recounted: 1 },
  ]);
});
