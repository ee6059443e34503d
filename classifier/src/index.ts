export { classifyLines, type ClassifiedLine, type LineResult } from "./classify-lines.ts";
export { evaluate, type EvaluationOptions, type EvaluationRow, type Figures } from "./evaluate.ts";
export { measureCascade, type CascadeRow } from "./accurate/measure-cascade.ts";
export { clauseSentiment } from "./clause-sentiment.ts";
export { createGrouping, type Grouping, type GroupingOptions } from "./grouping.ts";
export { languageOf } from "./language.ts";
export {
  LEAST_MARKED,
  noiseScore,
  trainNoise,
  type NoiseExamples,
  type NoisePoint,
  type NoiseTraining,
  type NoiseWeights,
} from "./noise/noise-model.ts";
export type { NoiseInput } from "./noise/features.ts";
export {
  loadModel,
  packModel,
  unpackModel,
  type Model,
  type ModelInput,
  type PackedModel,
  type Scored,
} from "./model.ts";
export { loadShipped, SHIPPED_MODELS, shippedCalled, shippedName, type ShippedModel } from "./shipped.ts";
export { openReadingThread, type ReadingThread, type ReadingThreadOptions } from "./reading/reading-thread.ts";
export { slowAnswers } from "./slow-answers.ts";
export { classifyStage, contentFact, type ClassifyStageOptions } from "./stage.ts";
export { topicDictionary, type TopicWords } from "./topics/dictionary.ts";
export { createTopicsOf, type ClauseSentiment, type TopicsOf } from "./topics/topics-of.ts";
export type { TrainingProgress } from "./training/progress.ts";
export { train, type TrainingOptions, type TrainingReport } from "./training/train.ts";
export {
  LEAST_CORRECTIONS,
  trainFromCorrections,
  type CorrectedText,
  type CorrectionsOptions,
  type CorrectionsRow,
} from "./training/from-corrections.ts";
