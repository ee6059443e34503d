import { WATCH_START, type WatchState } from "@molva/aggregator";
import {
  incidentSchema,
  instantSchema,
  plannedEventSchema,
  type Checkpoints,
  type Incident,
  type Instant,
  type PlannedEvent,
} from "@molva/contracts";
import { z } from "zod";

/** What an evaluator remembers of a brand: where the detectors' state ends, and the incidents. */
export interface WatchMemory {
  /** The state knows all steps before this. */
  readonly upTo: Instant;
  readonly state: WatchState;
  /** Where what it has learned begins, and how many mentions stood from there to `upTo`. */
  readonly since: Instant;
  readonly seen: number;
  readonly incidents: readonly Incident[];
}

/** Of another form, it is made anew from the facts. */
const FORM = 1;

const memorySchema = z.object({
  form: z.literal(FORM),
  upTo: instantSchema,
  since: instantSchema,
  seen: z.int().nonnegative(),
  state: z.custom<WatchState>((value) => typeof value === "object" && value !== null && "negatives" in value),
});
const incidentsSchema = z.array(incidentSchema);
const PLANNED = "alerts/planned";
const ON_CALL = "alerts/on-call";

const stateKey = (brandId: string): string => `alerts/watch/${brandId}`;
const incidentsKey = (brandId: string): string => `alerts/incidents/${brandId}`;

/** Null where nothing is remembered, or in a form that this version does not read. */
export const readMemory = async (checkpoints: Checkpoints, brandId: string): Promise<WatchMemory | null> => {
  const memory = memorySchema.safeParse(await checkpoints.read(stateKey(brandId)));
  if (!memory.success) return null;
  const { upTo, since, seen, state } = memory.data;
  return { upTo, since, seen, state, incidents: await readIncidents(checkpoints, brandId) };
};

const readIncidents = async (checkpoints: Checkpoints, brandId: string): Promise<readonly Incident[]> => {
  const parsed = incidentsSchema.safeParse(await checkpoints.read(incidentsKey(brandId)));
  return parsed.success ? parsed.data : [];
};

/** All or none, durable when it resolves. The state is written when its end has moved. */
export const writeMemory = async (
  checkpoints: Checkpoints,
  brandId: string,
  next: WatchMemory,
  before: WatchMemory | null,
): Promise<void> => {
  const moved = before?.upTo !== next.upTo || before.since !== next.since || before.seen !== next.seen;
  const changed = JSON.stringify(before?.incidents ?? null) !== JSON.stringify(next.incidents);
  if (!moved && !changed) return;
  await checkpoints.write({
    ...(moved
      ? { [stateKey(brandId)]: { form: FORM, upTo: next.upTo, since: next.since, seen: next.seen, state: next.state } }
      : {}),
    ...(changed ? { [incidentsKey(brandId)]: next.incidents } : {}),
  });
};

/** Nothing learned yet; the incidents of before stand. */
export const emptyMemory = (since: Instant, incidents: readonly Incident[]): WatchMemory => ({
  upTo: since,
  since,
  seen: 0,
  state: WATCH_START,
  incidents,
});

/** Planned events that are not over. */
export const readPlanned = async (checkpoints: Checkpoints): Promise<readonly PlannedEvent[]> => {
  const parsed = z.array(plannedEventSchema).safeParse(await checkpoints.read(PLANNED));
  return parsed.success ? parsed.data : [];
};

export const writePlanned = async (checkpoints: Checkpoints, planned: readonly PlannedEvent[]): Promise<void> =>
  checkpoints.write({ [PLANNED]: planned });

const onCallSchema = z.strictObject({
  /** Id of the channel that is told, and no other. */
  channel: z.string(),
  who: z.string().min(1).max(320),
  from: instantSchema,
  until: instantSchema,
});
export type OnCall = z.infer<typeof onCallSchema>;

export const readOnCall = async (checkpoints: Checkpoints): Promise<readonly OnCall[]> => {
  const parsed = z.array(onCallSchema).safeParse(await checkpoints.read(ON_CALL));
  return parsed.success ? parsed.data : [];
};

export const writeOnCall = async (checkpoints: Checkpoints, list: readonly OnCall[]): Promise<void> =>
  checkpoints.write({ [ON_CALL]: list });
