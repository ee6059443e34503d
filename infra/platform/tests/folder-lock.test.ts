import { spawn, type ChildProcess } from "node:child_process";
import { mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { acquireFolder, readFolderLock } from "../src/folder-lock.ts";
import { isAlive, ownIdentity } from "../src/process-identity.ts";

const CHILD = fileURLToPath(new URL("folder-lock-child.ts", import.meta.url));
const ROOT = fileURLToPath(new URL("../../..", import.meta.url));

let dir = "";
const children: ChildProcess[] = [];
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "molva-lock-"));
});
afterEach(async () => {
  await Promise.all(children.splice(0).map(async (child) => ended(child)));
  rmSync(dir, { recursive: true, force: true });
});

const ended = async (child: ChildProcess): Promise<void> => {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exit = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  child.kill("SIGKILL");
  await exit;
};

/** A process that tries to take the folder, and what it said. */
const claimant = async (): Promise<{ readonly child: ChildProcess; readonly said: string }> => {
  const child = spawn(process.execPath, ["--conditions=source", "--import", "tsx", CHILD, dir], {
    cwd: ROOT,
    stdio: ["pipe", "pipe", "inherit"],
  });
  children.push(child);
  for await (const line of createInterface({ input: child.stdout })) return { child, said: line };
  throw new Error("The claimant ended without a word.");
};

describe("The lock of a folder", () => {
  it("tells who holds it, and where it listens, to the owner of the folder only", async () => {
    const lock = await acquireFolder(dir, "1.2.3");
    expect(readFolderLock(dir)).toEqual({ ...ownIdentity(), version: "1.2.3", socket: null });
    lock.update({ socket: join(dir, "molva.sock") });
    expect(readFolderLock(dir)?.socket).toBe(join(dir, "molva.sock"));
    expect(JSON.parse(readFileSync(join(dir, "lock"), "utf8"))).toEqual(lock.holder);
    expect(statSync(join(dir, "lock")).mode & 0o777).toBe(0o600);
    await lock.release();
  });

  it("is refused while its holder lives, with pid and folder and what to do", async () => {
    const lock = await acquireFolder(dir);
    await expect(acquireFolder(dir)).rejects.toMatchObject({
      code: "FOLDER_LOCKED",
      recovery: "exit",
      details: { dir, pid: process.pid },
      message: `The folder ${dir} is held by process ${process.pid}. Stop that process or choose another folder.`,
    });
    await lock.release();
  });

  it("leaves nothing behind when it is released, and can be taken again", async () => {
    const lock = await acquireFolder(dir);
    await lock.release();
    await lock.release();
    expect(readdirSync(dir)).toEqual([]);
    expect(readFolderLock(dir)).toBeNull();
    await (await acquireFolder(dir)).release();
  });

  it("does not come back when its former holder still tells where it listens", async () => {
    const lock = await acquireFolder(dir);
    await lock.release();
    lock.update({ socket: 4711 });
    expect(readFolderLock(dir)).toBeNull();
  });

  it("makes the folder when there is none", async () => {
    const lock = await acquireFolder(join(dir, "new", "folder"));
    expect(readFolderLock(join(dir, "new", "folder"))?.pid).toBe(process.pid);
    await lock.release();
  });

  it("says which folder cannot be used, and why", async () => {
    const file = join(dir, "file");
    writeFileSync(file, "");
    await expect(acquireFolder(join(file, "folder"))).rejects.toMatchObject({
      code: "CONFIG_INVALID",
      recovery: "exit",
      details: { dir: join(file, "folder") },
    });
  });

  it("goes to one of many who ask at once in one process", async () => {
    const outcomes = await Promise.allSettled(Array.from({ length: 10 }, async () => acquireFolder(dir)));
    const held = outcomes.filter((outcome) => outcome.status === "fulfilled");
    expect(held).toHaveLength(1);
    await held[0]?.value.release();
    expect(readdirSync(dir)).toEqual([]);
  });

  it("counts a process that got the number of a dead one as another", () => {
    const own = ownIdentity();
    expect(isAlive(own)).toBe(true);
    expect(isAlive({ ...own, startedAt: "00000000.1" })).toBe(own.startedAt === null);
    expect(isAlive({ pid: 2 ** 22 + 1, startedAt: null })).toBe(false);
  });

  it.each(["", "{", "[]", '{"pid":"x"}'])("does not take a broken lock file for a holder: %j", async (text) => {
    writeFileSync(join(dir, "lock"), text);
    expect(readFolderLock(dir)).toBeNull();
    const lock = await acquireFolder(dir);
    expect(readFolderLock(dir)?.pid).toBe(process.pid);
    await lock.release();
  });

  it("is refused while another process holds it, and taken over after that one was killed", async () => {
    const { child, said } = await claimant();
    expect(said).toBe("held");
    await expect(acquireFolder(dir)).rejects.toMatchObject({ code: "FOLDER_LOCKED", details: { pid: child.pid ?? 0 } });
    await ended(child);
    expect(readFolderLock(dir)).toBeNull();
    const lock = await acquireFolder(dir);
    expect(readFolderLock(dir)?.pid).toBe(process.pid);
    await lock.release();
    expect(readdirSync(dir)).toEqual([]);
  });

  it("goes to exactly one of several processes that find a dead holder at the same time", async () => {
    const dead = await claimant();
    await ended(dead.child);
    const claimants = await Promise.all([claimant(), claimant(), claimant(), claimant()]);
    const winners = claimants.filter(({ said }) => said === "held");
    expect(winners).toHaveLength(1);
    expect(claimants.filter(({ said }) => said === `FOLDER_LOCKED ${winners[0]?.child.pid}`)).toHaveLength(3);
    expect(readFolderLock(dir)?.pid).toBe(winners[0]?.child.pid);
  });
});
