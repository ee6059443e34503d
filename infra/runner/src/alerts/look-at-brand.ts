import {
  advance,
  MOST_VOICES,
  readVoices,
  runWatch,
  simulate,
  weigh,
  windowOfFinding,
  type Circumstances,
  type Signal,
  type Voice,
  type Weighed,
  type WatchStep,
} from "@molva/aggregator";
import { instantOf, millisOf, type Alert, type Brand, type Incident, type Instant } from "@molva/contracts";
import type { dangerIn } from "@molva/aggregator";
import type { Runtime } from "../runtime.ts";
import { alertOf, digestAlert } from "./build-alert.ts";
import type { WatchMemory } from "./watch-memory.ts";

export interface Look {
  readonly runtime: Pick<Runtime, "store">;
  readonly brand: Brand;
  readonly memory: WatchMemory;
  /** From the memory's end to now, without gaps. */
  readonly steps: readonly WatchStep[];
  /** What is not read from steps: the level, silence, ratings. */
  readonly conditions: readonly Signal[];
  readonly circumstances: Circumstances;
  readonly danger: ReturnType<typeof dangerIn>;
  /** Milliseconds. */
  readonly fresh: number;
  readonly asOf: Instant | null;
  readonly unwell: Alert["unwell"];
  readonly channels: readonly string[];
  /** The first look: what is over already is remembered, and told to nobody. */
  readonly first: boolean;
}

export interface Looked {
  readonly memory: WatchMemory;
  readonly alerts: readonly Alert[];
}

const HOUR_MS = 3_600_000;

const hourBefore = (now: Instant, ms: number): Instant =>
  instantOf(Math.floor((millisOf(now) - ms) / HOUR_MS) * HOUR_MS);

/** What history would have told: remembered as over, so that it stands on the charts. */
const pastOf = ({ steps, memory, circumstances, fresh }: Look): readonly Incident[] => {
  const { now } = circumstances;
  const until = instantOf(millisOf(now) - fresh);
  const old = steps.filter(({ from }) => from < until);
  const known = new Set(memory.incidents.map(({ id }) => id));
  const found = simulate(old, memory.upTo, circumstances).incidents.filter(({ id }) => !known.has(id));
  const past = found.map((incident) => ({
    ...incident,
    closedAt: incident.closedAt ?? until,
    messages: 0,
    told: null,
    held: incident.held === "inhibited" ? ("inhibited" as const) : ("past" as const),
    gathered: true,
  }));
  return [...memory.incidents, ...past];
};

interface Window {
  readonly from: Instant;
  readonly to: Instant;
}

/** What was written in each of the windows: a spike, its topics and its volume are mostly about the same hours, so they are read once. */
const voicesOf = async (windows: readonly Window[], brand: string, store: Look["runtime"]["store"]) => {
  const [from] = windows.map((window) => window.from).toSorted();
  const to = windows
    .map((window) => window.to)
    .toSorted()
    .at(-1);
  if (from === undefined || to === undefined) return async () => [];
  const all = await readVoices(store, { brand, from, to });
  return async (window: Window): Promise<readonly Voice[]> =>
    // Where there were too many to be read at once, each window has its own newest.
    all.length >= MOST_VOICES
      ? readVoices(store, { brand, ...window })
      : all.filter(({ at }) => at >= millisOf(window.from) && at < millisOf(window.to));
};

/** One look at one brand: the detectors over its steps, the life of its incidents, and the messages that are due. */
export const lookAtBrand = async (look: Look): Promise<Looked> => {
  const { runtime, brand, memory, steps, circumstances, fresh } = look;
  const { now } = circumstances;
  const watched = runWatch({
    state: memory.state,
    steps,
    now,
    keepUntil: hourBefore(now, fresh),
    freshFrom: instantOf(millisOf(now) - fresh),
  });
  const voicesIn = await voicesOf(watched.unusual.map(windowOfFinding), brand.id, runtime.store);
  const weighed: Weighed[] = [];
  for (const unusual of watched.unusual)
    weighed.push(weigh(unusual, await voicesIn(windowOfFinding(unusual)), look.danger));
  const known = look.first ? pastOf(look) : memory.incidents;
  const next = advance(known, [...weighed.map(({ signal }) => signal), ...look.conditions], circumstances);
  const weighedOf = (incident: Incident): Weighed | undefined =>
    weighed.find(({ signal }) => signal.kind === incident.kind && signal.topic === incident.topic);
  const parts = { now, asOf: look.asOf, steps, unwell: look.unwell, channels: look.channels };
  const alerts = next.messages.map((message) => alertOf(message, { ...parts, weighed: weighedOf(message.incident) }));
  if (next.digest !== null) alerts.push(digestAlert(brand.id, next.digest.gathers, { ...parts, weighed: undefined }));
  const kept = hourBefore(now, fresh);
  return {
    memory: {
      ...memory,
      upTo: kept > memory.upTo ? kept : memory.upTo,
      state: watched.kept,
      incidents: next.incidents,
    },
    alerts,
  };
};
