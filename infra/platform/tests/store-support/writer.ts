/** Inserts numbered batches until it is killed, and says `ack N` for each that is acknowledged. Arguments: folder, first number. */
import { z } from "zod";
import { openStore } from "../../src/index.ts";
import { BATCH_ROWS, batchRows, NUMBERED } from "./numbered.ts";

const [path, first] = process.argv.slice(2) as [string, string];
const store = await openStore({ path, database: "kill", migrations: [] });
await store.execute({ name: "make", sql: NUMBERED.sql, params: z.strictObject({}) }, {});
process.stdout.write(`open ${BATCH_ROWS}\n`);
for (let batch = Number(first); ; batch += 1) {
  await store.insert(NUMBERED.table, batchRows(batch));
  process.stdout.write(`ack ${batch}\n`);
}
