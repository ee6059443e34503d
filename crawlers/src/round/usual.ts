import { instantOf, instantSchema, millisOf, type Checkpoints, type Instant } from "@molva/contracts";
import { z } from "zod";

const DAY_MS = 86_400_000;
/** What is compared: the newest seven days. */
const NEWEST = 7;
/** With what: up to four weeks before them, and one at least. */
const BASE = 28;
const SHORTEST_BASE = 7;
/** A run of this little luck is taken for a fault: once in a thousand. */
const UNLIKELY = 0.001;

const historySchema = z.object({ from: instantSchema, days: z.record(z.string(), z.int().nonnegative()) });
/** New mentions a day (UTC) since the first success; what that first round brought is no habit and is not in it. */
export type History = z.infer<typeof historySchema>;

const keyOf = (target: string): string => `crawl/days/${target}`;

export const readHistory = async (checkpoints: Checkpoints, target: string): Promise<History | null> => {
  const read = historySchema.safeParse(await checkpoints.read(keyOf(target)));
  return read.success ? read.data : null;
};

export const historyEntry = (target: string, history: History): Readonly<Record<string, unknown>> => ({
  [keyOf(target)]: history,
});

const dayOf = (ms: number): string => instantOf(ms).slice(0, 10);

/** The history with a round's new mentions in it; days that no comparison reaches any more are dropped. */
export const withRound = (history: History | null, fresh: number, now: Instant): History => {
  if (history === null) return { from: now, days: {} };
  const oldest = dayOf(millisOf(now) - (NEWEST + BASE) * DAY_MS);
  const today = dayOf(millisOf(now));
  const kept = Object.entries(history.days).filter(([day]) => day >= oldest);
  return {
    from: history.from,
    days: { ...Object.fromEntries(kept), ...(fresh === 0 ? {} : { [today]: (history.days[today] ?? 0) + fresh }) },
  };
};

/** P(X ≤ most) of a Poisson variable of this mean. */
const atMost = (most: number, mean: number): number => {
  let term = Math.exp(-mean);
  let sum = term;
  for (let k = 1; k <= most; k++) {
    term *= mean / k;
    sum += term;
  }
  return Math.min(1, sum);
};

export interface Usual {
  /** New mentions of the last seven days, today's so far among them. */
  readonly got: number;
  /** What the weeks before let one expect for the same time; null while there are not seven days of them. */
  readonly expected: number | null;
  readonly quiet: boolean;
}

/**
 * What came against what usually comes. Quiet is a target of which, even if it brought half of what it used to, so few
 * mentions in seven days, or so long a time without one, would come less than once in a thousand times (Poisson): people write in
 * bursts, so the half stands for what a mere lull may be.
 */
export const usualOf = (history: History | null, lastNew: Instant | null, now: Instant): Usual => {
  if (history === null) return { got: 0, expected: null, quiet: false };
  const at = millisOf(now);
  const midnight = Math.floor(at / DAY_MS) * DAY_MS;
  const firstRecent = midnight - (NEWEST - 1) * DAY_MS;
  // The first day is not whole: what is counted begins with the day after it.
  const firstBase = Math.max(firstRecent - BASE * DAY_MS, (Math.floor(millisOf(history.from) / DAY_MS) + 1) * DAY_MS);
  const sum = (from: number, to: number): number =>
    Object.entries(history.days)
      .filter(([day]) => day >= dayOf(from) && day < dayOf(to))
      .reduce((total, [, count]) => total + count, 0);
  const got = sum(firstRecent, midnight + DAY_MS);
  const days = (firstRecent - firstBase) / DAY_MS;
  if (days < SHORTEST_BASE) return { got, expected: null, quiet: false };
  const daily = sum(firstBase, firstRecent) / days;
  const expected = (daily * (at - firstRecent)) / DAY_MS;
  const silent = lastNew === null ? 0 : (daily * (at - millisOf(lastNew))) / DAY_MS;
  return {
    got,
    expected: Math.round(expected * 10) / 10,
    quiet: atMost(got, expected / 2) < UNLIKELY || atMost(0, silent / 2) < UNLIKELY,
  };
};
