export { SURVEY_FIELDS, type SurveyColumns, type SurveyField } from "./columns.ts";
export { readSurvey, readSurveyObjects } from "./read-survey.ts";
export { SURVEY_SCALES, type RefusedAnswer, type SurveyItem, type SurveyOptions, type SurveyScale } from "./shapes.ts";
