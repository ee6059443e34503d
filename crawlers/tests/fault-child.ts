/** Run by faults.test.ts: one round over the site that goes wrong, with a log and checkpoints that outlive a kill. */
import { appendFileSync, existsSync, readFileSync } from "node:fs";
import type { Observation } from "@molva/contracts";
import { brandOf, memoryCheckpoints, rigFor } from "./rig.ts";

const [folder, targets, hosts] = process.argv.slice(2) as [string, string, string];
const log = `${folder}/log.jsonl`;
const journal = `${folder}/checkpoints.jsonl`;

/** The last line may be half of one. */
const linesOf = (file: string): readonly string[] =>
  existsSync(file) ? readFileSync(file, "utf8").split("\n").slice(0, -1) : [];

const kept = memoryCheckpoints();
for (const line of linesOf(journal)) await kept.write(JSON.parse(line) as Record<string, unknown>);
const { crawler } = rigFor(
  hosts.split(" "),
  {
    checkpoints: {
      ...kept,
      async write(entries) {
        await kept.write(entries);
        appendFileSync(journal, `${JSON.stringify(entries)}\n`);
      },
    },
    publish: async (observations: readonly Observation[]) =>
      appendFileSync(log, observations.map((observation) => `${JSON.stringify(observation)}\n`).join("")),
  },
  {
    maxPages: 5000,
    maxBytes: 500_000,
    timeoutMs: 3000,
    requestsPerMinute: { "127.0.0.1": 12_000 },
  },
);
const reports = await crawler.crawlRound({
  brands: [
    brandOf(
      "a",
      targets.split(" ").map((url) => ["web-reviews", { url, pages: 1000 }] as const),
    ),
  ],
});
await crawler.close();
console.log(
  JSON.stringify({
    peakMiB: Math.round(process.resourceUsage().maxRSS / 1024),
    outcomes: reports.map(({ health }) => [health.title, health.state, health.errorCode]),
    known: [...kept.saved]
      .filter(([key]) => key.startsWith("crawl/known/"))
      .map(([key, value]) => [key, (value as { hash: string }).hash]),
  }),
);
