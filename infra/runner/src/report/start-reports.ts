import type { Brand, Clock, Log } from "@molva/contracts";
import { failedReport, shortReport } from "@molva/dashboards/report";
import { linkSigner, type Config } from "@molva/platform";
import type { Channel } from "../alerts/channel.ts";
import { mailDomainOf, openChannels, openMailer, type ChannelSetting } from "../alerts/open-channels.ts";
import type { Runtime } from "../runtime.ts";
import { repeat } from "../start/schedule.ts";
import { usageError } from "../command.ts";
import { openArchive } from "./archive.ts";
import { readNow, reportPartsOf } from "./parts.ts";
import { openPrinter } from "./pdf.ts";
import { dueAt, type Due } from "./schedule.ts";
import { sentNotes } from "./sent-notes.ts";
import { sendReport, type Recipient, type SendOutcome, type SendParts } from "./send-report.ts";
import { showsWords, tellChannel } from "./tell-channels.ts";
import { pageOf } from "./write-files.ts";

/** Who gets the report of a brand by e-mail. */
export const recipientsOf = (config: Config, brand: string): readonly Recipient[] =>
  config.report.recipients
    .filter(({ brands }) => brands.length === 0 || brands.includes(brand))
    .map(({ address, language }) => ({ address, language }));

/** @throws {PipelineError} `USAGE` (exit) without a mail server; `CONFIG_INVALID` as `openMailer` */
export const sendPartsOf = async (runtime: Runtime, setting: ChannelSetting): Promise<SendParts> => {
  const { config } = setting;
  const mailer = await openMailer(setting);
  if (mailer === null)
    throw usageError("The report goes by e-mail and the configuration has no section mail: add it (docs/report.md)");
  const archive = openArchive(runtime.dataDir);
  const parts = await reportPartsOf(runtime, config);
  return {
    archive,
    notes: sentNotes(runtime.checkpoints),
    mailer,
    mail: {
      publicUrl: config.server.publicUrl ?? null,
      signer: linkSigner(runtime.linkSecret),
      domain: mailDomainOf(config),
    },
    clock: runtime.clock,
    log: runtime.log,
    metrics: runtime.metrics,
    read: (brand, week) => readNow(runtime, parts, archive, { brand, week }),
    pdfOf: config.report.pdf
      ? async (_, copy) => {
          await using printer = await openPrinter(await runtime.browserPath());
          return printer.print(pageOf(copy));
        }
      : null,
  };
};

const LOOK_MS = 20_000;
const FIRST_PAUSE_MS = 60_000;
const LONGEST_PAUSE_MS = 15 * 60_000;

export interface ReportLoop {
  readonly brands: readonly Brand[];
  readonly config: Config;
  readonly parts: SendParts;
  /** Those of `report.channels`, and those that hear of what failed. */
  readonly channels: readonly Channel[];
  readonly since: (key: string) => Promise<string>;
  readonly clock: Clock;
  readonly log: Log;
}

const isFinal = ({ outcome }: SendOutcome): boolean => outcome !== "later";

/** Looks at what is due; called again and again. What it remembers only spares work: what was sent is known from the notes. */
export const createReportLoop = ({ brands, config, parts, channels, since, clock, log }: ReportLoop) => {
  const done = new Set<string>();
  const pauses = new Map<string, { readonly until: number; readonly length: number }>();
  const tell = async (brand: Brand, due: Due, zone: string): Promise<void> => {
    const report = await parts.archive.find(brand.id, due.week.name);
    if (report === null) return;
    const { makeCopy } = await import("./make-copy.ts");
    for (const channel of channels) {
      const { id, language, brands: heard } = channel.config;
      if (!config.report.channels.includes(id) || (heard.length > 0 && !heard.includes(brand.id))) continue;
      if ((await parts.notes.read(due.week.name, brand.id, `channel:${id}`)) !== null) continue;
      if (due.at < (await since(`channel:${id}`))) continue;
      const copy =
        (await parts.archive.findCopy(brand.id, due.week.name, language)) ??
        (await parts.archive.keepCopy(brand.id, due.week.name, await makeCopy(report, language)));
      const url =
        parts.mail.publicUrl === null
          ? null
          : new URL(`?brand=${encodeURIComponent(brand.id)}`, `${parts.mail.publicUrl}/`).href;
      const worded = shortReport(report, language, url);
      const told = { brand: brand.id, title: brand.title, zone, worded, picture: copy.picture };
      if (await tellChannel(channel, told, clock(), log))
        await parts.notes.write(due.week.name, brand.id, `channel:${id}`, {
          at: clock(),
          outcome: "sent",
          why: channel.config.kind,
        });
    }
  };

  const fail = async (brand: Brand, due: Due, zone: string, to: readonly string[], why: string): Promise<void> => {
    log.error("report.failed", { brand: brand.id, week: due.week.name, recipients: to.length });
    for (const channel of channels.filter(showsWords)) {
      const worded = failedReport(brand.title, due.week.name, to, why, channel.config.language);
      await tellChannel(channel, { brand: brand.id, title: brand.title, zone, worded, picture: null }, clock(), log);
    }
  };

  /** Those who were there when it was due: who comes later gets the next one. */
  const expected = async (brand: Brand, due: Due): Promise<readonly Recipient[]> => {
    const found: Recipient[] = [];
    for (const one of recipientsOf(config, brand.id)) if ((await since(one.address)) <= due.at) found.push(one);
    return found;
  };

  const giveUp = async (brand: Brand, due: Due, zone: string): Promise<void> => {
    const missed: string[] = [];
    let why = "Molva was not running, or the mail server took nothing, for as long as the report was news.";
    const known = await parts.notes.list(due.week.name, brand.id);
    for (const { address } of await expected(brand, due)) {
      const note = known.find(({ to }) => to === address.toLowerCase());
      if ((note !== undefined && note.outcome !== "later") || (await parts.notes.isUnsubscribed(brand.id, address)))
        continue;
      why = note?.why ?? why;
      await parts.notes.write(due.week.name, brand.id, address, { at: clock(), outcome: "missed", why });
      missed.push(address);
    }
    if (missed.length > 0) await fail(brand, due, zone, missed, why);
  };

  const lookAt = async (brand: Brand): Promise<void> => {
    const zone = brand.timezone ?? config.timezone;
    const now = clock();
    const due = dueAt(now, zone, config.report);
    const key = due === null ? "" : `${brand.id}\n${due.week.name}\n${due.late}`;
    const pause = pauses.get(key);
    if (due === null || done.has(key) || (pause !== undefined && Date.parse(now) < pause.until)) return;
    if (due.late) {
      await giveUp(brand, due, zone);
      done.add(key);
      return;
    }
    const outcomes = await sendReport(brand, due.week, await expected(brand, due), parts);
    const refused = outcomes.filter(({ outcome, known }) => outcome === "refused" && !known);
    if (refused.length > 0)
      await fail(
        brand,
        due,
        zone,
        refused.map(({ to }) => to),
        refused[0]?.why ?? "",
      );
    if (config.report.channels.length > 0) {
      // A brand whose report goes to chats alone is read here.
      if ((await parts.archive.find(brand.id, due.week.name)) === null)
        await parts.archive.keep(await parts.read(brand, due.week));
      await tell(brand, due, zone);
    }
    if (outcomes.every(isFinal)) {
      done.add(key);
      pauses.delete(key);
      return;
    }
    const length = Math.min(LONGEST_PAUSE_MS, pause === undefined ? FIRST_PAUSE_MS : pause.length * 2);
    pauses.set(key, { until: Date.parse(now) + length, length });
    const later = outcomes.filter((one) => !isFinal(one));
    // Told once it is no passing trouble.
    if (length === LONGEST_PAUSE_MS && pause?.length !== LONGEST_PAUSE_MS)
      await fail(
        brand,
        due,
        zone,
        later.map(({ to }) => to),
        later[0]?.why ?? "",
      );
  };

  return {
    look: async (signal?: AbortSignal): Promise<void> => {
      for (const brand of brands) {
        if (signal?.aborted === true) return;
        try {
          await lookAt(brand);
        } catch (error) {
          log.error("report.look", {
            brand: brand.id,
            message: error instanceof Error ? error.message : String(error),
          });
        }
      }
    },
  };
};

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

/** Sends every brand's report when it is due, until stopped. Does nothing where nobody is to get one. */
export const startReports = async (runtime: Runtime, setting: ChannelSetting): Promise<{ stop(): Promise<void> }> => {
  const { config } = setting;
  if (config.report.recipients.length === 0 && config.report.channels.length === 0) return { stop: async () => {} };
  const parts = await sendPartsOf(runtime, setting);
  const channels = await openChannels(setting);
  const since = sinceOf(runtime);
  for (const { address } of config.report.recipients) await since(address);
  const loop = createReportLoop({
    brands: config.brands,
    config,
    parts,
    channels,
    since,
    clock: runtime.clock,
    log: runtime.log,
  });
  const running = repeat({ name: "reports", everyMs: LOOK_MS, log: runtime.log, work: (signal) => loop.look(signal) });
  return {
    stop: async () => {
      await running.stop();
      await Promise.allSettled(channels.map((channel) => channel.close()));
      await parts.mailer.close();
    },
  };
};
