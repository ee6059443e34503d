import { PipelineError, type SurveyMetric } from "@molva/contracts";
import { columnList, plain } from "../import/columns.ts";

/** What a column of a survey's file can be; `--map FIELD=COLUMN` names them. */
export const SURVEY_FIELDS = [
  "id",
  "respondent",
  "answeredAt",
  "score",
  "scale",
  "question",
  "wave",
  "population",
  "segment",
  "comment",
  "contactedAt",
  "contactedBy",
  "item",
  "importance",
  "brand",
  "periodFrom",
  "periodTo",
  "start",
  "end",
  "lost",
] as const;
export type SurveyField = (typeof SURVEY_FIELDS)[number];
export type SurveyColumns = Readonly<Partial<Record<SurveyField, string>>>;

/** Names people give to such columns, as `plain` writes them. A field's own name always fits. */
const NAMES: Readonly<Record<SurveyField, readonly string[]>> = {
  id: ["id", "answerid", "responseid", "surveyid", "submissionid", "uuid", "номер"],
  respondent: [
    "respondentid",
    "customerid",
    "clientid",
    "userid",
    "employeeid",
    "customer",
    "client",
    "user",
    "email",
    "phone",
    "респондент",
    "клиент",
    "сотрудник",
  ],
  answeredAt: [
    "answered",
    "submittedat",
    "submitted",
    "completedat",
    "responsedate",
    "createdat",
    "created",
    "date",
    "datetime",
    "timestamp",
    "at",
    "дата",
    "датаответа",
  ],
  score: [
    "rating",
    "value",
    "grade",
    "mark",
    "nps",
    "npsscore",
    "csat",
    "csatscore",
    "csi",
    "answer",
    "satisfaction",
    "балл",
    "оценка",
    "ответ",
  ],
  scale: ["шкала"],
  question: ["questiontext", "вопрос"],
  wave: ["surveywave", "round", "campaign", "survey", "волна", "опрос"],
  population: ["audience", "respondenttype", "аудитория"],
  segment: ["group", "cohort", "plan", "region", "department", "сегмент", "группа"],
  comment: ["text", "feedback", "reason", "openanswer", "verbatim", "why", "комментарий", "отзыв"],
  contactedAt: ["contacted", "followedupat", "followup", "связались"],
  contactedBy: ["followedupby", "agent", "manager", "менеджер"],
  item: ["attribute", "factor", "criterion", "parameter", "критерий", "параметр", "атрибут"],
  importance: ["weight", "важность", "вес"],
  brand: ["brandname", "company", "organization", "бренд", "компания"],
  periodFrom: ["from", "periodstart", "begin", "startdate", "period", "month", "период", "начало", "месяц"],
  periodTo: ["to", "periodend", "enddate", "until", "конец"],
  start: ["customersstart", "startcustomers", "customersatstart", "atstart", "клиентовначало", "клиентовнаначало"],
  end: ["customersend", "endcustomers", "customersatend", "atend", "клиентовконец", "клиентовнаконец"],
  lost: ["churned", "customerslost", "lostcustomers", "ушло", "потеряно", "отток"],
};

const OF_CHURN: readonly SurveyField[] = [
  "id",
  "brand",
  "wave",
  "segment",
  "periodFrom",
  "periodTo",
  "start",
  "end",
  "lost",
];
const ONLY_CHURN = new Set<SurveyField>(["periodFrom", "periodTo", "start", "end", "lost"]);
const ONLY_CSI = new Set<SurveyField>(["item", "importance"]);

/** The fields that a metric's file may have. */
export const fieldsOf = (metric: SurveyMetric): readonly SurveyField[] =>
  metric === "churn"
    ? OF_CHURN
    : SURVEY_FIELDS.filter((field) => !ONLY_CHURN.has(field) && (metric === "csi" || !ONLY_CSI.has(field)));

const REQUIRED: Readonly<Record<SurveyMetric, readonly SurveyField[]>> = {
  nps: ["score"],
  csat: ["score"],
  csi: ["score"],
  churn: ["start", "end", "periodFrom"],
};

const usage = (message: string): PipelineError => new PipelineError(message, { code: "USAGE", recovery: "exit" });

/**
 * Which column is which field: as mapped, else by the columns' names.
 * @throws {PipelineError} `USAGE` when a mapped column or one that the metric needs is not there.
 */
export const surveyColumns = (names: ReadonlySet<string>, metric: SurveyMetric, map: SurveyColumns): SurveyColumns => {
  const byPlain = new Map([...names].toReversed().map((name) => [plain(name), name]));
  const found = new Map<SurveyField, string>();
  const fields = fieldsOf(metric);
  for (const [field, asked] of Object.entries(map) as [SurveyField, string][]) {
    if (!fields.includes(field))
      throw usage(`--map: ${metric} has no field "${field}"; its fields are ${fields.join(", ")}`);
    const column = names.has(asked) ? asked : byPlain.get(plain(asked));
    if (column === undefined) throw usage(`--map: there is no column "${asked}"; the columns are ${columnList(names)}`);
    found.set(field, column);
  }
  const taken = new Set(found.values());
  const take = (field: SurveyField, candidates: readonly string[]): void => {
    if (found.has(field)) return;
    const column = candidates
      .map((name) => byPlain.get(plain(name)))
      .find((name) => name !== undefined && !taken.has(name));
    if (column === undefined) return;
    found.set(field, column);
    taken.add(column);
  };
  // A field's own name before all guesses: `end` is no end of a period.
  for (const field of fields) take(field, [field]);
  for (const field of fields) take(field, NAMES[field]);
  const missing = REQUIRED[metric].find((field) => !found.has(field));
  if (missing !== undefined && !(metric === "csi" && byPlain.has("items")))
    throw usage(
      `No column with the field "${missing}" was found; say which it is with --map ${missing}=COLUMN. The columns are ${columnList(names)}`,
    );
  return Object.fromEntries(found);
};
