import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Store } from "@molva/contracts";
import { openStore } from "@molva/platform";
import { z } from "zod";

export interface TestStore extends AsyncDisposable {
  readonly store: Store;
}

/** A store of its own in a temporary folder; one a process at a time. */
export const openTestStore = async (): Promise<TestStore> => {
  const path = await mkdtemp(join(tmpdir(), "molva-aggregator-"));
  const store = await openStore({ path });
  return {
    store,
    [Symbol.asyncDispose]: async () => {
      await store.close();
      await rm(path, { recursive: true, force: true });
    },
  };
};

const HOURS = {
  name: "test-hours",
  sql: `SELECT toUnixTimestamp(hour) AS hour, positive, neutral, negative, unscored FROM bucket FINAL
    WHERE brand = {brand:String} AND positive + neutral + negative + unscored > 0 ORDER BY hour`,
  params: z.strictObject({ brand: z.string() }),
  row: z.object({ hour: z.int(), positive: z.int(), neutral: z.int(), negative: z.int(), unscored: z.int() }),
};

/** What counts per hour, hours without anything left out: `["2026-03-02T10 +1 =0 -0 ?0"]`. */
export const countedHours = async (store: Store, brand: string): Promise<readonly string[]> =>
  (await store.query(HOURS, { brand })).map(
    (r) =>
      `${new Date(r.hour * 1000).toISOString().slice(0, 13)} +${r.positive} =${r.neutral} -${r.negative} ?${r.unscored}`,
  );
