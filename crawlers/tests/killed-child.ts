/** Run by killed.test.ts: crawls, and is killed at the moment that its first argument names. */
import { appendFileSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import type { Observation } from "@molva/contracts";
import { brandOf, memoryCheckpoints, rigFor } from "./rig.ts";

const [moment, folder, url, host] = process.argv.slice(2) as [string, string, string, string];
const log = `${folder}/log.jsonl`;
const cursors = `${folder}/checkpoints.json`;
const kill = (at: string): void => {
  if (at === moment) process.kill(process.pid, "SIGKILL");
};

const kept = memoryCheckpoints();
if (existsSync(cursors)) await kept.write(JSON.parse(readFileSync(cursors, "utf8")) as Record<string, unknown>);
const checkpoints = {
  ...kept,
  async write(entries: Readonly<Record<string, unknown>>): Promise<void> {
    const page = Object.keys(entries).some((key) => key.startsWith("crawl/page/"));
    if (page) kill("before the cursor");
    await kept.write(entries);
    writeFileSync(cursors, JSON.stringify(Object.fromEntries(kept.saved)));
    if (page) kill("after the cursor");
  },
};
const publish = async (observations: readonly Observation[]): Promise<void> => {
  kill("before publish");
  appendFileSync(log, observations.map((observation) => `${JSON.stringify(observation)}\n`).join(""), { flush: true });
  kill("after publish");
};
const { crawler } = rigFor([host], { checkpoints, publish });
await crawler.crawlRound({ brands: [brandOf("a", [["web-reviews", { url }]])] });
await crawler.close();
