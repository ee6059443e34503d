import { createHash } from "node:crypto";
import { instantOf, isSummary, millisOf, type Brand, type Clock, type Instant, type Log } from "@molva/contracts";
import { shortReport } from "@molva/dashboards/report";
import type { Config } from "@molva/platform";
import type { Channel } from "../alerts/channel.ts";
import type { Claims } from "../claims.ts";
import type { Failures } from "./failures.ts";
import { recipientsOf } from "./recipients.ts";
import { dueAt, type Due } from "./schedule.ts";
import { sendingClaim, sendReport, type Recipient, type SendOutcome, type SendParts } from "./send-report.ts";
import { showsWords, tellChannel } from "./tell-channels.ts";

const FIRST_PAUSE_MS = 60_000;
const LONGEST_PAUSE_MS = 15 * 60_000;
const WEEK_MS = 7 * 86_400_000;
/** Weeks back that are looked at for reports that nobody got, while nothing ran. */
const WEEKS_BACK = 4;

export interface ReportLoop {
  readonly brands: readonly Brand[];
  readonly config: Config;
  readonly parts: SendParts;
  /** Those of `report.channels` get the short form. */
  readonly channels: readonly Channel[];
  readonly failures: Failures;
  readonly claims: Claims;
  readonly since: (key: string) => Promise<string>;
  readonly clock: Clock;
  readonly log: Log;
}

const isFinal = ({ outcome }: SendOutcome): boolean => outcome !== "later" && outcome !== "elsewhere";

const idOf = (...parts: readonly string[]): string =>
  createHash("sha256").update(JSON.stringify(parts)).digest("hex").slice(0, 32);

/** Looks at what is due; called again and again. What it remembers only spares work: what was sent is known from the notes. */
export const createReportLoop = (loop: ReportLoop) => {
  const { brands, config, parts, channels, failures, claims, since, clock, log } = loop;
  const done = new Set<string>();
  const pauses = new Map<string, { readonly until: number; readonly length: number }>();
  const zoneOf = (brand: Brand): string => brand.timezone ?? config.timezone;

  const tell = async (brand: Brand, due: Due): Promise<void> => {
    const report = await parts.archive.find(brand.id, due.week.name);
    if (report === null || isSummary(report)) return;
    const { makeCopy } = await import("./make-copy.ts");
    for (const channel of channels.filter(showsWords)) {
      const { id, language, brands: heard, kind } = channel.config;
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
      const about = { id: idOf(due.week.name, brand.id, id), brand: brand.id, title: brand.title, zone: zoneOf(brand) };
      const told = { ...about, at: clock(), worded, picture: copy.picture };
      if ((await tellChannel(channel, channel.recipients[0] ?? id, told, log)) === "told")
        await parts.notes.write(due.week.name, brand.id, `channel:${id}`, { at: clock(), outcome: "sent", why: kind });
    }
  };

  const fail = (brand: Brand, due: Due, kind: "refused" | "missed" | "later", to: readonly string[], why: string) => {
    const about = { brand: brand.id, title: brand.title, zone: zoneOf(brand), week: due.week.name };
    return failures.note({ ...about, at: clock(), kind, to, why });
  };

  /** Those who were there when it was due: who comes later gets the next one. */
  const expected = async (brand: Brand, due: Due): Promise<readonly Recipient[]> => {
    const found: Recipient[] = [];
    for (const one of recipientsOf(config, brand.id)) if ((await since(one.address)) <= due.at) found.push(one);
    return found;
  };

  /** Who should have got it and did not, and why. */
  const missing = async (brand: Brand, due: Due): Promise<{ readonly to: readonly string[]; readonly why: string }> => {
    const { notes } = parts;
    const to: string[] = [];
    let why = "Molva was not running, or the mail server took nothing, for as long as the report was news.";
    const readers = await expected(brand, due);
    const known = readers.length === 0 ? [] : await notes.list(due.week.name, brand.id);
    for (const { address } of readers) {
      const note = known.find((one) => one.to === address.toLowerCase());
      if (note !== undefined && note.outcome !== "later") continue;
      if ((await notes.isUnsubscribed(brand.id, address)) || (await notes.stopped(address)) !== null) continue;
      why = note?.why ?? why;
      to.push(address);
    }
    return { to, why };
  };

  const giveUp = async (brand: Brand, due: Due): Promise<void> => {
    const { to: missed, why } = await missing(brand, due);
    if (missed.length === 0) return;
    // First what is to be told, then what says that it was told: a death in between tells it again under the same id.
    await fail(brand, due, "missed", missed, why);
    for (const address of missed)
      await parts.notes.write(due.week.name, brand.id, address, { at: clock(), outcome: "missed", why });
  };

  const send = async (brand: Brand, due: Due, key: string, keep: () => Promise<boolean>): Promise<void> => {
    const outcomes = await sendReport(brand, due.week, await expected(brand, due), parts, keep);
    const refused = outcomes.filter(({ outcome, known }) => outcome === "refused" && !known);
    const to = (some: readonly SendOutcome[]): readonly string[] => some.map((one) => one.to);
    if (refused.length > 0) await fail(brand, due, "refused", to(refused), refused[0]?.why ?? "");
    if (config.report.channels.length > 0 && (await keep())) {
      // A brand whose report goes to chats alone is read here.
      if ((await parts.archive.find(brand.id, due.week.name)) === null)
        await parts.archive.keep(await parts.read(brand, due.week));
      await tell(brand, due);
    }
    if (outcomes.every(isFinal)) {
      done.add(key);
      pauses.delete(key);
      return;
    }
    const pause = pauses.get(key);
    const length = Math.min(LONGEST_PAUSE_MS, pause === undefined ? FIRST_PAUSE_MS : pause.length * 2);
    pauses.set(key, { until: millisOf(clock()) + length, length });
    const later = outcomes.filter(({ outcome }) => outcome === "later");
    // Told once it is no passing trouble.
    if (length === LONGEST_PAUSE_MS && later.length > 0)
      await fail(brand, due, "later", to(later), later[0]?.why ?? "");
  };

  const lookAtWeek = async (brand: Brand, now: Instant, past: boolean): Promise<void> => {
    const due = dueAt(now, zoneOf(brand), config.report);
    if (due === null) return;
    const late = due.late || past;
    const key = `${brand.id}\n${due.week.name}\n${late}`;
    const pause = pauses.get(key);
    if (done.has(key) || (pause !== undefined && millisOf(now) < pause.until)) return;
    const claim = sendingClaim(brand, due.week);
    if (!late) {
      await claims.hold(claim, (keep) => send(brand, due, key, keep));
      return;
    }
    const { to } = await missing(brand, due);
    if (to.length === 0 || (await claims.hold(claim, async () => (await giveUp(brand, due), true))) === true)
      done.add(key);
  };

  return {
    look: async (signal?: AbortSignal): Promise<void> => {
      for (const brand of brands) {
        if (signal?.aborted === true) return;
        try {
          const now = clock();
          for (let back = 0; back <= WEEKS_BACK; back += 1)
            await lookAtWeek(brand, instantOf(millisOf(now) - back * WEEK_MS), back > 0);
        } catch (error) {
          log.error("report.look", {
            brand: brand.id,
            message: error instanceof Error ? error.message : String(error),
          });
        }
      }
      await failures.tell();
    },
  };
};
