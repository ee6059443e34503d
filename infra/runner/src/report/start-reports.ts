import type { Brand } from "@molva/contracts";
import { linkSigner } from "@molva/platform";
import { mailDomainOf, openChannels, openMailer, type ChannelSetting } from "../alerts/open-channels.ts";
import { usageError } from "../command.ts";
import type { Runtime } from "../runtime.ts";
import { repeat } from "../start/schedule.ts";
import { openArchive } from "./archive.ts";
import { bouncePartsOf } from "./bounce-parts.ts";
import { readBounces } from "./bounces.ts";
import { openFailures } from "./failures.ts";
import { createReportReader, reportPartsOf } from "./parts.ts";
import { openPrinter } from "./pdf.ts";
import { createReportLoop } from "./report-loop.ts";
import { recipientsOf } from "./recipients.ts";
import type { SendParts } from "./send-report.ts";
import { sentNotes } from "./sent-notes.ts";
import { readSummaryNow, subjectsOf, summariesOf } from "./summaries.ts";
import { pageOf } from "./write-files.ts";

/** @throws {PipelineError} `USAGE` (exit) without a mail server; `CONFIG_INVALID` as `openMailer` */
export const sendPartsOf = async (runtime: Runtime, setting: ChannelSetting): Promise<SendParts> => {
  const { config } = setting;
  const mailer = await openMailer(setting);
  if (mailer === null)
    throw usageError("The report goes by e-mail and the configuration has no section mail: add it (docs/report.md)");
  const archive = openArchive(runtime.dataDir);
  const parts = await reportPartsOf(runtime, config);
  const summaries = summariesOf(config);
  const isWanted = ({ id }: Brand): boolean => recipientsOf(config, id).length + config.report.channels.length > 0;
  const readBrand = createReportReader(parts, archive, { horizon: () => runtime.horizon(), isWanted });
  return {
    archive,
    notes: sentNotes(runtime.checkpoints),
    mailer,
    mail: {
      publicUrl: config.server.publicUrl ?? null,
      signer: linkSigner(runtime.linkSecret),
      domain: mailDomainOf(config),
      ...(config.report.bounces?.returnTo === undefined ? {} : { returnTo: config.report.bounces.returnTo }),
    },
    clock: runtime.clock,
    log: runtime.log,
    metrics: runtime.metrics,
    read: async (brand, week) => {
      const summary = summaries.find(({ subject }) => subject.id === brand.id);
      return summary === undefined ? readBrand(brand, week) : readSummaryNow(runtime, parts, summary, week);
    },
    pdfOf: config.report.pdf
      ? async (_, copy) => {
          await using printer = await openPrinter(await runtime.browserPath());
          // Awaited here: what is only returned goes on after the printer is closed.
          return await printer.print(pageOf(copy));
        }
      : null,
  };
};

const LOOK_MS = 20_000;

/** When a reader was first named: reports that were due before are none of theirs. */
export const sinceOf =
  ({ checkpoints, clock }: Pick<Runtime, "checkpoints" | "clock">) =>
  async (key: string): Promise<string> => {
    const at = `reports/since/${key.toLowerCase()}`;
    const known = await checkpoints.read(at);
    if (typeof known === "string") return known;
    const now = clock();
    await checkpoints.write({ [at]: now });
    return now;
  };

/** Sends every brand's report when it is due, and reads what came back, until stopped. Does nothing where nobody is to get one. */
export const startReports = async (runtime: Runtime, setting: ChannelSetting): Promise<{ stop(): Promise<void> }> => {
  const { config } = setting;
  const { bounces, recipients, channels: chats } = config.report;
  if (recipients.length === 0 && chats.length === 0) return { stop: async () => {} };
  const { clock, log, claims, checkpoints } = runtime;
  const parts = await sendPartsOf(runtime, setting);
  const channels = await openChannels(setting);
  const failures = openFailures({ checkpoints, claims, channels, clock, log });
  const since = sinceOf(runtime);
  for (const { address } of recipients) await since(address);
  const brands = subjectsOf(config);
  const loop = createReportLoop({ brands, config, parts, channels, failures, claims, since, clock, log });
  const jobs = [repeat({ name: "reports", everyMs: LOOK_MS, log, work: (signal) => loop.look(signal) })];
  if (bounces !== undefined) {
    const told = await bouncePartsOf(runtime, setting, failures);
    const work = async (signal: AbortSignal): Promise<void> =>
      void (await claims.hold("reports/bounces", () => readBounces({ ...told, signal })));
    jobs.push(repeat({ name: "bounces", everyMs: bounces.every, log, work }));
  }
  return {
    stop: async () => {
      await Promise.all(jobs.map((job) => job.stop()));
      await Promise.allSettled(channels.map((channel) => channel.close()));
      await parts.mailer.close();
    },
  };
};
