export { surveyBrands } from "./groups.ts";
export { openDetractors, readSurveys, type SurveyQuestion } from "./read-surveys.ts";
export {
  eraseRespondent,
  markContacted,
  saveAnswers,
  saveCustomers,
  surveyHorizon,
  type HashedAnswer,
  type HashedPeriod,
  type SurveySaved,
} from "./save.ts";
