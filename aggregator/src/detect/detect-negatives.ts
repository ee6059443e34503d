import type { Interval } from "@molva/numbers";
import { DETECT_START, detectCounts, scoreOf, type DetectState } from "./detect-counts.ts";
import { DETECT_DEFAULTS, type DetectParameters } from "./parameters.ts";
import { faded, NO_COUNTS, oddsRatio, shareDifference, type NegativeCounts } from "./share.ts";

export interface NegativeObservation extends NegativeCounts {
  /** Milliseconds since 1970; later than the observation before. */
  readonly at: number;
}

export interface NegativeParameters {
  /** One detector of counts for each: the first sees a storm within the hour, the second what swells over a day. */
  readonly scales: readonly DetectParameters[];
  /** Different texts among the window's negative mentions: one text copied a hundred times is no spike. */
  readonly minOriginals: number;
  /** The odds of a mention being negative must be at least so many times the usual: one look in forty passes the interval by chance, and there are hundreds a day. */
  readonly minOddsRatio: number;
  /** Days after which an observation counts half in the usual share. */
  readonly shareMemoryDays: number;
}

export const NEGATIVE_DEFAULTS: NegativeParameters = {
  scales: [
    { ...DETECT_DEFAULTS, floor: 3, minVolume: 5 },
    { ...DETECT_DEFAULTS, windowMinutes: 360, floor: 3, minVolume: 5 },
  ],
  minOriginals: 3,
  minOddsRatio: 1.5,
  shareMemoryDays: 28,
};

interface ScaleState {
  readonly counts: DetectState;
  /** Sums of about the last window. */
  readonly recent: NegativeCounts;
}

export interface NegativeState {
  readonly scales: readonly ScaleState[];
  /** What is usual, incidents left out. */
  readonly usual: NegativeCounts;
  readonly lastAt: number | null;
  readonly calmAt: number | null;
}

export const NEGATIVES_START: NegativeState = { scales: [], usual: NO_COUNTS, lastAt: null, calmAt: null };

/** What one window says; the numbers that a message needs beside its verdict. */
export interface ScaleEvidence {
  readonly windowMinutes: number;
  readonly strength: number;
  /** Negative mentions a window: smoothed, and usual for the hour. */
  readonly observed: number;
  readonly expected: number | null;
  /** Negative share in about the last window, 0…1; null without mentions. */
  readonly share: number | null;
  /** 95 % interval of its difference to the usual share. */
  readonly shareChange: Interval | null;
}

export interface NegativeDetection {
  readonly score: number;
  readonly alert: boolean;
  readonly strength: number;
  readonly warmingUp: boolean;
  readonly usualShare: number | null;
  readonly scales: readonly ScaleEvidence[];
}

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/**
 * One step for the negative mentions of a brand: unusual when their count is (see `detectCounts`), and their share is above the usual one by more than chance, and enough different texts say it.
 * A campaign that is liked moves the rate and the share down; one that only makes people talk moves the count and not the share; neither alerts.
 *
 * @throws {RangeError} as `detectCounts` does, and unless 0 ≤ originals ≤ negative ≤ n
 */
export const detectNegatives = (
  state: NegativeState,
  observation: NegativeObservation,
  parameters: NegativeParameters = NEGATIVE_DEFAULTS,
): { readonly state: NegativeState; readonly detection: NegativeDetection } => {
  const { at, negative, n, originals } = observation;
  if (!(originals >= 0 && originals <= negative && negative <= n && Number.isFinite(n)))
    throw new RangeError("counts must hold: 0 ≤ originals ≤ negative ≤ n");
  const elapsed = state.lastAt === null ? 0 : at - state.lastAt;
  const steps = parameters.scales.map((scale, index) => {
    const before = state.scales[index] ?? { counts: DETECT_START, recent: NO_COUNTS };
    const { state: counts, detection } = detectCounts(before.counts, { at, value: negative }, scale);
    const recent = faded(before.recent, Math.exp(-elapsed / (scale.windowMinutes * 60_000)), observation);
    const shareChange = shareDifference(recent, state.usual);
    const spoken =
      recent.originals >= parameters.minOriginals &&
      shareChange !== null &&
      shareChange.low > 0 &&
      oddsRatio(recent, state.usual) >= parameters.minOddsRatio;
    const evidence: ScaleEvidence = {
      windowMinutes: scale.windowMinutes,
      strength: spoken ? detection.strength : Math.min(detection.strength, JUST_BELOW),
      observed: detection.observed,
      expected: detection.expected,
      share: recent.n > 0 ? recent.negative / recent.n : null,
      shareChange,
    };
    return { state: { counts, recent }, evidence, warmingUp: detection.warmingUp };
  });
  const strength = Math.max(0, ...steps.map(({ evidence }) => evidence.strength));
  const unusual = strength >= 1;
  const cooling = state.calmAt !== null && at < state.calmAt;
  const coolDown = Math.max(0, ...parameters.scales.map(({ coolDownHours }) => coolDownHours));
  const fade = 0.5 ** (elapsed / (parameters.shareMemoryDays * DAY_MS));
  return {
    state: {
      scales: steps.map((step) => step.state),
      usual: faded(state.usual, fade, observation, unusual ? 0 : 1),
      lastAt: at,
      calmAt: unusual ? at + coolDown * HOUR_MS : state.calmAt,
    },
    detection: {
      score: scoreOf(strength, cooling),
      alert: unusual && !cooling,
      strength,
      warmingUp: steps.every(({ warmingUp }) => warmingUp),
      usualShare: state.usual.n > 0 ? state.usual.negative / state.usual.n : null,
      scales: steps.map(({ evidence }) => evidence),
    },
  };
};

/** What an unusual count is worth while its share is not: nearly an alert. */
const JUST_BELOW = 0.9;
