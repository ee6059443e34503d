import { mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { authorHash, authorKey } from "../src/author-hash.ts";

const folder = await mkdtemp(join(tmpdir(), "molva-author-"));
afterAll(() => rm(folder, { recursive: true }));

it("keeps one key in the folder, readable by its owner only, also when several ask at once", async () => {
  const keys = await Promise.all([1, 2, 3].map(() => authorKey(folder, undefined)));
  expect(new Set([...keys, await authorKey(folder, undefined)]).size).toBe(1);
  expect((await stat(join(folder, "author.key"))).mode & 0o777).toBe(0o600);
});

it("lets the environment's key stand before the folder's", async () => {
  expect(await authorKey(folder, "a key from outside")).toBe("a key from outside");
});

it("gives equal hashes for one name however it is written, and others under another key", () => {
  const hash = authorHash("key one");
  expect(hash("  Анна К. ")).toBe(hash("анна к."));
  expect(hash("Anna")).toMatch(/^[0-9a-f]{32}$/);
  expect(authorHash("key two")("Anna")).not.toBe(hash("Anna"));
});
