import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { storeContract } from "@molva/testing";
import { afterAll } from "vitest";
import { openStore } from "../src/index.ts";

const path = mkdtempSync(join(tmpdir(), "molva-store-"));
afterAll(() => rmSync(path, { recursive: true, force: true }));

storeContract("chDB in this process", async (database) => openStore({ path, database, migrations: [] }));
