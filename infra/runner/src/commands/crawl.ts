import { existsSync } from "node:fs";
import { instantOf, type Instant, type Observation } from "@molva/contracts";
import type { TargetReport } from "@molva/crawlers";
import { createLog, findChromium } from "@molva/platform";
import { z } from "zod";
import { brandNamed, defineCommand, JSON_FLAG, usageError, type Call, type Settings } from "../command.ts";
import { dryRun } from "../dry-run.ts";
import { printable } from "../io.ts";
import { momentOf } from "../moment.ts";
import type { RoundWish } from "../open-crawler.ts";
import { progressBar } from "../progress.ts";
import { settledWithBar } from "../settled.ts";
import { table } from "../table.ts";

const input = z.strictObject({
  brand: z.string().optional(),
  source: z.string().optional(),
  since: z.string().optional(),
  dryRun: z.boolean().default(false),
  wait: z.boolean().default(true),
  json: z.boolean().default(false),
});
type Input = z.output<typeof input>;

/** How many mentions a dry run shows where a person reads them; JSON holds all. */
const SHOWN = 20;

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

const reportRow = ({ health, publicRating, error, outcome, dueAt }: TargetReport): object => ({
  ...health,
  outcome,
  dueAt,
  publicRating,
  error: error === null ? null : { code: error.code, message: error.message },
});

const mentionTable = (observations: readonly Observation[]): string =>
  table(
    [
      { title: "" },
      { title: "brand", most: 16 },
      { title: "source", most: 16 },
      { title: "published" },
      { title: "rating" },
      { title: "text", most: 72 },
    ],
    observations
      .slice(0, SHOWN)
      .map((one) =>
        one.type === "gone"
          ? ["gone", one.brandId, one.sourceId, "", "", one.mentionId]
          : [
              "seen",
              one.mention.brandId,
              one.mention.sourceId,
              one.mention.publishedAt.at.slice(0, one.mention.publishedAt.precision === "day" ? 10 : 16),
              one.mention.rating === null ? "" : `${one.mention.rating.value}/${one.mention.rating.max}`,
              printable([one.mention.title, one.mention.text].filter(Boolean).join(" · ")),
            ],
      ),
  );

const chosenBrand = ({ config }: Settings, { brand, source }: Input): string | null => {
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
  return chosen?.id ?? null;
};

const exitCode = (reports: readonly TargetReport[]): number =>
  reports.length > 0 && reports.every(({ health, error }) => error !== null && health.pages === 0) ? 1 : 0;

const tellErrors = ({ io }: Call, reports: readonly TargetReport[]): void => {
  for (const { health, error } of reports)
    if (error !== null) io.err(`${health.source} ${health.title}: ${error.message}\n`);
};

/** What is known is read where there is a data folder; where there is none, none is made. */
const runDry = async (call: Call, demo: boolean, wish: RoundWish, json: boolean): Promise<number> => {
  const { io, environment } = call;
  const runtime = demo || existsSync(call.dataDir) ? await call.runtime() : null;
  const bar = progressBar(io, "Looking", "pages");
  const { reports, observations } = await dryRun(
    wish,
    {
      checkpoints: runtime?.checkpoints ?? null,
      clock: runtime?.clock ?? (() => instantOf(Date.now())),
      log: runtime?.log ?? createLog(environment.MOLVA_LOG_LEVEL ?? "warn", process.stderr),
      // Without a folder there is no key, and nothing to compare with.
      hashAuthor: runtime?.hashAuthor ?? (() => "0".repeat(32)),
      browserPath: runtime?.browserPath ?? (async () => (await findChromium(environment.MOLVA_CHROMIUM))?.path ?? null),
      secrets: environment,
    },
    (pages) => bar.update(pages, null),
  ).finally(() => bar.end());
  if (json) {
    await io.out(`${JSON.stringify({ targets: reports.map(reportRow), mentions: observations }, null, 2)}\n`);
  } else {
    await io.out(reportTable(reports));
    if (observations.length > 0) await io.out(`\n${mentionTable(observations)}`);
    const more = observations.length - SHOWN;
    io.err(
      `${more > 0 ? `and ${more} more (--json prints all). ` : ""}Nothing was written: this was a dry run. Labels are made when mentions are stored.\n`,
    );
  }
  tellErrors(call, reports);
  return exitCode(reports);
};

const runRound = async (call: Call, wish: RoundWish, { wait, json }: Input): Promise<number> => {
  const runtime = await call.runtime();
  const { since } = wish;
  const bar = progressBar(call.io, since === undefined ? "Crawling" : "Going back", "pages");
  const reports = await runtime.rounds
    .run({
      ...wish,
      onProgress: (p) =>
        bar.update(
          p.pages,
          null,
          `${p.mentions} mentions · ${p.targetsDone} targets done${since === undefined || p.reached === null ? "" : ` · at ${p.reached.slice(0, 10)}, back to ${since.slice(0, 10)}`}`,
        ),
    })
    .finally(() => bar.end());
  if (wait) await settledWithBar(runtime, call.io);
  await call.io.out(json ? `${JSON.stringify(reports.map(reportRow), null, 2)}\n` : reportTable(reports));
  tellErrors(call, reports);
  return exitCode(reports);
};

export const crawl = defineCommand({
  name: "crawl",
  summary: "crawl one round now, then exit; or look only, or go back in time",
  details: `Prints per target: pages, new, changed, unchanged and removed mentions, errors. Ends when every number follows. Exit code 1 when no target could be read.

--since goes back to a date: pages are followed beyond their usual number until they are older, what is older is left alone, and live mentions are counted first. Stopped, it is simply run again.
--dry-run fetches and reads as a round would, shows what would be stored, and writes nothing.`,
  flags: [
    { flags: "--brand <brand>", help: "only this brand (id or title)" },
    { flags: "--source <source>", help: "only this source" },
    { flags: "--since <date>", help: "go back to this date: 2025-01, 2025-01-31 or with a time" },
    { flags: "--dry-run", help: "show what would be stored, write nothing" },
    { flags: "--no-wait", help: "end when the log has the mentions; do not wait for the numbers" },
    JSON_FLAG,
  ],
  examples: [
    "molva crawl",
    "molva crawl --brand aurora --source rss",
    "molva crawl --brand aurora --since 2025-01",
    "molva crawl --source app-store --dry-run",
    "molva crawl --json",
  ],
  folder: "held",
  input,
  run: async (call, told) => {
    const settings = await call.config();
    const { config, demo } = settings;
    const since: Instant | undefined =
      told.since === undefined ? undefined : momentOf(told.since, config.timezone, "since");
    const wish: RoundWish = {
      config,
      brand: chosenBrand(settings, told),
      source: told.source ?? null,
      ...(since === undefined ? {} : { since }),
      signal: call.io.signal,
    };
    return told.dryRun ? runDry(call, demo, wish, told.json) : runRound(call, wish, told);
  },
});
