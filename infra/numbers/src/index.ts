export { formatDifference, formatInterval, formatRate, type Locale } from "./format.ts";
export { adjustedWald, around, wilson, Z, type Estimate, type Interval } from "./interval.ts";
export { meanOf, type Moments } from "./mean.ts";
export { MIN_RATE, polarInterval, rate, sizeOf, stateOf, type Polarity, type Rate } from "./rate.ts";
export { round4 } from "./round.ts";
export { npsOf, shareOf, type Score } from "./scores.ts";
export { studentT } from "./student.ts";
export { differenceInterval, MIN_VERDICT, verdict } from "./verdict.ts";
export { dispersion, volumeInterval } from "./volume.ts";
