// `npm run bench:nab [FOLDER]`: the detector at its default setting on the labelled series of brand mentions of the Numenta Anomaly Benchmark.
import { fileURLToPath } from "node:url";
import { DETECT_DEFAULTS, DETECT_START, detectCounts, type DetectParameters } from "../src/index.ts";
import { nabScore, probation, scoreSeries, type NabResult } from "./nab-score.ts";
import { readNab, type NabSeries } from "./nab-series.ts";

const ROWS_A_WEEK = (7 * 24 * 60) / 5;
/** On all ten series, of which five are here; as the benchmark's scoreboard prints them. */
const PUBLISHED = [
  ["ARTime", 81.8],
  ["CAD OSE", 74.5],
  ["earthgecko Skyline", 68.9],
  ["Numenta HTM", 68.0],
  ["KNN-CAD", 64.3],
  ["Relative Entropy", 59.8],
  ["Twitter ADVec", 59.6],
  ["Windowed Gaussian", 51.4],
  ["Random Cut Forest", 48.1],
] as const;

const resultOf = ({ at, values, windows }: NabSeries, parameters: DetectParameters): NabResult => {
  let state = DETECT_START;
  const alerts: number[] = [];
  for (const [row, value] of values.entries()) {
    const step = detectCounts(state, { at: at[row] ?? Number.NaN, value }, parameters);
    state = step.state;
    if (step.detection.alert) alerts.push(row);
  }
  return scoreSeries(values.length, alerts, windows);
};

const share = (part: number, whole: number): string => (whole === 0 ? "–" : `${Math.round((100 * part) / whole)} %`);

const print = (name: string, results: readonly NabResult[]): void => {
  const sum = (of: (result: NabResult) => number): number => results.reduce((total, result) => total + of(result), 0);
  const weeks = sum(({ rows }) => rows - probation(rows)) / ROWS_A_WEEK;
  const alerts = sum(({ detections }) => detections);
  console.log(
    name.padEnd(22),
    nabScore(results).toFixed(1).padStart(6),
    `${sum(({ hit }) => hit)} of ${sum(({ windows }) => windows)}`.padStart(10),
    share(
      sum(({ inside }) => inside),
      alerts,
    ).padStart(8),
    (alerts / weeks).toFixed(2).padStart(8),
  );
};

const GRID = [2, 2.1, 2.2, 2.3, 2.4, 2.5, 2.6, 2.7, 2.8, 3];

/** Each series by the rarity that is best for the others: what the choice of the one number that decides is worth elsewhere. */
const leaveOneOut = (series: readonly NabSeries[]): void => {
  const grid = GRID.map((rarity) => ({
    rarity,
    results: series.map((one) => resultOf(one, { ...DETECT_DEFAULTS, rarity })),
  }));
  console.log("\nThe score over the rarity that alerts (the default is", `${DETECT_DEFAULTS.rarity})`);
  console.log(grid.map(({ rarity, results }) => `${rarity}: ${nabScore(results).toFixed(1)}`).join("   "));
  const chosen = series.map((_, left) => {
    const best = grid.reduce((a, b) =>
      nabScore(b.results.filter((_, i) => i !== left)) > nabScore(a.results.filter((_, i) => i !== left)) ? b : a,
    );
    return best.results[left];
  });
  print(
    "rarity by the others",
    chosen.filter((result) => result !== undefined),
  );
};

const folder = process.argv[2] ?? fileURLToPath(new URL("../../../shared/data/nab", import.meta.url));
const series = readNab(folder);
if (series === null) {
  console.log(
    `No labelled series here: ${folder} holds no windows.json. Name the folder: npm run bench:nab -- FOLDER (windows.json and the *.csv.gz it names).`,
  );
} else {
  console.log("".padEnd(22), " score", "   windows", "  inside", "  a week");
  const results = series.map((one) => ({ one, result: resultOf(one, DETECT_DEFAULTS) }));
  for (const { one, result } of results) print(one.name, [result]);
  print(
    "Molva",
    results.map(({ result }) => result),
  );
  console.log("\nPublished, on all ten series (standard profile)");
  for (const [name, score] of PUBLISHED) console.log(name.padEnd(22), score.toFixed(1).padStart(6));
  leaveOneOut(series);
}
