/** Brings a database up to date and says `migrated` after each file, `done` at the end. Argument: folder. */
import { openStore } from "../../src/index.ts";
import { MIGRATIONS } from "./migrations.ts";

const say = (event: string): void => {
  process.stdout.write(event === "store.migrated" ? "migrated\n" : "");
};
const store = await openStore({
  path: process.argv[2] as string,
  database: "killed",
  migrations: MIGRATIONS,
  log: { debug: say, info: say, warn: say, error: say },
});
await store.close();
process.stdout.write("done\n");
