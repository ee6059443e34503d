import { listIncidents, saveAnswer } from "@molva/aggregator";
import { instantOf, type Answer, type Incident, type Store } from "@molva/contracts";
import type { Instant } from "@molva/contracts";
import { usageError } from "../command.ts";

const EVER = { from: instantOf(0), to: instantOf(253_402_300_799_000) };

/** An incident by its id, or the beginning of it. @throws {PipelineError} `USAGE` (exit): none, or several */
export const incidentNamed = async (store: Store, told: string): Promise<Incident> => {
  const all = await listIncidents(store, { brand: null, ...EVER, limit: 100_000 });
  const found = all.filter(({ id }) => id.startsWith(told));
  const [one] = found;
  if (one === undefined || told.length < 4)
    throw usageError(
      `${told} is no incident: molva alerts list shows their ids, of which the first 4 signs are enough`,
    );
  if (found.length > 1) throw usageError(`${told} begins the ids of ${found.length} incidents: write more of it`);
  return one;
};

/** Keeps what a person said of an incident; the same again is once. */
export const answerIncident = async (
  store: Store,
  incident: Pick<Incident, "id">,
  answer: Answer,
  by: string,
  at: Instant,
  note: string | null = null,
): Promise<void> => saveAnswer(store, { incidentId: incident.id, answer, by, at, note });
