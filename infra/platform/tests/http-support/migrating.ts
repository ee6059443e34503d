/** Opens several stores on one database of a server at once, so that they bring it up to date together. Arguments: URL, user, password. */
import { openStore } from "../../src/store/index.ts";
import { MIGRATIONS } from "../store-support/migrations.ts";

const [url, user, password] = process.argv.slice(2) as [string, string, string];
const stores = await Promise.all(
  [1, 2].map(async () => openStore({ url, user, password, database: "at_once", migrations: MIGRATIONS })),
);
for (const store of stores) await store.close();
