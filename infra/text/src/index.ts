export { addSteps, isZone, millisAt, startOfStep, stepBoundaries, STEPS, wallAt, type Step } from "./zone.ts";
