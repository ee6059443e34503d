import type { Rating } from "@molva/contracts";
import type { Three } from "./weights.ts";

/** By star (1 to 5, in order): what is added to the log-odds of the three classes. */
export type RatingEvidence = readonly Three[];

/**
 * No class gains more than twice this over another, in nats: a text of which the model is sure (odds of more than e to 1,
 * 73 to 27) keeps its label whatever stars stand beside it.
 */
export const MOST_SHIFT = 0.5;

/** On a scale of five, whatever scale it was given on. */
const starsOf = ({ value, min, max }: Rating): 1 | 2 | 3 | 4 | 5 => {
  const share = max > min ? (value - min) / (max - min) : 0.5;
  return (1 + Math.round(4 * Math.min(1, Math.max(0, share)))) as 1 | 2 | 3 | 4 | 5;
};

/** What words say, with what the stars beside them say. */
export const withRating = (words: Three, rating: Rating | null, evidence: RatingEvidence): Three => {
  const shift = rating === null ? undefined : evidence[starsOf(rating) - 1];
  if (shift === undefined) return words;
  const [a, b, c] = [words[0] * Math.exp(shift[0]), words[1] * Math.exp(shift[1]), words[2] * Math.exp(shift[2])];
  const sum = a + b + c;
  return [a / sum, b / sum, c / sum];
};
