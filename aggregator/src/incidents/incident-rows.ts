import {
  alertSchema,
  incidentAnswerSchema,
  incidentSchema,
  millisOf,
  type Alert,
  type Incident,
  type IncidentAnswer,
  type Instant,
  type Query,
  type Store,
  type Table,
} from "@molva/contracts";
import { z } from "zod";

/** An incident with its one-line summaries, for annotations on dashboards. */
export interface ToldIncident {
  readonly incident: Incident;
  readonly en: string;
  readonly ru: string;
}

const incidentRow = z.strictObject({
  id: z.string(),
  brand: z.string(),
  opened: z.string(),
  closed: z.string().nullable(),
  summary_en: z.string(),
  summary_ru: z.string(),
  ver: z.string(),
  body: z.string(),
});
const INCIDENT: Table<z.infer<typeof incidentRow>> = { name: "incident", row: incidentRow };

const alertRow = z.strictObject({
  id: z.string(),
  incident: z.string(),
  brand: z.string(),
  decided: z.string(),
  event: z.string(),
  severity: z.string(),
  body: z.string(),
  ver: z.string(),
});
const ALERT: Table<z.infer<typeof alertRow>> = { name: "alert", row: alertRow };

const answerRow = z.strictObject({
  incident: z.string(),
  answer: z.string(),
  by: z.string(),
  at: z.string(),
  note: z.string(),
});
const ANSWER: Table<z.infer<typeof answerRow>> = { name: "incident_answer", row: answerRow };

/** Resolves once they are durable; a newer state of an incident replaces the one before. `at` must not go back. */
export const saveIncidents = async (store: Store, told: readonly ToldIncident[], at: Instant): Promise<void> => {
  if (told.length === 0) return;
  await store.insert(
    INCIDENT,
    told.map(({ incident, en, ru }) => ({
      id: incident.id,
      brand: incident.brandId,
      opened: incident.since,
      closed: incident.closedAt,
      summary_en: en,
      summary_ru: ru,
      ver: String(millisOf(at)),
      body: JSON.stringify(incident),
    })),
  );
};

/** Resolves once they are durable; the same alert again is one. */
export const saveAlerts = async (store: Store, alerts: readonly Alert[]): Promise<void> => {
  if (alerts.length === 0) return;
  await store.insert(
    ALERT,
    alerts.map((alert) => ({
      id: alert.alertId,
      incident: alert.incidentId,
      brand: alert.brandId,
      decided: alert.decidedAt,
      event: alert.event,
      severity: alert.severity,
      body: JSON.stringify(alert),
      ver: String(millisOf(alert.decidedAt)),
    })),
  );
};

export const saveAnswer = async (store: Store, { incidentId, answer, by, at, note }: IncidentAnswer): Promise<void> =>
  store.insert(ANSWER, [{ incident: incidentId, answer, by, at, note: note ?? "" }]);

const rangeParams = z.strictObject({ brand: z.string(), from: z.string(), to: z.string(), limit: z.int() });
type RangeParams = z.infer<typeof rangeParams>;
const bodyRow = z.object({ body: z.string() });

const IN_RANGE = "({brand:String} = '' OR brand = {brand:String})";

const INCIDENTS: Query<RangeParams, z.infer<typeof bodyRow>> = {
  name: "incidents",
  sql: `SELECT body FROM incident FINAL WHERE ${IN_RANGE} AND body != ''
    AND opened < parseDateTime64BestEffort({to:String}, 3, 'UTC') AND (closed IS NULL OR closed >= parseDateTime64BestEffort({from:String}, 3, 'UTC'))
    ORDER BY closed IS NOT NULL, opened DESC, id LIMIT {limit:UInt32}`,
  params: rangeParams,
  row: bodyRow,
};

const ALERTS_IN: Query<RangeParams, z.infer<typeof bodyRow>> = {
  name: "alerts",
  // Two evaluators may have decided the same at two moments: the first one stands.
  sql: `SELECT body FROM (SELECT id, decided, body FROM alert FINAL WHERE ${IN_RANGE}
      AND decided >= parseDateTime64BestEffort({from:String}, 3, 'UTC') AND decided < parseDateTime64BestEffort({to:String}, 3, 'UTC')
      ORDER BY decided LIMIT 1 BY id)
    ORDER BY decided DESC, id LIMIT {limit:UInt32}`,
  params: rangeParams,
  row: bodyRow,
};

const ANSWERS_OF: Query<{ readonly brand: string }, z.infer<typeof answerRow>> = {
  name: "incident-answers",
  sql: `SELECT incident, answer, by, at, note FROM incident_answer FINAL
    WHERE {brand:String} = '' OR incident IN (SELECT id FROM incident FINAL WHERE brand = {brand:String}) ORDER BY at`,
  params: z.strictObject({ brand: z.string() }),
  row: answerRow,
};

export interface IncidentRange {
  /** Null: all. */
  readonly brand: string | null;
  /** Half-open `[from, to)`: incidents that lasted at some time of it, alerts that were decided in it. */
  readonly from: Instant;
  readonly to: Instant;
  /** Default 500. */
  readonly limit?: number;
}

const paramsOf = ({ brand, from, to, limit = 500 }: IncidentRange): RangeParams => ({
  brand: brand ?? "",
  from,
  to,
  limit,
});

/** Open ones first, then the newest. */
export const listIncidents = async (store: Store, range: IncidentRange): Promise<readonly Incident[]> =>
  (await store.query(INCIDENTS, paramsOf(range))).map(({ body }) => incidentSchema.parse(JSON.parse(body)));

/** The newest first. */
export const listAlerts = async (store: Store, range: IncidentRange): Promise<readonly Alert[]> =>
  (await store.query(ALERTS_IN, paramsOf(range))).map(({ body }) => alertSchema.parse(JSON.parse(body)));

/** What people said, in its order; of all brands for null. */
export const listAnswers = async (store: Store, brand: string | null): Promise<readonly IncidentAnswer[]> =>
  (await store.query(ANSWERS_OF, { brand: brand ?? "" })).map(({ incident, answer, by, at, note }) =>
    incidentAnswerSchema.parse({ incidentId: incident, answer, by, at, note: note === "" ? null : note }),
  );
