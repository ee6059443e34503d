export {
  detectCounts,
  DETECT_START,
  type CountObservation,
  type Detection,
  type DetectState,
} from "./detect/detect-counts.ts";
export { CSV_HEADER, CSV_START, detectLine, type CsvState } from "./detect/detect-csv.ts";
export {
  detectNegatives,
  NEGATIVE_DEFAULTS,
  NEGATIVES_START,
  type NegativeDetection,
  type NegativeObservation,
  type NegativeParameters,
  type NegativeState,
  type ScaleEvidence,
} from "./detect/detect-negatives.ts";
export { DETECT_DEFAULTS, type DetectParameters } from "./detect/parameters.ts";
export { eraseWords, mentionsOfAuthor } from "./erase.ts";
export { eventIdOf, type MentionFact } from "./fact-row.ts";
export { listNotes, removeNote, saveNote, type Note } from "./queries/annotations-notes.ts";
export { drawMentions, type DrawQuestion } from "./queries/audit-draw.ts";
export { readAudits, type AuditedMention } from "./queries/audits.ts";
export { listCorrectedDays, saveCorrectedDays } from "./queries/annotations-saved.ts";
export { listBrands, readCounts, type CountedStep, type CountsQuestion, type KnownBrand } from "./queries/brands.ts";
export {
  readExplanation,
  readExplanations,
  type ExplainedDimension,
  type ExplainQuestion,
  type Explanation,
} from "./queries/explain.ts";
export {
  findEvent,
  readHistories,
  type FoundEvent,
  type HistoryEntry,
  type MentionHistory,
  type MentionState,
} from "./queries/history.ts";
export {
  findMention,
  listMentions,
  MENTION_SORTS,
  readMention,
  type MentionFilter,
  type MentionSort,
} from "./queries/mentions.ts";
export { readNsr, type NsrQuestion } from "./queries/nsr.ts";
export { readMeasures, type MeasuresQuestion } from "./queries/nsr-measures.ts";
export { windowOf } from "./queries/periods.ts";
export { ratingMoments } from "./queries/ratings.ts";
export {
  planReplay,
  readChosenModels,
  readReplayContents,
  readReplayPage,
  type ReplayedMention,
  type ReplayHour,
  type ReplayPage,
} from "./queries/replay.ts";
export {
  countStored,
  readStored,
  type LiveExclusion,
  type StoredMention,
  type StoredQuestion,
} from "./queries/stored-mentions.ts";
export { readRecentTexts, type RecentText } from "./queries/recent-texts.ts";
export { readRolling, type RollingQuestion } from "./queries/rolling.ts";
export type { StoredFact } from "./queries/stored-content.ts";
export { setTextRetention } from "./retention.ts";
export * from "./surveys/index.ts";
export { foldStretch } from "./steps.ts";
export { aggregateStage, type StageOptions, type StepName } from "./stage.ts";
export { verify, type Difference, type Verification } from "./verify/verify.ts";
export { advance, learnedThreshold, type Circumstances, type Message, type Signal } from "./incidents/advance.ts";
export { dangerIn, type DangerWords } from "./incidents/danger.ts";
export {
  listAlerts,
  listAnswers,
  listIncidents,
  saveAlerts,
  saveAnswer,
  saveIncidents,
  type IncidentRange,
  type ToldIncident,
} from "./incidents/incident-rows.ts";
export { INCIDENT_RULES, type IncidentRules } from "./incidents/rules.ts";
export { runWatch, WATCH_STEP_MS, type Unusual } from "./incidents/run-watch.ts";
export { signalOf, simulate, type Simulated } from "./incidents/simulate.ts";
export { WATCH_START, type Finding, type WatchState } from "./incidents/watch.ts";
export { countMentions, readMarks, readWatchSteps, type WatchStep } from "./queries/watch-steps.ts";
export { MOST_VOICES, readVoices, type Voice } from "./incidents/read-voices.ts";
export { weigh, windowOfFinding, type Weighed } from "./incidents/weigh.ts";
export { readDrift, type Drift } from "./incidents/drift.ts";
export { readRatingMoves, type RatingMove } from "./incidents/public-ratings.ts";
export { claim, claimAcross, comparisonOf, type Sample } from "./report/compare.ts";
export { readEvidence, type Evidence, type EvidenceQuestion } from "./report/evidence.ts";
export { readWeekCounts, type CountedWeek, type WeekCounts } from "./report/week-counts.ts";
export { readWeekQuality, type WeekAnswers, type WeekQuality } from "./report/week-quality.ts";
