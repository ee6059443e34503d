import { LABELS, type Label } from "@molva/contracts";

/**
 * Agreement of two people beyond chance on the same mentions: (observed − expected) / (1 − expected).
 * Source: J. Cohen, "A coefficient of agreement for nominal scales", Educational and Psychological Measurement 20 (1960).
 * @returns −1…1; null of no pair, or when both always gave one and the same label.
 */
export const kappa = (pairs: readonly (readonly [Label, Label])[]): number | null => {
  const n = pairs.length;
  if (n === 0) return null;
  const observed = pairs.filter(([a, b]) => a === b).length / n;
  const expected = LABELS.reduce(
    (sum, label) =>
      sum + (pairs.filter(([a]) => a === label).length / n) * (pairs.filter(([, b]) => b === label).length / n),
    0,
  );
  return expected === 1 ? null : (observed - expected) / (1 - expected);
};
