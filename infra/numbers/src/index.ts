export { ADJUSTED, adjustedRate, type Adjusted, type AdjustedConstants, type Audit, type Unit } from "./adjusted.ts";
export { BENCHMARKS, npsBand, type Benchmark } from "./benchmarks.ts";
export { churnOf, type Churn } from "./churn.ts";
export { csiOf, type Csi, type CsiItem, type ItemAnswer } from "./csi.ts";
export {
  compareMeans,
  compareRates,
  compareShares,
  compareVolumes,
  type Comparison,
  type Volume,
} from "./comparison.ts";
export { decompose, type Decomposition, type Group, type Part } from "./decomposition.ts";
export { formatDifference, formatInterval, formatRate, type Locale } from "./format.ts";
export { adjustedWald, around, wilson, Z, type Estimate, type Interval } from "./interval.ts";
export { meanOf, type Moments } from "./mean.ts";
export { medianOf, type Median } from "./median.ts";
export { MIN_RATE, polarInterval, rate, sizeOf, stateOf, type Polarity, type Rate } from "./rate.ts";
export { round4 } from "./round.ts";
export { npsOf, shareOf, type Score } from "./scores.ts";
export { discoveries, surgeOf, type Occurrence, type Surge } from "./surge.ts";
export { studentT } from "./student.ts";
export { differenceInterval, MIN_VERDICT, verdict } from "./verdict.ts";
export { dispersion, volumeInterval } from "./volume.ts";
export { kappa } from "./kappa.ts";
export { auditsFor, halfWidthAfter, USUAL_VARIANCE } from "./planned-audits.ts";
