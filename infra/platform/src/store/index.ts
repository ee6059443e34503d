export { linkFolder, linkStore } from "./link-store.ts";
export { writeGate, type WriteGate } from "./write-gate.ts";
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
