// `npm run bench:report -- --mentions 20000000 --brands 50 [--store DIR | --keep DIR] [--profile]`: the weekly reports of many brands and the summary
// over them, from a large store, read, written and sent. --store uses what an earlier run (or bench:scale --keep) left; --keep leaves one there.
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { readNsr } from "@molva/aggregator";
import { instantOf, type Brand, type BrandId } from "@molva/contracts";
import { createLog, createMailer, linkSigner, openEmbeddedBus, openStore } from "@molva/platform";
import { startMailServer } from "@molva/testing";
import { openArchive } from "../src/report/archive.ts";
import { createReportReader } from "../src/report/parts.ts";
import { sendReport, type SendParts } from "../src/report/send-report.ts";
import { sentNotes } from "../src/report/sent-notes.ts";
import { readSummaryNow, summaryOf } from "../src/report/summaries.ts";
import { weekBefore, type Week } from "../src/report/weeks.ts";
import { load, loadedBefore } from "./scale/load.ts";
import { brandName, NOW } from "./scale/load-sql.ts";
import { profiled } from "./report-profile.ts";

const { values: told } = parseArgs({
  options: {
    mentions: { type: "string", default: "20000000" },
    brands: { type: "string", default: "50" },
    store: { type: "string" },
    keep: { type: "string" },
    /** Processor time by kind of work, of all cores. */
    profile: { type: "boolean", default: false },
  },
});
const count = Number(told.brands);
const kept = told.store ?? told.keep;
const folder = kept ?? mkdtempSync(join(tmpdir(), "molva-bench-report-"));
mkdirSync(folder, { recursive: true });
const megabytes = (): number => Math.round(process.memoryUsage().rss / 2 ** 20);
const seconds = (ms: number): string => (ms / 1000).toFixed(1).padStart(8);

const store = await openStore({ path: join(folder, "store") });
const had = await loadedBefore(store);
if (had === 0 && told.store !== undefined) {
  await store.close();
  throw new Error(`${told.store} holds no store that was loaded to its end; --keep ${told.store} loads one there`);
}
if (had === 0) await load(store, Number(told.mentions), (text) => process.stderr.write(`\r${text.padEnd(60)}`));
process.stderr.write("\n");

const brands = Array.from({ length: count }, (_, k): Brand => ({
  id: brandName(k + 1) as BrandId,
  title: `Brand ${k + 1}`,
  query: null,
  own: { authors: [], domains: [] },
  noise: "off",
  timezone: null,
  targets: [],
}));
// The load ends here; later than any of its facts is known.
const clock = () => instantOf(NOW + 60 * 86_400_000);
const week = weekBefore(instantOf(NOW), "UTC");
const dataDir = mkdtempSync(join(tmpdir(), "molva-bench-reports-"));
const bus = await openEmbeddedBus({ dir: join(dataDir, "log"), clock: () => NOW });
const server = await startMailServer();
const mailer = createMailer({
  host: "127.0.0.1",
  port: server.port,
  security: "none",
  ca: null,
  login: null,
  from: "Molva <molva@example.org>",
});
const { checkpoints } = bus;
const watched = profiled(store);
const reports = { store: watched.store, checkpoints, clock, brands, sourceTitles: {}, zone: "UTC", competitors: {} };
let reading = 0;
const archive = openArchive(dataDir);
const read = createReportReader(reports, archive, { horizon: async () => clock(), isWanted: () => true });
const summary = summaryOf({ brands }, []);
const readSide = (one: Week) => readSummaryNow({ horizon: async () => clock() }, reports, summary, one);
const parts: SendParts = {
  archive,
  notes: sentNotes(checkpoints),
  mailer,
  mail: { publicUrl: null, signer: linkSigner("a secret of the bench"), domain: "example.org" },
  clock,
  log: createLog("silent", { write: () => {} }),
  metrics: null,
  read: async (brand, one) => {
    const began = performance.now();
    const report = brand.id === summary.subject.id ? await readSide(one) : await read(brand, one);
    reading += performance.now() - began;
    return report;
  },
  pdfOf: null,
};
try {
  const memory = [megabytes()];
  const began = performance.now();
  const processor = process.cpuUsage();
  for (const [i, brand] of brands.entries()) {
    await sendReport(brand, week, [{ address: `owner-${i}@example.org`, language: i % 2 === 0 ? "en" : "ru" }], parts);
    if ((i + 1) % Math.ceil(count / 5) === 0) memory.push(megabytes());
  }
  await sendReport(summary.subject, week, [{ address: "all@example.org", language: "en" }], parts);
  memory.push(megabytes());
  const all = performance.now() - began;
  const { user, system } = process.cpuUsage(processor);
  const spent = watched.spent();
  const plainBegan = performance.now();
  for (const { id } of brands)
    await readNsr(store, {
      brands: [id],
      from: week.from,
      to: week.to,
      window: null,
      step: "week",
      by: null,
      tz: "UTC",
      asOf: null,
      horizon: clock(),
    });
  const plain = performance.now() - plainBegan;
  console.log(
    `${(had === 0 ? Number(told.mentions) : had).toLocaleString("en")} mentions, ${count} brands, ${server.received.length} mails taken by a mail server`,
  );
  console.log(
    `  reports and summary read, written, drawn, kept and sent  ${seconds(all)} s   × ${(all / plain).toFixed(1)} of the numbers alone`,
  );
  console.log(`    of that reading the store                              ${seconds(reading)} s`);
  console.log(`    processor, of all cores                                ${seconds((user + system) / 1000)} s`);
  console.log(`  NSR of the same weeks, a brand at a time                 ${seconds(plain)} s`);
  if (told.profile)
    for (const { name, times, cpuMs } of spent)
      console.log(
        `    ${name.padEnd(40)}${String(times).padStart(6)} ×${(cpuMs / times).toFixed(1).padStart(9)}${cpuMs.toFixed(0).padStart(9)} ms of processor`,
      );
  console.log(`  memory before, after each fifth, after the summary       ${memory.join(" ")} MiB`);
} finally {
  await mailer.close();
  await server.stop();
  await bus.close();
  await store.close();
  rmSync(dataDir, { recursive: true, force: true });
  if (kept === undefined) rmSync(folder, { recursive: true, force: true });
}
