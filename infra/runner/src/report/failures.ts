import { createHash } from "node:crypto";
import { instantSchema, millisOf, type Checkpoints, type Clock, type Log } from "@molva/contracts";
import { failedReport } from "@molva/dashboards/report";
import { z } from "zod";
import type { Channel } from "../alerts/channel.ts";
import type { Claims } from "../claims.ts";
import { tellChannel } from "./tell-channels.ts";

const failureSchema = z.object({
  at: instantSchema,
  /** `refused` by the server, `missed`: no news any more, `later`: not sent for a quarter of an hour, `bounced`: came back. */
  kind: z.enum(["refused", "missed", "later", "bounced"]),
  brand: z.string(),
  title: z.string(),
  zone: z.string(),
  week: z.string(),
  to: z.array(z.string()).readonly(),
  why: z.string(),
  /** Who heard of it: `channel/recipient`. */
  told: z.array(z.string()).readonly(),
});
type Failure = z.infer<typeof failureSchema>;

const FAILED = "reports/failed/";
const DAY_MS = 86_400_000;
const KEPT_MS = 60 * DAY_MS;
/** What is older is no news to a channel that was down, or was added since. */
const NEWS_MS = 7 * DAY_MS;
const FIRST_PAUSE_MS = 60_000;
const LONGEST_PAUSE_MS = 15 * 60_000;

const markOf = ({ kind, brand, week, to }: Omit<Failure, "told">): string =>
  createHash("sha256")
    .update(JSON.stringify([kind, brand, week, to.toSorted()]))
    .digest("hex")
    .slice(0, 32);

export interface Failures {
  /** Durable when it resolves. What was noted before is not noted twice. */
  note(failure: Omit<Failure, "told">): Promise<void>;
  /** Tells all who read the alert channels and have not heard; a channel that does not answer is asked again, after longer and longer pauses. */
  tell(): Promise<void>;
}

export interface FailureParts {
  readonly checkpoints: Checkpoints;
  readonly claims: Claims;
  readonly channels: readonly Channel[];
  readonly clock: Clock;
  readonly log: Log;
}

const isFor = ({ config }: Channel, { brand }: Failure): boolean =>
  (config.brands.length === 0 || config.brands.includes(brand)) && config.least !== "critical";

/** Reports that did not reach their readers, until every alert channel has heard of them. */
export const openFailures = ({ checkpoints, claims, channels, clock, log }: FailureParts): Failures => {
  const pauses = new Map<string, { readonly until: number; readonly length: number }>();

  /** Who has not heard, but for those that are asked later. */
  const waiting = (failure: Failure): readonly (readonly [channel: Channel, to: string])[] => {
    const now = millisOf(clock());
    if (now - millisOf(failure.at) > NEWS_MS) return [];
    return channels
      .filter((channel) => isFor(channel, failure) && (pauses.get(channel.config.id)?.until ?? 0) <= now)
      .flatMap((channel) => channel.recipients.map((to) => [channel, to] as const))
      .filter(([{ config }, to]) => !failure.told.includes(`${config.id}/${to}`));
  };

  const tellOne = async (key: string, failure: Failure): Promise<void> => {
    let { told } = failure;
    for (const [channel, to] of waiting(failure)) {
      const { id, language } = channel.config;
      const worded = failedReport(failure.title, failure.week, failure.to, failure.why, language, failure.kind);
      const words = { ...failure, id: markOf(failure), worded, picture: null };
      if ((await tellChannel(channel, to, words, log)) === "later") {
        const length = Math.min(LONGEST_PAUSE_MS, (pauses.get(id)?.length ?? FIRST_PAUSE_MS / 2) * 2);
        pauses.set(id, { until: millisOf(clock()) + length, length });
        continue;
      }
      pauses.delete(id);
      told = [...told, `${id}/${to}`];
      await checkpoints.write({ [key]: { ...failure, told } });
    }
  };

  const pending = async (): Promise<readonly (readonly [key: string, failure: Failure])[]> => {
    const found: (readonly [string, Failure])[] = [];
    for await (const [key, value] of checkpoints.entries(FAILED)) {
      const read = failureSchema.safeParse(value);
      if (!read.success) continue;
      if (millisOf(clock()) - millisOf(read.data.at) > KEPT_MS) await checkpoints.write({ [key]: null });
      else if (waiting(read.data).length > 0) found.push([key, read.data]);
    }
    return found;
  };

  return {
    note: async (failure) => {
      const key = `${FAILED}${markOf(failure)}`;
      if ((await checkpoints.read(key)) !== null) return;
      log.error("report.failed", { brand: failure.brand, week: failure.week, recipients: failure.to.length });
      await checkpoints.write({ [key]: { ...failure, told: [] } satisfies Failure });
    },
    tell: async () => {
      if ((await pending()).length === 0) return;
      // Read again under the claim: another process may have told meanwhile.
      await claims.hold("reports/failures", async () => {
        for (const [key, failure] of await pending()) await tellOne(key, failure);
      });
    },
  };
};
