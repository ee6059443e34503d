export type { SlashOrder } from "./dates/grammar.ts";
export { parseDate, type DateContext } from "./dates/parse-date.ts";
export { addSteps, isZone, millisAt, startOfStep, stepBoundaries, STEPS, wallAt, type Step } from "./zone.ts";
