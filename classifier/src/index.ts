export { classifyLines, type ClassifiedLine, type LineResult } from "./classify-lines.ts";
export { evaluate, type EvaluationOptions, type EvaluationRow, type Figures } from "./evaluate.ts";
export { loadModel, type Model, type ModelInput, type Scored } from "./model.ts";
export { classifyStage, type ClassifyStageOptions } from "./stage.ts";
export type { TrainingProgress } from "./training/progress.ts";
export { train, type TrainingOptions, type TrainingReport } from "./training/train.ts";
