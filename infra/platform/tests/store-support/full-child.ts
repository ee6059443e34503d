/** Inserts batches until the disk of the folder is full; says what was acknowledged and how the last one failed, takes the filler away, and goes on. Arguments: folder, filler. */
import { randomBytes } from "node:crypto";
import { rmSync, writeSync } from "node:fs";
import { isPipelineError } from "@molva/contracts";
import { z } from "zod";
import { openStore } from "../../src/index.ts";
import { NUMBERED } from "./numbered.ts";

const [path, filler] = process.argv.slice(2) as [string, string];
const store = await openStore({ path, database: "full", migrations: [], readers: 1 });
await store.execute({ name: "make", sql: NUMBERED.sql, params: z.strictObject({}) }, {});
/** Text that does not shrink: a batch of 60 rows takes 3 MB. */
const rowsOf = (batch: number, count: number) =>
  Array.from({ length: count }, (_, n) => ({
    batch,
    n,
    at: "2026-06-01T00:00:00.000Z",
    text: randomBytes(48 * 1024).toString("base64"),
  }));
const acknowledged: number[] = [];
let failure: unknown = null;
let batch = 0;
while (failure === null && batch < 1000) {
  const rows = rowsOf(batch, 60);
  try {
    await store.insert(NUMBERED.table, rows);
    acknowledged.push(batch);
  } catch (error) {
    failure = error;
  }
  batch += 1;
}
rmSync(filler);
await store.insert(NUMBERED.table, rowsOf(batch, 60));
acknowledged.push(batch);
await store.close();
writeSync(
  1,
  `\n${JSON.stringify({
    acknowledged,
    message: failure instanceof Error ? failure.message : null,
    ...(isPipelineError(failure) ? { code: failure.code, recovery: failure.recovery } : {}),
  })}`,
);
