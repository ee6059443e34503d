export { openStore, type StoreOptions } from "./store.ts";
export { migrationOf, readMigrations, type Migration } from "./migrate.ts";
