import { EMPTY_BASELINE, learn, usualAt, type Baseline } from "./baseline.ts";
import { DETECT_DEFAULTS, type DetectParameters } from "./parameters.ts";
import { nothingSeen, rarityOf, see, type Seen } from "./rarity.ts";

/** How many mentions there were in the stretch that ends, or starts, at `at`; which of the two does not matter as long as it is always the same. */
export interface CountObservation {
  /** Milliseconds since 1970; later than the observation before. */
  readonly at: number;
  /** ≥ 0. A stretch of which nothing is known has no observation: a gap is no zero. */
  readonly value: number;
}

/** All the detector remembers of a series: JSON, of a size that does not grow with it. */
export interface DetectState {
  readonly startedAt: number | null;
  readonly lastAt: number | null;
  readonly rows: number;
  /** Usual milliseconds between two observations. */
  readonly step: number;
  /** Smoothed mentions an observation. */
  readonly smooth: number;
  readonly baseline: Baseline;
  /** Levels seen, and their ratios to what is usual for the hour. */
  readonly levels: Seen;
  readonly ratios: Seen;
  /** Until when no new alert is given. */
  readonly calmAt: number | null;
}

export interface Detection {
  /** 0…1; an alert has at least 0.5. Halved while the cool-down lasts. */
  readonly score: number;
  readonly alert: boolean;
  /** ≥ 0; from 1 on the row is unusual, whether it is the first of its incident (then it alerts) or not. */
  readonly strength: number;
  /** Mentions a window: smoothed, and what is usual for the hour. Null for what is not known yet. */
  readonly observed: number;
  readonly expected: number | null;
  /** Before this is over nothing is said: score 0, no alert. */
  readonly warmingUp: boolean;
}

export const DETECT_START: DetectState = {
  startedAt: null,
  lastAt: null,
  rows: 0,
  step: 0,
  smooth: 0,
  baseline: EMPTY_BASELINE,
  levels: nothingSeen(-2, 20),
  ratios: nothingSeen(-10, 10),
  calmAt: null,
};

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** An unusual row weighs half in what is held to be rare: the next incident of that size must still be found. */
const UNUSUAL_WEIGHT = 0.5;
/** The usual step falls at once and rises slowly, so that gaps do not count. */
const STEP_GAIN = 0.02;

const nextStep = (state: DetectState, elapsed: number): number => {
  if (state.rows <= 1 || elapsed < state.step) return elapsed;
  return state.step + STEP_GAIN * (Math.min(elapsed, 2 * state.step) - state.step);
};

/** Square-root scale makes the deviation of a Poisson count ½ whatever its mean (Anscombe 1948). */
const sigmas = (observed: number, expected: number): number =>
  2 * (Math.sqrt(observed + 0.375) - Math.sqrt(expected + 0.375));

/** 0.5 where an alert begins, towards 1 above it; what is no news any more stays below 0.25. */
export const scoreOf = (strength: number, cooling: boolean): number => {
  const score = strength / (1 + strength);
  return cooling ? Math.min(score, 0.5) / 2 : score;
};

/**
 * One step of the detector: nothing but the state and this observation decides, so the same rows always give the same alerts and no row knows a later one.
 *
 * @throws {RangeError} when the observation is not later than the last one, or its value is negative or no number
 */
export const detectCounts = (
  state: DetectState,
  { at, value }: CountObservation,
  parameters: DetectParameters = DETECT_DEFAULTS,
): { readonly state: DetectState; readonly detection: Detection } => {
  if (!Number.isFinite(at) || (state.lastAt !== null && at <= state.lastAt))
    throw new RangeError("observations must come in the order of their time, one a moment");
  if (!Number.isFinite(value) || value < 0) throw new RangeError("a count must be a number of at least 0");
  const p = parameters;
  const elapsed = state.lastAt === null ? 0 : at - state.lastAt;
  const step = nextStep(state, elapsed);
  const windowMs = p.windowMinutes * 60_000;
  // After a gap one observation must not speak for all that was missed.
  const passed = Math.min(elapsed, 2 * step);
  const gain = state.rows === 0 ? 1 : 1 - Math.exp(-passed / windowMs);
  const smooth = state.smooth + gain * (value - state.smooth);
  const rowsInWindow = step === 0 ? 1 : Math.max(1, windowMs / step);
  const observed = smooth * rowsInWindow;
  const level = Math.log(observed + p.floor);
  const usual = usualAt(state.baseline, at);
  const ratio = usual === null ? 0 : level - usual;
  const startedAt = state.startedAt ?? at;
  const warmingUp = at - startedAt < p.warmUpDays * DAY_MS || state.rows < p.warmUpRows;
  const expected = usual === null ? null : Math.max(0, Math.exp(usual) - p.floor);

  let strength = 0;
  if (!warmingUp && expected !== null) {
    const rare = (rarityOf(state.levels, level) + rarityOf(state.ratios, ratio)) / 2;
    strength = Math.max(
      0,
      Math.min(
        rare / p.rarity,
        ratio / Math.log(p.minRatio),
        sigmas(observed, expected) / p.minSigma,
        observed / p.minVolume,
      ),
    );
  }
  const unusual = strength >= 1;
  const cooling = state.calmAt !== null && at < state.calmAt;
  const fade = 0.5 ** (elapsed / (p.memoryDays * DAY_MS));
  const weight = unusual ? UNUSUAL_WEIGHT : 1;
  // How long a step is, and so how many rows make a window, is known from the second row on.
  const learned =
    state.lastAt === null
      ? { baseline: state.baseline, levels: state.levels, ratios: state.ratios }
      : {
          baseline: learn(state.baseline, at, level, elapsed),
          levels: see(state.levels, level, fade, weight),
          ratios: see(state.ratios, ratio, fade, weight),
        };
  return {
    state: {
      startedAt,
      lastAt: at,
      rows: state.rows + 1,
      step,
      smooth,
      ...learned,
      calmAt: unusual ? at + p.coolDownHours * HOUR_MS : state.calmAt,
    },
    detection: {
      score: scoreOf(strength, cooling),
      alert: unusual && !cooling,
      strength,
      observed,
      expected,
      warmingUp,
    },
  };
};
