import { LANES, type Lane } from "@molva/contracts";
import type { Environment, StateKey } from "./lmdb-environment.ts";

/** Where one lane of a topic stands. `first` ≤ `next`; the messages `first … next − 1` are stored. */
export interface LaneHead {
  readonly first: number;
  readonly next: number;
  /** Append time of the last message ever appended, in milliseconds since 1970; null before the first. */
  readonly lastAt: number | null;
}

/** By lane: every offset below it is acknowledged. */
export type Acknowledged = Readonly<Record<Lane, number>>;

/** What is on disk, kept in memory. One process owns the folder, so nobody else can move it. */
export interface LogHeads {
  /** Append time of the last transaction that appended anything, in milliseconds since 1970. */
  clock: number;
  readonly lanes: Map<string, LaneHead>;
  readonly groups: Map<string, Map<string, Acknowledged>>;
}

const EMPTY_LANE: LaneHead = { first: 0, next: 0, lastAt: null };
export const laneKey = (topic: string, lane: Lane): string => `${lane}/${topic}`;
export const laneHeadOf = (heads: LogHeads, topic: string, lane: Lane): LaneHead =>
  heads.lanes.get(laneKey(topic, lane)) ?? EMPTY_LANE;
export const acknowledgedOf = (heads: LogHeads, topic: string, group: string): Acknowledged | null =>
  heads.groups.get(topic)?.get(group) ?? null;

/** Messages that a group has not acknowledged in one lane; a group that never subscribed has all before it. */
export const unacknowledgedFrom = (heads: LogHeads, topic: string, group: string, lane: Lane): number =>
  Math.max(acknowledgedOf(heads, topic, group)?.[lane] ?? 0, laneHeadOf(heads, topic, lane).first);

/** The lowest offset that some group still needs; the head itself when nobody ever subscribed. */
export const neededFrom = (heads: LogHeads, topic: string, lane: Lane): number => {
  const groups = [...(heads.groups.get(topic)?.values() ?? [])];
  return Math.min(laneHeadOf(heads, topic, lane).next, ...groups.map((acknowledged) => acknowledged[lane]));
};

/** The offset up to which the group that is farthest has acknowledged; null when nobody ever subscribed. */
export const readUpTo = (heads: LogHeads, topic: string, lane: Lane): number | null => {
  const groups = [...(heads.groups.get(topic)?.values() ?? [])];
  return groups.length === 0 ? null : Math.max(...groups.map((acknowledged) => acknowledged[lane]));
};

export const readHeads = (state: Environment["state"]): LogHeads => {
  const heads: LogHeads = { clock: Number(state.get(["clock"]) ?? 0), lanes: new Map(), groups: new Map() };
  for (const { key, value } of state.getRange()) {
    const [kind, topic, name] = key as readonly (string | undefined)[];
    if (topic === undefined || name === undefined) continue;
    if (kind === "lane" && isLane(name)) heads.lanes.set(laneKey(topic, name), value as LaneHead);
    if (kind === "group") groupsOf(heads, topic).set(name, value as Acknowledged);
  }
  return heads;
};

export const groupsOf = (heads: Pick<LogHeads, "groups">, topic: string): Map<string, Acknowledged> => {
  const known = heads.groups.get(topic);
  if (known !== undefined) return known;
  const created = new Map<string, Acknowledged>();
  heads.groups.set(topic, created);
  return created;
};

const isLane = (name: string): name is Lane => (LANES as readonly string[]).includes(name);

export const CLOCK_KEY: StateKey = ["clock"];
