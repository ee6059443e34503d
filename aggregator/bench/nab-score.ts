/** The labelled windows of a series as row numbers, both ends inside. */
export interface NabWindow {
  readonly first: number;
  readonly last: number;
}

export interface NabWeights {
  readonly tp: number;
  readonly fn: number;
  readonly fp: number;
}

/** The standard profile of the Numenta Anomaly Benchmark. */
export const STANDARD: NabWeights = { tp: 1, fn: 1, fp: 0.11 };

export interface NabResult {
  readonly rows: number;
  /** Sum over windows and false detections. */
  readonly sum: number;
  readonly windows: number;
  readonly hit: number;
  /** Detections after the rows that are not scored, and those of them inside a window. */
  readonly detections: number;
  readonly inside: number;
}

/** 1 far left of 0, −1 far right of it: early is worth more than late. */
const sigmoid = (y: number): number => 2 / (1 + Math.exp(5 * y)) - 1;

/** The first 15 % of the rows, at most 750, are for learning. */
export const probation = (rows: number): number => Math.min(Math.floor(0.15 * rows), 750);

const worthOf = (row: number, { first, last }: NabWindow): number =>
  sigmoid(-(last - row + 1) / (last - first + 1)) / sigmoid(-1);

/** Right after a window a false detection costs little, three windows' lengths after it the whole weight, before any window too. */
const costOf = (row: number, windows: readonly NabWindow[]): number => {
  const before = windows.filter(({ last }) => last < row).at(-1);
  if (before === undefined) return -1;
  const y = (row - before.last) / (before.last - before.first);
  return y > 3 ? -1 : sigmoid(y);
};

/**
 * One series after the rule of the Numenta Anomaly Benchmark (Lavin and Ahmad 2015, "Evaluating real-time anomaly detection algorithms").
 *
 * @param detections row numbers, increasing @param windows in their order, not overlapping
 */
export const scoreSeries = (
  rows: number,
  detections: readonly number[],
  windows: readonly NabWindow[],
  weights: NabWeights = STANDARD,
): NabResult => {
  const scored = detections.filter((row) => row >= probation(rows));
  const inside = (row: number, { first, last }: NabWindow): boolean => row >= first && row <= last;
  let sum = 0;
  let hit = 0;
  for (const window of windows) {
    // The earliest is worth most.
    const earliest = scored.find((row) => inside(row, window));
    if (earliest === undefined) sum -= weights.fn;
    else {
      hit += 1;
      sum += worthOf(earliest, window) * weights.tp;
    }
  }
  const outside = scored.filter((row) => !windows.some((window) => inside(row, window)));
  for (const row of outside) sum += costOf(row, windows) * weights.fp;
  return {
    rows,
    sum,
    windows: windows.length,
    hit,
    detections: scored.length,
    inside: scored.length - outside.length,
  };
};

/** 100 is perfect, 0 a detector that never speaks. */
export const nabScore = (results: readonly NabResult[], weights: NabWeights = STANDARD): number => {
  const sum = results.reduce((total, result) => total + result.sum, 0);
  const windows = results.reduce((total, result) => total + result.windows, 0);
  return (100 * (sum + weights.fn * windows)) / (windows * (weights.tp + weights.fn));
};
