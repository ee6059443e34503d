export type { SlashOrder } from "./dates/grammar.ts";
export { parseDate, type DateContext } from "./dates/parse-date.ts";
export { matches } from "./query/matches.ts";
export { parseQuery, type ParsedQuery, type Query, type QueryError } from "./query/parse-query.ts";
export { stemOf } from "./stem.ts";
export { addSteps, isZone, millisAt, startOfStep, stepBoundaries, STEPS, wallAt, type Step } from "./zone.ts";
