import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { storeContract } from "@molva/testing";
import { afterAll, beforeAll } from "vitest";
import { openStore, serveClickHouse, type ClickHouseServer, type EmbeddedStore } from "../src/index.ts";

const path = mkdtempSync(join(tmpdir(), "molva-http-"));
const users = [{ name: "molva", password: "a password of tests", readonly: false }];
let behind: EmbeddedStore;
let server: ClickHouseServer;

beforeAll(async () => {
  behind = await openStore({ path, migrations: [] });
  server = await serveClickHouse({ store: behind, port: 0, users });
});
afterAll(async () => {
  await server.close();
  await behind.close();
  rmSync(path, { recursive: true, force: true });
});

storeContract("ClickHouse over HTTP", async (database) =>
  openStore({ url: server.url, user: "molva", password: "a password of tests", database, migrations: [] }),
);
