// `npm run bench:alerts [STORMS]`: from a storm entering the log to its message at a local SMTP server and a local webhook, embedded,
// with nothing else to do and while history is imported at full speed beside it.
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { ALERTS, MENTIONS } from "@molva/contracts";
import { readEnvironment } from "@molva/platform";
import { startMailServer } from "@molva/testing";
import { startSending } from "../src/alerts/start-sending.ts";
import { startWatching } from "../src/alerts/start-watching.ts";
import { COMMANDS } from "../src/commands/index.ts";
import { executeFor } from "../src/execute-for.ts";
import { silentIo } from "../src/io.ts";
import { configFrom } from "../src/settings.ts";
import { startReceiver } from "../tests/support/alerting.ts";
import { openInProcess } from "../tests/support/in-process.ts";
import { brandOf, historyOf, stormOf, usualOf } from "./alerts/say.ts";

const STORMS = Math.max(1, Number(process.argv[2] ?? 20));
const SIZE = 40;
const DAYS = 14;
/** A message that has not come by then is counted as this late. */
const PATIENCE_MS = 60_000;

const now = Date.now();
const brands = Array.from({ length: 2 * STORMS }, (_, i) => brandOf(i));
const arrived = new Map<string, number>();
const told = (channel: string, brand: string): void => {
  const key = `${channel} ${brand}`;
  if (!arrived.has(key)) arrived.set(key, performance.now());
};

const [mail, hook] = [
  await startMailServer(),
  await startReceiver(({ body }) => {
    told("webhook", /"brandId":"(storm-\d+)"/.exec(body)?.[1] ?? "");
    return { status: 200 };
  }),
];
const readMail = async (): Promise<void> => {
  for (;;) told("mail", /storm-\d+/.exec((await mail.next()).parsed.subject ?? "")?.[0] ?? "");
};
void readMail();
const open = await openInProcess("bench-alerts");
await writeFile(join(open.folder, "ca.pem"), mail.ca);
const path = join(open.folder, "molva.yaml");
await writeFile(
  path,
  `brands:\n${brands.map((id) => `  - {id: ${id}, title: ${id}}\n`).join("")}
mail: {host: localhost, port: ${mail.port}, ca: ca.pem, from: "Molva <molva@example.org>"}
alerts:
  channels:
    - {id: mail, kind: mail, to: [olga@example.org], perHour: 1000}
    - {id: webhook, kind: webhook, url: "${hook.url}/", perHour: 1000}
`,
);
const config = await configFrom(path, "molva.yaml");
const { runtime } = open;
console.log(
  `${brands.length} brands with ${DAYS} days of a mention an hour; ${STORMS} storms of ${SIZE} mentions in each row, one brand each`,
);
const imported = await open.run(["import", "-", "--source", "reviews", "--format", "jsonl"], {
  stdin: usualOf(brands, DAYS, now),
});
if (imported.code !== 0) throw new Error(imported.err);

const setting = {
  config,
  configPath: path,
  environment: readEnvironment({}),
  secrets: new Map([["webhook", "a secret of the bench"]]),
};
const sending = await startSending(runtime, setting);
const watching = startWatching(runtime, config);
await watching.first;

const deciding = await runtime.bus.subscribe(ALERTS, "bench", async ({ messages }) => {
  for (const { value } of messages) told("decided", value.brandId);
  return [];
});

/** Milliseconds from the log on; `cpu`: of this process meanwhile, whatever else it did. */
interface Time {
  readonly decided: number;
  readonly mail: number;
  readonly webhook: number;
  readonly cpu: number;
}
const storm = async (number: number): Promise<Time> => {
  const brand = brandOf(number);
  // At any moment of the evaluator's pauses.
  await pause(((number * 7_919) % 2_000) + 200);
  await runtime.bus.publish(MENTIONS, "live", stormOf(brand, SIZE, Date.now()));
  const begun = performance.now();
  const cpu = process.cpuUsage();
  const timeOf = (channel: string): number => (arrived.get(`${channel} ${brand}`) ?? Number.NaN) - begun;
  while (performance.now() - begun < PATIENCE_MS && !(timeOf("mail") >= 0 && timeOf("webhook") >= 0)) await pause(5);
  const orLate = (value: number): number => (Number.isNaN(value) ? PATIENCE_MS : value);
  const { user, system } = process.cpuUsage(cpu);
  return {
    decided: orLate(timeOf("decided")),
    mail: orLate(timeOf("mail")),
    webhook: orLate(timeOf("webhook")),
    cpu: (user + system) / 1000,
  };
};

const row = (...cells: readonly string[]): void =>
  console.log(cells.map((cell, i) => (i === 0 ? cell.padEnd(44) : cell.padStart(12))).join(""));
const quantile = (values: readonly number[], share: number): string => {
  const sorted = values.toSorted((a, b) => a - b);
  return `${((sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0) / 1000).toFixed(2)} s`;
};
const print = (name: string, times: readonly Time[]): void => {
  const cells = (["decided", "mail", "webhook", "cpu"] as const).flatMap((key) => {
    const values = times.map((one) => one[key]);
    return [quantile(values, 0.5), quantile(values, 0.95)];
  });
  row(name, ...cells);
};

row("", "decided, p50", "p95", "mail, p50", "p95", "webhook, p50", "p95", "CPU, p50", "p95");
const calm: Time[] = [];
for (let i = 0; i < STORMS; i += 1) calm.push(await storm(i));
print("nothing else to do", calm);

let wanted = true;
let lines = 0;
const importing = executeFor(
  ["import", "-", "--source", "archive", "--brand", "archive", "--format", "jsonl", "--no-wait"],
  silentIo({
    stdin: (async function* () {
      for await (const part of historyOf("archive", now, () => wanted)) {
        lines += 500;
        yield part;
      }
    })(),
    cwd: open.folder,
  }),
  { environment: readEnvironment({}), dataDir: runtime.dataDir, configPath: null, runtime, commands: COMMANDS },
);
const begun = performance.now();
await pause(3_000);
const busy: Time[] = [];
for (let i = STORMS; i < 2 * STORMS; i += 1) busy.push(await storm(i));
wanted = false;
print("while history is imported beside it", busy);
console.log(
  `The import read ${Math.round((1000 * lines) / (performance.now() - begun)).toLocaleString("en")} mentions a second meanwhile.`,
);
await importing;
await deciding.stop();
await watching.stop();
await sending.stop();
await Promise.all([mail.stop(), hook.stop()]);
await open[Symbol.asyncDispose]();
process.exit(0);
