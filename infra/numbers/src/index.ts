export { adjustedWald, around, wilson, Z, type Estimate, type Interval } from "./interval.ts";
export { polarInterval, rate, sizeOf, stateOf, type Polarity, type Rate } from "./rate.ts";
export { round4 } from "./round.ts";
export { differenceInterval, verdict } from "./verdict.ts";
