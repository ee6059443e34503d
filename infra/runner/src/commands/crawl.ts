import type { TargetReport } from "@molva/crawlers";
import { z } from "zod";
import { brandNamed, defineCommand, JSON_FLAG, usageError } from "../command.ts";
import { settledWithBar } from "../settled.ts";
import { progressBar } from "../progress.ts";
import { table } from "../table.ts";

const input = z.strictObject({
  brand: z.string().optional(),
  source: z.string().optional(),
  wait: z.boolean().default(true),
  json: z.boolean().default(false),
});

/** Per target, what a round brought. */
export const reportTable = (reports: readonly TargetReport[]): string => {
  const right = "right" as const;
  return table(
    [
      { title: "source", most: 16 },
      { title: "target", most: 48 },
      { title: "state" },
      ...["pages", "new", "changed", "unchanged", "removed", "errors"].map((title) => ({ title, align: right })),
    ],
    reports.map(({ health: h, outcome }) => [
      h.source,
      h.title,
      outcome === "done" ? h.state : outcome,
      ...[h.pages, h.new, h.changed, h.unchanged, h.removed, h.errors].map(String),
    ]),
  );
};

const reportRow = ({ health, publicRating, error, outcome }: TargetReport): object => ({
  ...health,
  outcome,
  publicRating,
  error: error === null ? null : { code: error.code, message: error.message },
});

export const crawl = defineCommand({
  name: "crawl",
  summary: "crawl one round now, then exit",
  details:
    "Prints per target: pages, new, changed, unchanged and removed mentions, errors. Ends when every number follows. Exit code 1 when no target could be read.",
  flags: [
    { flags: "--brand <brand>", help: "only this brand (id or title)" },
    { flags: "--source <source>", help: "only this source" },
    { flags: "--no-wait", help: "end when the log has the mentions; do not wait for the numbers" },
    JSON_FLAG,
  ],
  examples: ["molva crawl", "molva crawl --brand aurora --source rss", "molva crawl --json"],
  folder: "held",
  input,
  run: async (call, { brand, source, wait, json }) => {
    const { config } = await call.config();
    const chosen = brand === undefined ? undefined : brandNamed(config.brands, brand);
    if (brand !== undefined && chosen === undefined) {
      throw usageError(
        `--brand: ${brand} is not in the configuration; known are ${config.brands.map((one) => one.id).join(", ")}`,
      );
    }
    const looked = (chosen === undefined ? config.brands : [chosen]).flatMap((one) => one.targets);
    const known = [...new Set(looked.map((target) => target.source as string))];
    if (source !== undefined && !known.includes(source)) {
      throw usageError(
        `--source: no target of source ${source} is configured here; there are ${known.length === 0 ? "none at all" : known.join(", ")} (molva sources lists what can be)`,
      );
    }
    const runtime = await call.runtime();
    const bar = progressBar(call.io, "Crawling", "pages");
    const reports = await runtime.rounds
      .run({
        config,
        brand: chosen?.id ?? null,
        source: source ?? null,
        signal: call.io.signal,
        onProgress: (p) => bar.update(p.pages, null, `${p.mentions} mentions · ${p.targetsDone} targets done`),
      })
      .finally(() => bar.end());
    if (wait) await settledWithBar(runtime, call.io);
    await call.io.out(json ? `${JSON.stringify(reports.map(reportRow), null, 2)}\n` : reportTable(reports));
    for (const { health, error } of reports) {
      if (error !== null) call.io.err(`${health.source} ${health.title}: ${error.message}\n`);
    }
    return reports.length > 0 && reports.every(({ health, error }) => error !== null && health.pages === 0) ? 1 : 0;
  },
});
