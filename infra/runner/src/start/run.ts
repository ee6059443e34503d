import { join, relative } from "node:path";
import { instantOf, type Log } from "@molva/contracts";
import { createMetrics, type FolderLock } from "@molva/platform";
import { closing, type Closing } from "../closing.ts";
import type { Call, CommandSpec, Settings } from "../command.ts";
import { holdsFolder } from "../compose.ts";
import { serveCommands } from "../daemon/server.ts";
import { executeFor } from "../execute-for.ts";
import { createMonitor, type Monitor } from "../monitor/monitor.ts";
import { serveMonitor } from "../monitor/monitor-server.ts";
import { watchRuntime } from "../monitor/watch-runtime.ts";
import { openRuntime } from "../open-runtime.ts";
import { stagesOf } from "../roles.ts";
import type { Runtime } from "../runtime.ts";
import { VERSION } from "../version.ts";
import { startCrawling } from "./crawling.ts";
import { holdFolder, leaveAddress } from "./folder.ts";
import { startKeeping } from "./keeping.ts";
import { startLog } from "./log-file.ts";
import { openPatiently } from "./opening.ts";
import { openPage } from "./page.ts";
import type { Plan } from "./plan.ts";
import { applyTextRetention } from "./retention.ts";
import { serveReaders, serveStore } from "./store-server.ts";

/** What the parts of one `start` share. */
interface Start {
  readonly call: Call;
  readonly plan: Plan;
  readonly log: Log;
  readonly monitor: Monitor;
  readonly stack: Closing;
}

const untilStopped = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener("abort", () => resolve(), { once: true });
  });

const openMonitor = async ({ plan, call, monitor, stack }: Start): Promise<void> => {
  const roles = [...plan.roles].join(",");
  monitor.metrics.set("molva_build_info", { version: VERSION, node: process.versions.node, roles }, 1);
  const address = plan.settings?.config.server.metrics;
  if (address === undefined) return;
  const server = await serveMonitor(monitor, address);
  stack.add(() => server.close());
  call.io.err(`  metrics at ${server.url}metrics\n`);
};

/** The store alone, for others. */
const openStoreRole = async ({ plan, call, log, stack }: Start): Promise<void> => {
  const config = plan.settings?.config.store;
  if (!plan.roles.has("store") || config === undefined) return;
  const server = await serveStore(call.dataDir, { config, environment: call.environment, log });
  stack.add(() => server.close());
  call.io.err(`  store at ${server.url}\n`);
};

const openStages = async ({ plan, call, log, monitor, stack }: Start): Promise<Runtime> => {
  const { dataDir, environment, io } = call;
  const open = () =>
    openRuntime({
      mode: plan.mode,
      stages: stagesOf(plan.roles),
      dataDir,
      environment,
      log,
      clock: () => instantOf(Date.now()),
      metrics: monitor.metrics,
      brands: plan.settings?.config.brands ?? [],
      model: plan.settings?.config.classifier.model ?? "fast",
      topics: plan.settings?.config.topics ?? {},
    });
  const runtime = holdsFolder(plan.mode) ? await open() : await openPatiently(open, log, io.signal);
  stack.add(async () => runtime[Symbol.asyncDispose]());
  await watchRuntime(monitor, runtime, plan.roles, plan.settings?.config.brands ?? []);
  return runtime;
};

const openPageRole = async (
  start: Start,
  runtime: Runtime,
  settings: Settings,
  held: boolean,
): Promise<string | null> => {
  const { plan, call, stack } = start;
  if (!plan.roles.has("page")) return null;
  const desk = await openPage(runtime, call, settings);
  stack.add(() => desk.close());
  if (held) stack.add(await leaveAddress(call.dataDir, desk.url));
  call.io.err(`  page at ${desk.url} (it fills while the crawl runs)\n`);
  return desk.url;
};

/** Other terminals' commands on the held folder run in this process. */
const openCommands = async (
  { call, log, stack }: Start,
  runtime: Runtime,
  lock: FolderLock,
  commands: () => readonly CommandSpec[],
): Promise<void> => {
  const { dataDir, environment, configPath } = call;
  const server = await serveCommands({
    dataDir,
    log,
    execute: (argv, remote) =>
      executeFor(argv, remote, { environment, dataDir, configPath, runtime, commands: commands() }),
  });
  stack.add(() => server.close());
  lock.update({ socket: server.address });
};

const greet = ({ call: { io, dataDir } }: Start, demo: boolean, logPath: string | null, held: boolean): void => {
  io.err(`Molva ${VERSION}${demo ? " · built-in demo: invented brands on a small web on this machine" : ""}\n`);
  if (!held) return;
  const shown = relative(io.cwd, dataDir) || ".";
  io.err(`  data in ${shown}${logPath === null ? "" : `, log in ${join(shown, "molva.log")}`}\n`);
};

/**
 * Opens what the plan names, in order, and runs until the signal fires or a stage ends by an error; then closes all in reverse order,
 * with a deadline.
 */
export const runPlan = async (call: Call, plan: Plan, commands: () => readonly CommandSpec[]): Promise<number> => {
  const { io, dataDir, environment } = call;
  const alone = holdsFolder(plan.mode);
  await using stack = closing();
  const lock = alone || plan.roles.has("store") ? await holdFolder(dataDir) : null;
  if (lock !== null) stack.add(() => lock.release());
  const { log, path: logPath, close: closeLog } = startLog(alone ? dataDir : null, environment);
  stack.add(closeLog);
  const start: Start = { call, plan, log, stack, monitor: createMonitor(createMetrics({ defaults: true })) };
  greet(start, plan.settings?.demo ?? true, logPath, lock !== null);
  await openMonitor(start);
  await openStoreRole(start);
  let failed: Promise<never> | null = null;
  if ([...plan.roles].some((role) => role !== "store")) {
    const runtime = await openStages(start);
    ({ failed } = runtime);
    const settings = plan.settings ?? { config: await runtime.demoConfig(), demo: true };
    await startRest(start, runtime, settings, lock, commands);
  }
  start.monitor.opened();
  await Promise.race([untilStopped(io.signal), ...(failed === null ? [] : [failed])]);
  start.monitor.closing();
  io.err("\nStopping in order…\n");
  return 0;
};

const startRest = async (
  start: Start,
  runtime: Runtime,
  settings: Settings,
  lock: FolderLock | null,
  commands: () => readonly CommandSpec[],
): Promise<void> => {
  const { plan, call, log, stack } = start;
  const { config } = settings;
  if (plan.roles.has("scheduler")) await applyTextRetention(runtime, config);
  if (runtime.engine !== null && config.store?.http !== undefined) {
    const server = await serveReaders(runtime.engine, { config: config.store, environment: call.environment, log });
    stack.add(() => server.close());
    call.io.err(`  store for readers at ${server.url}\n`);
  }
  const page = await openPageRole(start, runtime, settings, lock !== null);
  if (holdsFolder(plan.mode) && lock !== null) await openCommands(start, runtime, lock, commands);
  if (plan.roles.has("crawlers")) {
    const crawling = startCrawling(runtime, call, settings, page);
    stack.add(() => crawling.stop());
  }
  if (plan.roles.has("scheduler")) {
    const { startSending } = await import("../alerts/start-sending.ts");
    const sending = await startSending(runtime, { ...call, config });
    stack.add(() => sending.stop());
    const { startWatching } = await import("../alerts/start-watching.ts");
    const watching = startWatching(runtime, config);
    stack.add(() => watching.stop());
    const { startReports } = await import("../report/start-reports.ts");
    const reports = await startReports(runtime, { ...call, config });
    stack.add(() => reports.stop());
    const keeping = startKeeping(runtime, config);
    stack.add(() => keeping.stop());
  }
};
