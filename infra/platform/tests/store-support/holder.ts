/** Opens a store, works a little and says `open`; closes it at once, or with `--stay` at SIGTERM. It never calls exit. */
import { once } from "node:events";
import { z } from "zod";
import { openStore } from "../../src/index.ts";

const [path, stay] = process.argv.slice(2) as [string, string | undefined];
const store = await openStore({ path, migrations: [] });
const told = stay === undefined ? Promise.resolve() : once(process, "SIGTERM");
const alive = stay === undefined ? undefined : setInterval(() => {}, 60_000);
const one = { name: "one", sql: "SELECT 1 AS one", params: z.strictObject({}), row: z.strictObject({ one: z.int() }) };
await store.query(one, {});
for await (const row of store.stream(one, {})) process.stdout.write(row.one === 1 ? "open\n" : "");
await told;
await store.close();
clearInterval(alive);
