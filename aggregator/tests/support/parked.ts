import { randomInt } from "node:crypto";
import type { Command, Store } from "@molva/contracts";
import { z } from "zod";
import { bucketRows } from "../../src/bucket-sql.ts";
import { FINAL_SETTINGS, PAIRS } from "../../src/fold-sql.ts";
import { pairParams, pairsOf, stepsOver, type BrandHour, type Steps } from "../../src/steps.ts";

export type Gate = () => Promise<void>;

/** The product, or one of the two mistakes that the tests of the fold must notice. */
export const KINDS = ["right", "without the copy rule", "rev taken at writing"] as const;
export type Kind = (typeof KINDS)[number];

const none = z.strictObject({});
const tokenOnly = z.strictObject({ token: z.int() });
const COLUMNS = `brand, hour, positive, neutral, negative, unscored, singles, coarse_positive, coarse_neutral, coarse_negative, coarse_unscored, coarse_singles,
  by_person, p_negative, p_neutral, p_positive, cells, firsts, known`;

const parkedParams = pairParams.extend({ token: z.int() });

const READ: Command<z.infer<typeof parkedParams>> = {
  name: "test-reduce-read",
  sql: `INSERT INTO parked (${COLUMNS}, rev, token) SELECT ${COLUMNS}, rev, {token:UInt64} FROM (${bucketRows(PAIRS)}) SETTINGS ${FINAL_SETTINGS}`,
  params: parkedParams,
};

const write = (rev: string): Command<{ readonly token: number }> => ({
  name: "test-reduce-write",
  sql: `INSERT INTO bucket (${COLUMNS}, rev) SELECT ${COLUMNS}, ${rev} FROM parked WHERE token = {token:UInt64}`,
  params: tokenOnly,
});
const BY_FACTS = write("rev");
/** The mistake: the time of the write instead of what was read. */
const BY_CLOCK = write("toUInt128(toUnixTimestamp64Nano(now64(9)))");

const FORGET: Command<{ readonly token: number }> = {
  name: "test-reduce-written",
  sql: "ALTER TABLE parked DROP PARTITION {token:UInt64}",
  params: tokenOnly,
};

/** A place for what a reduce has read and not written yet: a part of its own each, so that writing finds it without reading the others. */
export const makeParked = (store: Store): Promise<void> =>
  store.execute(
    {
      name: "test-parked",
      sql: "CREATE TABLE IF NOT EXISTS parked ENGINE = MergeTree PARTITION BY token ORDER BY tuple() AS SELECT *, toUInt64(0) AS token FROM bucket WHERE 0",
      params: none,
    },
    {},
  );

/** Steps whose reduce is parked between what it reads and what it writes. */
export const parkedSteps = (store: Store, kind: Kind, gate: Gate): Steps => {
  const steps = stepsOver(store);
  const reduce = async (touched: readonly BrandHour[]): Promise<void> => {
    if (touched.length === 0) return;
    const token = randomInt(2 ** 47);
    await store.execute(READ, { ...pairsOf(touched), token });
    await gate();
    await store.execute(kind === "rev taken at writing" ? BY_CLOCK : BY_FACTS, { token });
    await store.execute(FORGET, { token });
  };
  return { ...steps, reduce, copy: kind === "without the copy rule" ? async () => {} : steps.copy };
};
