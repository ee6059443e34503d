import fc from "fast-check";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { Store } from "@molva/contracts";
import { rate, shareOf, sizeOf, verdict, type Polarity } from "@molva/numbers";
import { z } from "zod";
import { openTestStore, type TestStore } from "./support/store.ts";

/**
 * Every formula stands once in @molva/numbers and once in the store's views, for those who read the store alone. Each case is a brand of its own with
 * one bucket now and one in the window before: some hundreds of them in one store, compared digit by digit.
 */
const CASES = 400;
const HOUR = Date.UTC(2026, 2, 10, 12) / 1000;
const HOURS = 24;
const BEFORE = HOUR - HOURS * 3600;

interface Case {
  readonly brand: string;
  readonly now: Counted;
  readonly before: Counted;
}
interface Counted extends Polarity {
  readonly unscored: number;
}

/** Small counts are where states change and intervals touch their ends; large ones where digits are lost. */
const size = fc.oneof(
  fc.nat(12),
  fc.nat(40),
  fc.nat(400),
  fc.nat(20_000),
  fc.constant(0),
  fc.constantFrom(9, 10, 29, 30, 99, 100),
);
const counted: fc.Arbitrary<Counted> = fc.record({ positive: size, neutral: size, negative: size, unscored: size });
const cases: fc.Arbitrary<readonly Case[]> = fc
  .array(fc.tuple(counted, counted), { minLength: CASES, maxLength: CASES })
  .map((list) => list.map(([now, before], i) => ({ brand: `case-${i}`, now, before })));

const none = z.strictObject({});
const number = z.coerce.number();
/** A bound that rounds to nothing from below is written `-0` by the engine; it is zero. */
const percent = z
  .number()
  .transform((value) => value + 0)
  .nullable();

let opened: TestStore;
beforeAll(async () => {
  opened = await openTestStore();
});
afterAll(async () => opened[Symbol.asyncDispose]());

const write = async (store: Store, sql: string): Promise<void> =>
  store.execute({ name: "test-write", sql, params: none }, {});

const filled = async (store: Store, list: readonly Case[]): Promise<void> => {
  await write(store, "TRUNCATE TABLE bucket");
  await write(store, "TRUNCATE TABLE brand_title");
  const row = (brand: string, hour: number, c: Counted): string =>
    `('${brand}', ${hour}, ${c.positive}, ${c.neutral}, ${c.negative}, ${c.unscored}, 1)`;
  const values = list.flatMap(({ brand, now, before }) => [
    row(brand, HOUR - 3600, now),
    row(brand, BEFORE - 3600, before),
  ]);
  await write(
    store,
    `INSERT INTO bucket (brand, hour, positive, neutral, negative, unscored, rev) VALUES ${values.join(",")}`,
  );
  await write(
    store,
    `INSERT INTO brand_title (brand, title, ver) VALUES ${list.map(({ brand }) => `('${brand}', '${brand}', 1)`).join(",")}`,
  );
};

const brandsOf = (list: readonly Case[]): string => `[${list.map(({ brand }) => `'${brand}'`).join(",")}]`;
const text = (seconds: number): string => new Date(seconds * 1000).toISOString().slice(0, 19).replace("T", " ");

const counts = { brand: z.string(), positive: number, neutral: number, negative: number, unscored: number, n: number };
const ask = async <Row>(store: Store, sql: string, row: z.ZodType<Row>): Promise<readonly Row[]> =>
  store.query({ name: "test-view", sql, params: none, row }, {});

it("nsr_rolling, brand_rolling and brand_now say what the numbers package says: every rate, interval, share, state and verdict", async () => {
  const { store } = opened;
  await fc.assert(
    fc.asyncProperty(cases, async (list) => {
      await filled(store, list);
      const by = new Map(list.map((one) => [one.brand, one]));

      const rolling = await ask(
        store,
        `SELECT brand, positive, neutral, negative, unscored, n, nsr, low, high, nsr_polar AS nsrPolar, polar_low AS polarLow, polar_high AS polarHigh, state
         FROM nsr_rolling(brands = ${brandsOf(list)}, hours = ${HOURS}, from = '${text(HOUR)}', to = '${text(HOUR)}')`,
        z.object({
          ...counts,
          nsr: percent,
          low: percent,
          high: percent,
          nsrPolar: percent,
          polarLow: percent,
          polarHigh: percent,
          state: z.string(),
        }),
      );
      expect(rolling).toHaveLength(CASES);
      for (const { brand, ...row } of rolling) {
        const { now } = by.get(brand) as Case;
        expect(row, brand).toEqual({ ...now, ...rate(now) });
      }

      const charted = await ask(
        store,
        `SELECT brand, positive, neutral, negative, unscored, n, nsr, nsr_low_base, low, high, polar, polar_low_base, polar_low, polar_high,
           share, share_low_base, share_low, share_high, state
         FROM brand_rolling(keys = ${brandsOf(list)}, hours = ${HOURS}, from = ${HOUR}, to = ${HOUR}, step = 3600)`,
        z.object({
          ...counts,
          nsr: percent,
          nsr_low_base: percent,
          low: percent,
          high: percent,
          polar: percent,
          polar_low_base: percent,
          polar_low: percent,
          polar_high: percent,
          share: percent,
          share_low_base: percent,
          share_low: percent,
          share_high: percent,
          state: z.string(),
        }),
      );
      expect(charted).toHaveLength(CASES);
      for (const { brand, ...row } of charted) {
        const { now } = by.get(brand) as Case;
        const said = rate(now);
        const negative = shareOf(now.negative, said.n);
        const isLow = said.n < 30;
        expect(row, brand).toEqual({
          ...now,
          n: said.n,
          nsr: isLow ? null : said.nsr,
          nsr_low_base: isLow ? said.nsr : null,
          low: said.low,
          high: said.high,
          polar: isLow ? null : said.nsrPolar,
          polar_low_base: isLow ? said.nsrPolar : null,
          polar_low: said.polarLow,
          polar_high: said.polarHigh,
          share: isLow ? null : negative.value,
          share_low_base: isLow ? negative.value : null,
          share_low: negative.low,
          share_high: negative.high,
          state: said.state,
        });
      }

      const stand = await ask(
        store,
        `SELECT brand, positive, neutral, negative, unscored, n, previous_n, rate, low, high, polar, polar_low, polar_high, share, share_low, share_high, previous, state, verdict
         FROM brand_now(keys = ${brandsOf(list)}, hours = ${HOURS}, to = ${HOUR})`,
        z.object({
          ...counts,
          previous_n: number,
          rate: percent,
          low: percent,
          high: percent,
          polar: percent,
          polar_low: percent,
          polar_high: percent,
          share: percent,
          share_low: percent,
          share_high: percent,
          previous: percent,
          state: z.string(),
          verdict: z.string(),
        }),
      );
      expect(stand).toHaveLength(CASES);
      for (const { brand, ...row } of stand) {
        const { now, before } = by.get(brand) as Case;
        const said = rate(now);
        const negative = shareOf(now.negative, said.n);
        expect(row, brand).toEqual({
          ...now,
          n: said.n,
          previous_n: sizeOf(before),
          rate: said.nsr,
          low: said.low,
          high: said.high,
          polar: said.nsrPolar,
          polar_low: said.polarLow,
          polar_high: said.polarHigh,
          share: negative.value,
          share_low: negative.low,
          share_high: negative.high,
          previous: rate(before).nsr,
          state: said.state,
          verdict: verdict(now, before) ?? "none",
        });
      }
    }),
    { numRuns: 2, endOnFailure: true },
  );
});
