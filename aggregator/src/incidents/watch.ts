import { millisOf, type AlertNumbers, type Instant } from "@molva/contracts";
import { DETECT_START, detectCounts, type DetectState } from "../detect/detect-counts.ts";
import {
  detectNegatives,
  NEGATIVE_DEFAULTS,
  NEGATIVES_START,
  type NegativeDetection,
  type NegativeParameters,
  type NegativeState,
} from "../detect/detect-negatives.ts";
import { DETECT_DEFAULTS, type DetectParameters } from "../detect/parameters.ts";
import type { WatchCounts, WatchStep } from "../queries/watch-steps.ts";

/** The rules by which a brand is watched; few, with one setting for all brands. */
export interface WatchRules {
  readonly negatives: NegativeParameters;
  readonly volume: DetectParameters;
  readonly topics: NegativeParameters;
}

export const WATCH_RULES: WatchRules = {
  negatives: NEGATIVE_DEFAULTS,
  volume: DETECT_DEFAULTS,
  // A topic is a part of the whole, and there are a dozen: over six hours, and twice the usual odds.
  topics: {
    ...NEGATIVE_DEFAULTS,
    scales: [{ ...DETECT_DEFAULTS, windowMinutes: 360, rarity: 2.7, floor: 3, minVolume: 5 }],
    minOddsRatio: 2,
  },
};

/** All that is remembered of a brand: JSON, of a size that does not grow with its history. */
export interface WatchState {
  readonly negatives: NegativeState;
  readonly volume: DetectState;
  readonly topics: Readonly<Record<string, NegativeState>>;
}

export const WATCH_START: WatchState = { negatives: NEGATIVES_START, volume: DETECT_START, topics: {} };

type SpikeKind = "negative-spike" | "topic-surge" | "volume-spike";

/** What one rule says at the end of one step. */
export interface Finding {
  readonly kind: SpikeKind;
  readonly topic: string | null;
  /** The end of the step. */
  readonly at: Instant;
  /** From 1 on it is unusual. */
  readonly strength: number;
  /** The first unusual step since the cool-down. */
  readonly alert: boolean;
  readonly warmingUp: boolean;
  readonly numbers: AlertNumbers;
}

/** Topics that were spoken of in fewer steps than this are not watched: there is nothing usual about them yet. */
const MOST_TOPICS = 40;

const round = (value: number, digits: number): number => Number(value.toFixed(digits));
const percent = (share: number): number => round(share * 100, 2);

const NO_NUMBERS = { level: null, before: null } as const;

const negativeNumbers = (
  detection: NegativeDetection,
  counts: WatchCounts,
  rules: NegativeParameters,
): AlertNumbers => {
  const strongest = detection.scales.toSorted((a, b) => b.strength - a.strength)[0];
  const scale = rules.scales.find(({ windowMinutes }) => windowMinutes === strongest?.windowMinutes);
  const low = strongest?.shareChange?.low;
  const usual = detection.usualShare;
  const share = strongest?.share ?? null;
  return {
    ...NO_NUMBERS,
    hours: (strongest?.windowMinutes ?? 60) / 60,
    observed: strongest === undefined ? null : round(strongest.observed, 2),
    expected: strongest?.expected == null ? null : round(strongest.expected, 2),
    n: counts.n,
    originals: counts.originals,
    share:
      share === null
        ? null
        : {
            value: percent(share),
            low: low === undefined || usual === null ? null : percent(Math.max(0, usual + low)),
            high:
              strongest?.shareChange == null || usual === null
                ? null
                : percent(Math.min(1, usual + strongest.shareChange.high)),
          },
    usualShare: usual === null ? null : percent(usual),
    shareChange:
      strongest?.shareChange == null
        ? null
        : { low: percent(strongest.shareChange.low), high: percent(strongest.shareChange.high) },
    strength: round(detection.strength, 3),
    thresholds: {
      rarity: scale?.rarity ?? 0,
      minRatio: scale?.minRatio ?? 0,
      minSigma: scale?.minSigma ?? 0,
      minVolume: scale?.minVolume ?? 0,
      minOriginals: rules.minOriginals,
      minOddsRatio: rules.minOddsRatio,
    },
  };
};

/**
 * One step of one brand: the same function for alerts, backtest, `why` and the simulations. Nothing but the state and this step
 * decides; a step that has not ended yet may be asked too, with what is known of it so far.
 *
 * @param end the end of the step, or now in a step that has not ended; milliseconds
 */
export const watchStep = (
  state: WatchState,
  step: WatchStep,
  end: Instant,
  rules: WatchRules = WATCH_RULES,
): { readonly state: WatchState; readonly findings: readonly Finding[] } => {
  const at = millisOf(end);
  const negatives = detectNegatives(state.negatives, { at, ...countsOf(step) }, rules.negatives);
  const volume = detectCounts(state.volume, { at, value: step.mentions }, rules.volume);
  const names = [...new Set([...Object.keys(state.topics), ...Object.keys(step.topics)])].sort().slice(0, MOST_TOPICS);
  const topics = names.map((topic) => {
    const counts = step.topics[topic] ?? { negative: 0, n: 0, originals: 0 };
    return {
      topic,
      counts,
      ...detectNegatives(state.topics[topic] ?? NEGATIVES_START, { at, ...counts }, rules.topics),
    };
  });
  const { rarity, minRatio, minSigma, minVolume } = rules.volume;
  return {
    state: {
      negatives: negatives.state,
      volume: volume.state,
      topics: Object.fromEntries(topics.map((one) => [one.topic, one.state])),
    },
    findings: [
      {
        kind: "negative-spike",
        topic: null,
        at: end,
        strength: negatives.detection.strength,
        alert: negatives.detection.alert,
        warmingUp: negatives.detection.warmingUp,
        numbers: negativeNumbers(negatives.detection, step, rules.negatives),
      },
      ...topics.map(({ topic, counts, detection }): Finding => ({
        kind: "topic-surge",
        topic,
        at: end,
        strength: detection.strength,
        alert: detection.alert,
        warmingUp: detection.warmingUp,
        numbers: negativeNumbers(detection, counts, rules.topics),
      })),
      {
        kind: "volume-spike",
        topic: null,
        at: end,
        strength: volume.detection.strength,
        alert: volume.detection.alert,
        warmingUp: volume.detection.warmingUp,
        numbers: {
          ...NO_NUMBERS,
          hours: rules.volume.windowMinutes / 60,
          observed: round(volume.detection.observed, 2),
          expected: volume.detection.expected === null ? null : round(volume.detection.expected, 2),
          n: step.n,
          originals: null,
          share: null,
          usualShare: null,
          shareChange: null,
          strength: round(volume.detection.strength, 3),
          thresholds: { rarity, minRatio, minSigma, minVolume },
        },
      },
    ],
  };
};

const countsOf = ({ negative, n, originals }: WatchCounts): WatchCounts => ({ negative, n, originals });
