import { instantOf, millisOf, PipelineError, type Instant } from "@molva/contracts";
import { addSteps, stepBoundaries, type Step } from "@molva/text";

const HOUR = 3_600_000;
const MOST = 100_000;

/** Half-open `[from, to)`, milliseconds since 1970. */
export interface Stretch {
  readonly from: number;
  readonly to: number;
}

/** What one printed number covers, and what it is compared with: the preceding stretch that does not overlap it. */
export interface Period extends Stretch {
  readonly previous: Stretch;
}

export interface Division {
  /** Length of the rolling window in milliseconds; null: each period is its step. */
  readonly window: number | null;
  readonly step: Step | null;
  /** IANA zone in which days, weeks and months begin. */
  readonly tz: string;
}

const usage = (message: string): PipelineError => new PipelineError(message, { code: "USAGE", recovery: "exit" });

const UNITS: Readonly<Record<string, number>> = { h: HOUR, d: 24 * HOUR, w: 7 * 24 * HOUR };

/** The length of `24h`, `7d`, `4w` in milliseconds. @throws {PipelineError} `USAGE` for anything else, or more than ten years. */
export const windowOf = (text: string): number => {
  const [, count, unit] = /^([1-9]\d{0,4})([hdw])$/.exec(text) ?? [];
  const length = Number(count) * (UNITS[unit ?? ""] ?? Number.NaN);
  if (!(length <= 3660 * 24 * HOUR))
    throw usage(
      `window ${text.slice(0, 20)}: write a number with h, d or w, for example 24h, 7d or 4w, at most ten years`,
    );
  return length;
};

const before = ({ from, to }: Stretch): Stretch => ({ from: from - (to - from), to: from });

/**
 * The periods of `[from, to)`, oldest first. Steps that the ends cut are cut; with a window, each period is the window that ends
 * with a step, or with `to` when there are no steps. A whole step is compared with the calendar's step before it.
 * @throws {PipelineError} `USAGE` when there would be more than 100 000.
 */
export const periodsOf = ({ from, to }: Stretch, { window, step, tz }: Division): readonly Period[] => {
  if (from >= to) return [];
  const rolling = (end: number): Period => {
    const now = { from: end - (window ?? 0), to: end };
    return { ...now, previous: before(now) };
  };
  if (step === null) return window === null ? [{ from, to, previous: before({ from, to }) }] : [rolling(to)];
  if (step === "hour" && to - from > MOST * HOUR)
    throw usage(`${Math.round((to - from) / HOUR)} steps are too many; ask for a shorter time or a longer step`);
  const starts = stepBoundaries(instantOf(from), instantOf(to), step, tz);
  return starts.slice(0, -1).map((start, i) => {
    const whole = { from: millisOf(start), to: millisOf(starts[i + 1] as Instant) };
    const cut = { from: Math.max(whole.from, from), to: Math.min(whole.to, to) };
    if (window !== null) return rolling(cut.to);
    const isWhole = cut.from === whole.from && cut.to === whole.to;
    return {
      ...cut,
      previous: isWhole ? { from: millisOf(addSteps(start, -1, step, tz)), to: whole.from } : before(cut),
    };
  });
};

/** Mentions of which no more than the day is known stay out of numbers of less than a day. */
export const takesCoarse = ({ window, step }: Division): boolean =>
  window === null ? step !== "hour" : window >= 24 * HOUR;
