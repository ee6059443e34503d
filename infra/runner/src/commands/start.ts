import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join, relative } from "node:path";
import { instantOf, isPipelineError, PipelineError } from "@molva/contracts";
import type { Desk } from "@molva/dashboards";
import { acquireFolder, readFolderLock } from "@molva/platform";
import { z } from "zod";
import { closing } from "../closing.ts";
import { defineCommand, type Call, type CommandSpec, type Settings } from "../command.ts";
import { serveCommands } from "../daemon/server.ts";
import { executeFor } from "../execute-for.ts";
import { openRuntime } from "../open-runtime.ts";
import { messageOf } from "../failure.ts";
import { progressBar } from "../progress.ts";
import type { Runtime } from "../runtime.ts";
import { deskReads } from "../start/desk-reads.ts";
import { startLog } from "../start/log-file.ts";
import { applyTextRetention, DAY_MS, trimLog } from "../start/retention.ts";
import { repeat } from "../start/schedule.ts";
import { weekSummary } from "../start/summary.ts";
import { VERSION } from "../version.ts";
import { reportTable } from "./crawl.ts";

/** Only there while `start` runs: the page's address, for a second `start` on the folder. */
const PAGE_FILE = "page.url";

const refuseSecond = async (dataDir: string): Promise<void> => {
  const holder = readFolderLock(dataDir);
  if (holder === null) return;
  const page = await readFile(join(dataDir, PAGE_FILE), "utf8").catch(() => null);
  throw new PipelineError(
    page === null
      ? `Process ${holder.pid} works on ${dataDir}: wait for it, or stop it, or give another folder with --data`
      : `Molva runs on ${dataDir} already (process ${holder.pid}).\nIts page: ${page.trim()}`,
    { code: "FOLDER_LOCKED", recovery: "exit" },
  );
};

/** The configured port; when the default one is taken, any free one. */
const openDesk = async (runtime: Runtime, call: Call, settings: Settings): Promise<Desk> => {
  const { createDesk } = await import("@molva/dashboards");
  const { server, timezone } = settings.config;
  const open = (port: number): Promise<Desk> =>
    createDesk({
      reads: deskReads(runtime, settings.config.brands),
      host: server.host,
      port,
      log: runtime.log,
      clock: runtime.clock,
      password: call.environment.MOLVA_PASSWORD ?? null,
      publicUrl: null,
      zone: timezone,
    });
  try {
    return await open(server.port);
  } catch (error) {
    if (!settings.demo || !isPipelineError(error) || error.code !== "USAGE") throw error;
    call.io.err(`Port ${server.port} is taken; another one is used.\n`);
    return open(0);
  }
};

const untilStopped = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener("abort", () => resolve(), { once: true });
  });

/** `commands` are those that other terminals may have run here. */
export const startCommand = (commands: () => readonly CommandSpec[]): CommandSpec =>
  defineCommand({
    name: "start",
    summary: "run everything configured: crawl on schedule, classify, aggregate, and the page",
    details: `Without a molva.yaml a built-in demo runs: three invented brands on a small web on this machine, crawled like any other.
Ctrl-C stops in order and loses nothing; started again it goes on. Other commands on the same data folder run inside it.`,
    flags: [],
    examples: ["molva start", "molva start --config molva.yaml --data /var/lib/molva"],
    folder: "none",
    input: z.strictObject({}),
    run: async (call) => {
      const { io, dataDir, environment } = call;
      await mkdir(dataDir, { recursive: true, mode: 0o700 });
      await refuseSecond(dataDir);
      // A wrong configuration is told before anything starts.
      const early = call.configPath === null ? null : await call.config();
      const lock = await acquireFolder(dataDir, VERSION);
      await using stack = closing();
      stack.add(() => lock.release());
      const { log, path: logPath, close: closeLog } = startLog(dataDir, environment);
      stack.add(closeLog);
      const runtime = await openRuntime({ dataDir, environment, log, clock: () => instantOf(Date.now()) });
      stack.add(async () => runtime[Symbol.asyncDispose]());
      const settings = early ?? { config: await runtime.demoConfig(), demo: true };
      await applyTextRetention(runtime, settings.config);
      const shown = relative(io.cwd, dataDir) || ".";
      io.err(
        `Molva ${VERSION}${settings.demo ? " · built-in demo: invented brands on a small web on this machine" : ""}\n`,
      );
      io.err(`  data in ${shown}${logPath === null ? "" : `, log in ${join(shown, "molva.log")}`}\n`);

      const desk = await openDesk(runtime, call, settings);
      stack.add(() => desk.close());
      await writeFile(join(dataDir, PAGE_FILE), `${desk.url}\n`);
      stack.add(() => rm(join(dataDir, PAGE_FILE), { force: true }));
      io.err(`  page at ${desk.url} (it fills while the crawl runs)\n`);

      const server = await serveCommands({
        dataDir,
        log,
        execute: (argv, remote) =>
          executeFor(argv, remote, {
            environment,
            dataDir,
            configPath: call.configPath,
            runtime,
            commands: commands(),
          }),
      });
      stack.add(() => server.close());
      lock.update({ socket: server.address });

      let first = true;
      const round = async (signal: AbortSignal): Promise<void> => {
        const bar = first ? progressBar(io, "Crawling", "pages") : null;
        const reports = await runtime.rounds
          .run({
            config: settings.config,
            brand: null,
            source: null,
            signal,
            onProgress: (p) => bar?.update(p.pages, null, `${p.mentions} mentions · ${p.targetsDone} targets done`),
          })
          .finally(() => bar?.end());
        if (!first || signal.aborted) return;
        first = false;
        await runtime.settled(signal);
        if (reports.length > 0) io.err(`\n${reportTable(reports)}`);
        io.err(`\n${await weekSummary(runtime, settings.config)}`);
        io.err("NSR = (P − N) / n × 100, 95 % adjusted Wald interval\n");
        await io.out(`\nOpen ${desk.url}\n`);
        io.err("Ctrl-C stops; nothing is lost. In another terminal: npx molva mentions --label negative\n");
      };
      const everyMs = settings.config.crawl.every;
      const onError = (error: unknown): void => io.err(`Crawl failed, it will be tried again: ${messageOf(error)}\n`);
      const crawling = repeat({ name: "crawl", everyMs, log, work: round, onError });
      stack.add(() => crawling.stop());
      const keeping = repeat({
        name: "retention",
        everyMs: DAY_MS,
        log,
        work: () => trimLog(runtime, settings.config),
      });
      stack.add(() => keeping.stop());

      await Promise.race([untilStopped(io.signal), runtime.failed]);
      io.err("\nStopping in order…\n");
      return 0;
    },
  });
