import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { checkpointsContract } from "@molva/testing";
import { afterAll, beforeAll } from "vitest";
import {
  openEmbeddedBus,
  openStore,
  readMigrations,
  serveClickHouse,
  storeCheckpoints,
  type ClickHouseServer,
  type EmbeddedStore,
  type OpenedStore,
} from "../src/index.ts";

const root = mkdtempSync(join(tmpdir(), "molva-checkpoints-"));
const path = join(root, "store");
const password = "a password of tests";
let behind: EmbeddedStore;
let server: ClickHouseServer;
beforeAll(async () => {
  behind = await openStore({ path, migrations: [] });
  server = await serveClickHouse({ store: behind, port: 0, users: [{ name: "molva", password, readonly: false }] });
});
afterAll(async () => {
  await server.close();
  await behind.close();
  rmSync(root, { recursive: true, force: true });
});

let tests = 0;
const newName = (): string => `checkpoints_${(tests += 1)}`;

checkpointsContract("the embedded log's", async () => {
  const dir = join(root, newName());
  let bus = await openEmbeddedBus({ dir });
  return {
    checkpoints: bus.checkpoints,
    reopen: async () => {
      await bus.close();
      bus = await openEmbeddedBus({ dir });
      return bus.checkpoints;
    },
    dispose: async () => bus.close(),
  };
});

/** The product's own table, and no other: opening is what takes the time. */
const inStore = (open: (database: string) => Promise<OpenedStore>) => async () => {
  const database = newName();
  const stores = [await open(database)];
  return {
    checkpoints: storeCheckpoints(stores[0] as OpenedStore),
    reopen: async () => {
      const store = await open(database);
      stores.push(store);
      return storeCheckpoints(store);
    },
    dispose: async () => {
      for (const store of stores) await store.close();
    },
  };
};

const migrations = (await readMigrations())
  .filter(({ name }) => name === "checkpoint")
  .map((migration) => ({ ...migration, number: 1 }));

checkpointsContract(
  "the store's, in this process",
  inStore(async (database) => openStore({ path, database, migrations })),
);
checkpointsContract(
  "the store's, over HTTP",
  inStore(async (database) => openStore({ url: server.url, user: "molva", password, database, migrations })),
);
