import type { Checkpoints } from "@molva/contracts";
import { describe, expect, it } from "vitest";

export interface CheckpointsUnderTest {
  readonly checkpoints: Checkpoints;
  /** The same state as whoever comes next finds it. */
  reopen(): Promise<Checkpoints>;
  dispose(): Promise<void>;
}

const all = async (checkpoints: Checkpoints, prefix: string): Promise<readonly (readonly [string, unknown])[]> => {
  const found: (readonly [string, unknown])[] = [];
  for await (const entry of checkpoints.entries(prefix)) found.push(entry);
  return found;
};

/** What every implementation of checkpoints promises. `open` gives an empty one that a test may use up. */
export const checkpointsContract = (name: string, open: () => Promise<CheckpointsUnderTest>): void => {
  const having = async (work: (under: CheckpointsUnderTest) => Promise<void>): Promise<void> => {
    const under = await open();
    try {
      await work(under);
    } finally {
      await under.dispose();
    }
  };

  describe(`checkpoints: ${name}`, () => {
    it("are there for whoever opens them next; null deletes, and what was deleted may come back", async () =>
      having(async ({ checkpoints, reopen }) => {
        await checkpoints.write({ "crawl/cursor/a": { page: 3 }, "crawl/cursor/b": "x", "crawl/health": [1] });
        await checkpoints.write({ "crawl/cursor/b": null, "crawl/cursor/c": 0, "crawl/cursor/d": null });
        const next = await reopen();
        expect(await next.read("crawl/cursor/a")).toEqual({ page: 3 });
        expect(await next.read("crawl/cursor/b")).toBeNull();
        expect(await next.read("crawl/cursor/c")).toBe(0);
        expect(await next.read("crawl/cursor/d")).toBeNull();
        expect(await next.read("nothing")).toBeNull();
        await next.write({ "crawl/cursor/b": "again" });
        expect(await next.read("crawl/cursor/b")).toBe("again");
      }));

    it("hold any JSON, texts that look like SQL and nothing among it", async () =>
      having(async ({ checkpoints, reopen }) => {
        const values = {
          "v/1": "",
          "v/2": false,
          "v/3": "O'Neil\"; DROP --\n\\\0",
          "v/4": { a: [1, { б: "👩‍👩‍👧" }] },
          "v/5": 2 ** 53,
        };
        await checkpoints.write(values);
        expect(Object.fromEntries(await all(await reopen(), "v/"))).toEqual(values);
      }));

    it("of several keys come those that are there, each once, thousands at a time too", async () =>
      having(async ({ checkpoints, reopen }) => {
        await checkpoints.write({ "k/1": 1, "k/2": [2], "k/3": false, "k/4": 4 });
        await checkpoints.write({ "k/4": null });
        const next = await reopen();
        const many = Array.from({ length: 2_500 }, (_, n) => `k/${n}`);
        const found = await next.readMany([...many, "k/1", "nothing"]);
        expect([...found].toSorted(([a], [b]) => (a < b ? -1 : 1))).toEqual([
          ["k/1", 1],
          ["k/2", [2]],
          ["k/3", false],
        ]);
        expect((await next.readMany([])).size).toBe(0);
      }));

    it("below a prefix come in the order of their keys, and nothing else does", async () =>
      having(async ({ checkpoints }) => {
        await checkpoints.write({ "b/2": 2, "b/10": 10, "b/ж": "ж", "a/1": 1, "c/1": 1, b: "not below", "b/3": null });
        expect(await all(checkpoints, "b/")).toEqual([
          ["b/10", 10],
          ["b/2", 2],
          ["b/ж", "ж"],
        ]);
        expect(await all(checkpoints, "x")).toEqual([]);
        expect((await all(checkpoints, "")).map(([key]) => key)).toEqual(["a/1", "b", "b/10", "b/2", "b/ж", "c/1"]);
      }));

    it("are the last that was written, however fast one write follows the other", async () =>
      having(async ({ checkpoints, reopen }) => {
        await Promise.all(Array.from({ length: 30 }, async (_, n) => checkpoints.write({ place: n, [`own/${n}`]: n })));
        expect(await checkpoints.read("place")).toBe(29);
        const next = await reopen();
        await next.write({ place: "later" });
        expect(await next.read("place")).toBe("later");
        expect(await all(next, "own/")).toHaveLength(30);
      }));

    it("are written all or none: one that cannot be kept keeps the others out", async () =>
      having(async ({ checkpoints }) => {
        const wrong: Readonly<Record<string, unknown>>[] = [
          { good: 1, bad: undefined },
          { good: 1, ["k".repeat(2_000)]: 1 },
          { good: 1, "": 1 },
          { good: 1, "a\0b": 1 },
        ];
        for (const entries of wrong)
          await expect(checkpoints.write(entries)).rejects.toMatchObject({ code: "CONTRACT_VIOLATED" });
        expect(await checkpoints.read("good")).toBeNull();
        const longest = "k".repeat(1_900);
        await checkpoints.write({ [longest]: 1 });
        expect(await checkpoints.read(longest)).toBe(1);
        await checkpoints.write({});
      }));
  });
};
