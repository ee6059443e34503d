export {
  createCopyIndex,
  type CopyIndex,
  type CopyIndexOptions,
  type GroupedMention,
  type Head,
  type Placed,
  type Recalled,
} from "./copies/copy-index.ts";
export type { SlashOrder } from "./dates/grammar.ts";
export { parseDate, type DateContext } from "./dates/parse-date.ts";
export { matches } from "./query/matches.ts";
export { parseQuery, type ParsedQuery, type Query, type QueryError } from "./query/parse-query.ts";
export { stemOf } from "./stem.ts";
export { addSteps, isZone, millisAt, startOfStep, stepBoundaries, STEPS, wallAt, type Step } from "./zone.ts";
