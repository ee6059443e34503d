import { percent } from "./confusion.ts";

interface ReliabilityBin {
  /** Texts whose label had a probability from `from` (in percent) up to ten points more. */
  readonly from: number;
  readonly n: number;
  /** Mean probability of the label, in percent. */
  readonly said: number;
  /** How many labels were right, in percent. */
  readonly right: number;
}

export interface Calibration {
  /** Expected calibration error: |said − right| over the bins, weighted by their texts; in points, 0…100. (Naeini et al. 2015) */
  readonly error: number;
  readonly bins: readonly ReliabilityBin[];
}

const BINS = 10;

export interface CalibrationCount {
  /** @param sure probability of the label given, 0…1 */
  add(sure: number, right: boolean): void;
  readonly result: () => Calibration;
}

export const countCalibration = (): CalibrationCount => {
  const bins = Array.from({ length: BINS }, () => ({ n: 0, said: 0, right: 0 }));
  return {
    add: (sure, right) => {
      const bin = bins[Math.min(BINS - 1, Math.floor(sure * BINS))];
      if (bin === undefined) return;
      bin.n += 1;
      bin.said += sure;
      bin.right += right ? 1 : 0;
    },
    result: () => {
      const n = bins.reduce((all, bin) => all + bin.n, 0);
      const error = bins.reduce((all, bin) => all + Math.abs(bin.said - bin.right), 0) / Math.max(1, n);
      return {
        error: percent(error),
        bins: bins.flatMap((bin, i) =>
          bin.n === 0
            ? []
            : [{ from: i * BINS, n: bin.n, said: percent(bin.said / bin.n), right: percent(bin.right / bin.n) }],
        ),
      };
    },
  };
};
