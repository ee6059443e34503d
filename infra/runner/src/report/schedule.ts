import { Cron } from "croner";
import { instantOf, millisOf, type Instant } from "@molva/contracts";
import type { Config } from "@molva/platform";
import { weekBefore, type Week } from "./weeks.ts";

export interface Due {
  /** The week that is reported. */
  readonly week: Week;
  /** When its report was to go out. */
  readonly at: Instant;
  /** Longer ago than is caught up: it is no news any more. */
  readonly late: boolean;
}

const DAYS = ["sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"] as const;

/**
 * The last report that was to go out by now, in a zone. Asked again it is the same until the next
 * one is due, whatever the clock did in between: what was sent is known by its week.
 */
export const dueAt = (
  now: Instant,
  zone: string,
  { day, hour, catchUp }: Pick<Config["report"], "day" | "hour" | "catchUp">,
): Due | null => {
  // An hour that the clock skips is the same stretch later; one that it shows twice is taken the first time.
  const cron = new Cron(`0 ${hour} * * ${DAYS.indexOf(day)}`, { timezone: zone, paused: true });
  // A run belongs to the past from its own moment on.
  const last = cron.previousRuns(2, new Date(millisOf(now) + 1_000)).find((run) => run.getTime() <= millisOf(now));
  if (last === undefined) return null;
  const at = instantOf(last);
  return { week: weekBefore(at, zone), at, late: millisOf(now) - millisOf(at) > catchUp };
};
