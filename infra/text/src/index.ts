export {
  createCopyIndex,
  type CopyIndex,
  type CopyIndexOptions,
  type GroupedMention,
  type Head,
  type Placed,
  type Recalled,
} from "./copies/copy-index.ts";
export { sketchOf, type Sketch } from "./copies/sketch.ts";
export type { SlashOrder } from "./dates/grammar.ts";
export { parseDate, type DateContext } from "./dates/parse-date.ts";
export { queryExcerpt } from "./query/excerpt.ts";
export { indexText, matches } from "./query/matches.ts";
export {
  parseQuery,
  QUERY_LIMIT,
  titleQuery,
  type ParsedQuery,
  type Query,
  type QueryError,
} from "./query/parse-query.ts";
export { phrasesOf } from "./phrases.ts";
export { stemOf } from "./stem.ts";
export { stemsOf } from "./query/stems-of.ts";
export type { QueriedText, TextIndex } from "./query/text-index.ts";
export { addSteps, isZone, millisAt, startOfStep, stepBoundaries, STEPS, wallAt, type Step } from "./zone.ts";
