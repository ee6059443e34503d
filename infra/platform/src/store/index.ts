export { storeCheckpoints } from "./checkpoints.ts";
export { clusterMigrations, type ClusterOptions } from "./cluster.ts";
export {
  openStore,
  type EmbeddedStore,
  type EmbeddedStoreOptions,
  type OpenedStore,
  type ServerStoreOptions,
  type StoreOptions,
} from "./store.ts";
export { migrationOf, readMigrations, type Migration } from "./migrate.ts";
