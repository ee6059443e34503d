import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { instantOf } from "@molva/contracts";
import {
  openStore,
  serveClickHouse,
  storeCheckpoints,
  type ClickHouseServer,
  type EmbeddedStore,
} from "@molva/platform";
import { startMailServer } from "@molva/testing";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { CLAIM_MS, sharedClaims } from "../src/claims.ts";
import { sentNotes } from "../src/report/sent-notes.ts";

const CHILD = fileURLToPath(new URL("support/two-schedulers-child.ts", import.meta.url));
const PASSWORD = "who writes may do so";
const BRANDS = 4;

let folder: string;
let store: EmbeddedStore;
let server: ClickHouseServer;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "molva-two-"));
  store = await openStore({ path: join(folder, "store"), database: "molva" });
  server = await serveClickHouse({
    store,
    port: 0,
    users: [{ name: "molva", password: PASSWORD, readonly: false }],
  });
});
afterAll(async () => {
  await server.close();
  await store.close();
  await rm(folder, { recursive: true, force: true });
});

describe("two schedulers on one store", () => {
  it("send each report once, both at work at the same moment", async () => {
    const mail = await startMailServer();
    const children = ["one", "two"].map((name) =>
      spawn(
        process.execPath,
        [
          "--conditions=source",
          "--import",
          "tsx",
          CHILD,
          join(folder, name),
          server.url,
          PASSWORD,
          String(mail.port),
          String(BRANDS),
        ],
        { stdio: ["pipe", "pipe", "inherit"] },
      ),
    );
    const ended = Promise.all(children.map((child) => once(child, "exit")));
    await Promise.all(children.map((child) => once(child.stdout, "data")));
    for (const child of children) child.stdin.write("go\n");
    await ended;
    await mail.stop();
    const got = mail.received.map(({ to }) => to[0] ?? "").toSorted();
    const due = Array.from({ length: BRANDS }, (_, i) => [
      `ivan-brand-${i}@example.org`,
      `olga-brand-${i}@example.org`,
    ]);
    expect(got).toEqual(due.flat().toSorted());
    const notes = await sentNotes(storeCheckpoints(store)).list("2026-W47", "brand-0");
    expect(notes.map(({ outcome }) => outcome)).toEqual(["sent", "sent"]);
  }, 300_000);

  it("never have the same claim; one that died holds it for ten minutes, one whose clock was wrong not at all", async () => {
    let now = Date.UTC(2026, 10, 23, 6);
    const clock = () => instantOf(now);
    const checkpoints = storeCheckpoints(store);
    const [one, two] = [sharedClaims(checkpoints, clock), sharedClaims(storeCheckpoints(store), clock)];
    let inside = 0;
    const taken: string[] = [];
    const take = (claims: typeof one, name: string) =>
      claims.hold(name, async (keep) => {
        inside += 1;
        expect(await keep()).toBe(true);
        expect(inside).toBe(1);
        taken.push(name);
        inside -= 1;
      });
    for (let i = 0; i < 4; i += 1) await Promise.all([take(one, `name-${i}`), take(two, `name-${i}`)]);
    // Whoever gives way, somebody has it.
    expect(new Set(taken).size).toBe(4);

    const dead = { at: clock() };
    await checkpoints.write({ "claims/left/behind": dead });
    expect(await two.hold("left", async () => "mine")).toBeNull();
    now += CLAIM_MS;
    expect(await two.hold("left", async () => "mine")).toBe("mine");
    await checkpoints.write({ "claims/left/behind": { at: instantOf(now + 86_400_000) } });
    expect(await two.hold("left", async () => "mine")).toBe("mine");
    // Who stood still for too long is told so, when another has it meanwhile.
    const kept = await one.hold("slow", async (keep) => {
      now += CLAIM_MS + 1;
      return two.hold("slow", async () => keep());
    });
    expect(kept).toBe(false);
  });
});
