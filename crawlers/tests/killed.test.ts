import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { startSite } from "@molva/testing";
import { expect, it } from "vitest";
import { reviewPage } from "./rig.ts";

const child = fileURLToPath(new URL("killed-child.ts", import.meta.url));

/** Resolves with the signal that ended the child, or null. */
const crawlOnce = (moment: string, folder: string, url: string, host: string): Promise<NodeJS.Signals | null> =>
  new Promise((resolve, reject) => {
    const started = spawn(
      process.execPath,
      ["--conditions=source", "--import", "tsx", child, moment, folder, url, host],
      { stdio: ["ignore", "ignore", "inherit"] },
    );
    started.once("error", reject);
    started.once("exit", (code, signal) =>
      code === 0 || signal !== null ? resolve(signal) : reject(new Error(`exit ${code}`)),
    );
  });

it.each(["before publish", "after publish", "before the cursor", "after the cursor"])(
  "killed %s, the next round brings every mention, each with one id",
  async (moment) => {
    const folder = mkdtempSync(join(tmpdir(), "molva-killed-"));
    const page = (from: number) => [from, from + 1].map((n) => ({ id: `${n}`, text: `Review number ${n}` }));
    const site = await startSite({
      "/r1": { body: reviewPage(page(1), { next: "/r2" }), etag: true },
      "/r2": { body: reviewPage(page(3)), etag: true },
    });
    try {
      expect(await crawlOnce(moment, folder, `${site.url}/r1`, site.host)).toBe("SIGKILL");
      expect(await crawlOnce("never", folder, `${site.url}/r1`, site.host)).toBeNull();
      const log = existsSync(join(folder, "log.jsonl"))
        ? readFileSync(join(folder, "log.jsonl"), "utf8").trim().split("\n")
        : [];
      const mentions = log.map(
        (line) => (JSON.parse(line) as { mention: { mentionId: string; text: string } }).mention,
      );
      const byId = new Map(mentions.map(({ mentionId, text }) => [mentionId, text]));
      expect([...byId.values()].toSorted()).toEqual([
        "Review number 1",
        "Review number 2",
        "Review number 3",
        "Review number 4",
      ]);
      expect(await crawlOnce("never", folder, `${site.url}/r1`, site.host)).toBeNull();
      expect(readFileSync(join(folder, "log.jsonl"), "utf8").trim().split("\n")).toHaveLength(mentions.length);
    } finally {
      await site.close();
      rmSync(folder, { recursive: true });
    }
  },
);
