import { round4 } from "./round.ts";
import { shareOf, type Score } from "./scores.ts";
import { MIN_RATE, stateOf } from "./rate.ts";

/** Both rates of churn in percent. `value` is the share lost where `lost` is known, else the net rate, which has no interval. */
export interface Churn extends Score {
  /** (start − end) / start × 100: below 0 where more joined than left. Null when there were none at the start. */
  readonly net: number | null;
}

/**
 * @param start customers when the period began
 * @param end customers when it ended, those who joined included
 * @param lost of those at the start, how many left; null when nobody counted. Wilson's interval.
 */
export const churnOf = (start: number, end: number, lost: number | null): Churn => {
  const net = start < MIN_RATE ? null : round4(((start - end) / start) * 100);
  if (lost !== null) return { ...shareOf(lost, start), net };
  return { n: start, value: net, low: null, high: null, state: stateOf(start), net };
};
