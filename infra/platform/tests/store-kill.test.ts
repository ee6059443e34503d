import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { openStore } from "../src/index.ts";
import { killAfter, startChild } from "./store-support/child.ts";
import { BATCH_ROWS, PARTITIONS } from "./store-support/numbered.ts";

const path = mkdtempSync(join(tmpdir(), "molva-store-kill-"));
afterAll(() => rmSync(path, { recursive: true, force: true }));

const BATCHES = {
  name: "batches by partition",
  sql: "SELECT batch, toYear(at) AS year, toUInt32(count()) AS rows, toUInt32(uniqExact(n)) AS numbers FROM numbered GROUP BY batch, year",
  params: z.strictObject({}),
  row: z.strictObject({ batch: z.int(), year: z.int(), rows: z.int(), numbers: z.int() }),
};

describe("a process that is killed while it writes", () => {
  it("has every acknowledged batch whole, and of the one under way whole partitions only; five times over", async () => {
    const acked = new Set<number>();
    const perPartition = BATCH_ROWS / PARTITIONS;
    for (let round = 0; round < 5; round += 1) {
      const first = round * 1_000;
      const said = await killAfter(
        startChild("./writer.ts", path, String(first)),
        "ack ",
        1 + Math.floor(Math.random() * 30),
        Math.random() * 25,
      );
      for (const line of said) acked.add(Number(line.slice("ack ".length)));

      const store = await openStore({ path, database: "kill", migrations: [] });
      const groups = await store.query(BATCHES, {});
      await store.close();
      expect(groups.filter((group) => group.rows !== perPartition || group.numbers !== perPartition)).toEqual([]);
      const partitionsOf = (batch: number): number => groups.filter((group) => group.batch === batch).length;
      expect([...acked].filter((batch) => partitionsOf(batch) !== PARTITIONS)).toEqual([]);
      const underWay = new Set(
        groups.map((group) => group.batch).filter((batch) => batch >= first && !acked.has(batch)),
      );
      expect(underWay.size).toBeLessThanOrEqual(1);
    }
    expect(acked.size).toBeGreaterThanOrEqual(5);
  });
});
