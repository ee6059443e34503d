import { resolve } from "node:path";
import type { Brand, Weekly } from "@molva/contracts";
import type { Config } from "@molva/platform";
import { z } from "zod";
import { AS_OF_FLAG, pointOf } from "../../as-of.ts";
import { defineCommand, JSON_FLAG, usageError, type Call } from "../../command.ts";
import { printable } from "../../io.ts";
import { knownBrand } from "../../known-brand.ts";
import { openArchive } from "../../report/archive.ts";
import type { SummaryOf } from "../../report/summaries.ts";
import { table } from "../../table.ts";
import { weekBefore, weekNamed } from "../../report/weeks.ts";

const input = z.strictObject({
  brand: z.string().optional(),
  summary: z.boolean().default(false),
  week: z.string().optional(),
  out: z.string().min(1).optional(),
  send: z.boolean().default(false),
  now: z.boolean().default(false),
  language: z.enum(["en", "ru"], { error: "--language: en or ru" }).default("en"),
  pdf: z.boolean().default(true),
  asOf: z.string().optional(),
  json: z.boolean().default(false),
});
type Input = z.output<typeof input>;

/** A brand of the configuration, or one that an import created. */
const brandOf = async (call: Call, name: string, brands: readonly Brand[]): Promise<Brand> => {
  const id = await knownBrand(call, name);
  const { bareBrand } = await import("../../report/summaries.ts");
  return brands.find((one) => one.id === id) ?? bareBrand(id);
};

interface Subject {
  readonly brand: Brand;
  /** Null: the brand alone. */
  readonly summary: SummaryOf | null;
}

/** Whose report it is: a brand's, or that of all brands side by side. */
const subjectOf = async (call: Call, { brand, summary }: Input, config: Config): Promise<Subject> => {
  const isAll = summary || (brand === "all" && !config.brands.some(({ id, title }) => id === brand || title === brand));
  if (brand === undefined && !isAll) throw usageError("name a brand: --brand BRAND, or --summary for all side by side");
  if (summary && brand !== undefined && brand !== "all")
    throw usageError("--summary is over all brands: leave --brand out, or leave --summary out for the report of one");
  if (brand !== undefined && !isAll) return { brand: await brandOf(call, brand, config.brands), summary: null };
  if (config.brands.length === 0) throw usageError("--summary: the configuration names no brand");
  const { summaryOf } = await import("../../report/summaries.ts");
  const one = summaryOf(config, []);
  return { brand: one.subject, summary: one };
};

const writeOut = async (call: Call, told: Input, folder: string): Promise<number> => {
  const runtime = await call.runtime();
  const { config } = await call.config();
  const { makeCopy } = await import("../../report/make-copy.ts");
  const { readNow, reportPartsOf } = await import("../../report/parts.ts");
  const { openPrinter } = await import("../../report/pdf.ts");
  const { writeFiles } = await import("../../report/write-files.ts");
  const { differencesOf } = await import("../../report/differences.ts");
  const parts = await reportPartsOf(runtime, config);
  const { readSummaryNow } = await import("../../report/summaries.ts");
  const { brand, summary } = await subjectOf(call, told, config);
  const zone = brand.timezone ?? config.timezone;
  const week = told.week === undefined ? weekBefore(runtime.clock(), zone) : weekNamed(told.week, zone);
  const archive = openArchive(call.dataDir);
  const sent = await archive.find(brand.id, week.name);
  const asSent = sent !== null && !told.now && told.asOf === undefined;
  const point = told.asOf === undefined ? null : await pointOf(runtime, told.asOf);
  const read = (): Promise<Weekly> =>
    summary === null
      ? readNow(runtime, parts, archive, { brand, week, asOf: point })
      : readSummaryNow(runtime, parts, summary, week, point);
  const report = asSent ? sent : await read();
  const kept = asSent ? await archive.findCopy(brand.id, week.name, told.language) : null;
  const copy = kept ?? (await makeCopy(report, told.language));
  const chromium = told.pdf ? await runtime.browserPath() : null;
  if (told.pdf && chromium === null) call.io.err("No Chromium was found, so there is no PDF (molva doctor).\n");
  await using printer = chromium === null ? null : await openPrinter(chromium);
  const files = await writeFiles(folder, report, copy, printer);
  const differences = sent === null || asSent ? [] : differencesOf(sent, report);
  if (told.json) {
    const told1 = { report: report.id, brand: brand.id, week: week.name, asOf: report.asOf, asSent, folder, files };
    await call.io.out(`${JSON.stringify({ ...told1, subject: copy.subject, differences }, null, 2)}\n`);
    return 0;
  }
  await call.io.out(`${printable(copy.subject)}\n`);
  if (differences.length > 0)
    await call.io.out(
      `\nOther than in the report as sent:\n${table(
        [{ title: "section" }, { title: "name", most: 40 }, { title: "number" }, { title: "sent" }, { title: "now" }],
        differences.map((one) => [one.section, one.name, one.number, String(one.sent ?? "—"), String(one.now ?? "—")]),
      )}`,
    );
  else if (sent !== null && !asSent) await call.io.out("\nNothing is other than in the report as sent.\n");
  call.io.err(
    `${asSent ? "As it was sent" : "As it is known"}${report.asOf === null ? "" : ` as of ${report.asOf}`}; written to ${folder}: ${files.join(", ")}\n`,
  );
  return 0;
};

/** A reader's summary is over the brands that the configuration gives them. */
const sendSummaries = async (call: Call, told: Input, config: Config): Promise<number> => {
  const { summariesOf } = await import("../../report/summaries.ts");
  const summaries = summariesOf(config);
  if (summaries.length === 0)
    throw usageError("nobody is to get a summary: add reports: summary to a recipient in molva.yaml (docs/report.md)");
  const codes: number[] = [];
  for (const { subject } of summaries) codes.push(await sendNow(call, told, subject));
  return Math.max(...codes);
};

const sendNow = async (call: Call, told: Input, brand: Brand): Promise<number> => {
  const runtime = await call.runtime();
  const { config } = await call.config();
  const { sendPartsOf } = await import("../../report/start-reports.ts");
  const { recipientsOf } = await import("../../report/recipients.ts");
  const { sendReport, sendingClaim } = await import("../../report/send-report.ts");
  const recipients = recipientsOf(config, brand.id);
  if (recipients.length === 0)
    throw usageError(
      `nobody is to get the report of ${brand.id}: add report.recipients to molva.yaml (docs/report.md)`,
    );
  const zone = brand.timezone ?? config.timezone;
  const week = told.week === undefined ? weekBefore(runtime.clock(), zone) : weekNamed(told.week, zone);
  const parts = await sendPartsOf(runtime, { ...call, config });
  // While `start` sends the same, here or elsewhere, it is not sent twice.
  const sent = await runtime.claims.hold(sendingClaim(brand, week), (keep) =>
    sendReport(brand, week, recipients, parts, keep),
  );
  const outcomes =
    sent ??
    recipients.map(({ address }) => ({ to: address, outcome: "elsewhere", why: "another process is sending it" }));
  await parts.mailer.close();
  await call.io.out(
    told.json
      ? `${JSON.stringify({ brand: brand.id, week: week.name, outcomes }, null, 2)}\n`
      : table(
          [{ title: "to", most: 60 }, { title: "outcome" }, { title: "what the server said", most: 200 }],
          outcomes.map(({ to, outcome, why }) => [
            to,
            outcome === "before" ? "sent before" : outcome,
            printable(why ?? ""),
          ]),
        ),
  );
  return outcomes.every(({ outcome }) => outcome === "sent" || outcome === "before" || outcome === "unsubscribed")
    ? 0
    : 1;
};

export const reportWeekly = defineCommand({
  name: "report weekly",
  summary: "the week's report of a brand, or of all side by side: as files, or sent once to who is configured",
  details: `Without --week: the last week that is over, in the brand's zone. --out writes report.html, report.txt, report.pdf, report.json, nsr.png, numbers.csv and numbers.xlsx.
A week that was sent gives what was sent then; with --now what is known now, and the differences. docs/report.md tells what stands in it.`,
  flags: [
    { flags: "--brand <brand>", help: "one brand, by id or title" },
    { flags: "--summary", help: "all brands side by side instead (as --brand all)" },
    { flags: "--week <week>", help: "ISO week, e.g. 2026-W46" },
    { flags: "--out <dir>", help: "write it into this folder" },
    { flags: "--send", help: "send it to the configured recipients who have not had it" },
    { flags: "--now", help: "what is known now, though the week's report was sent" },
    { flags: "--language <language>", help: "en or ru (default en)" },
    { flags: "--no-pdf", help: "leave the PDF out" },
    AS_OF_FLAG,
    JSON_FLAG,
  ],
  examples: [
    "molva report weekly --brand aurora --out report",
    "molva report weekly --brand aurora --week 2026-W46 --out report --language ru",
    "molva report weekly --brand aurora --week 2026-W46 --send",
    "molva report weekly --summary --out report",
  ],
  folder: "held",
  input,
  run: async (call, told) => {
    if ((told.out === undefined) === !told.send) throw usageError("say --out DIR or --send, one of them");
    if (told.out !== undefined) return writeOut(call, told, resolve(call.io.cwd, told.out));
    const { config } = await call.config();
    const { brand, summary } = await subjectOf(call, told, config);
    return summary === null ? sendNow(call, told, brand) : sendSummaries(call, told, config);
  },
});
