export { eventIdOf, type MentionFact } from "./fact-row.ts";
export { aggregateStage, type StageOptions, type StepName } from "./stage.ts";
