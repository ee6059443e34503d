import type { Lane } from "@molva/contracts";
import type { Environment } from "./lmdb-environment.ts";
import {
  CLOCK_KEY,
  acknowledgedOf,
  groupsOf,
  laneHeadOf,
  laneKey,
  type Acknowledged,
  type LaneHead,
  type LogHeads,
} from "./log-heads.ts";
import { stampMessage } from "./message-codec.ts";

/** One partition: the embedded log is read by one process. */
export const PARTITION = 0;

/** What one transaction writes. The heads in memory follow only after it is on disk (`settle`). */
export interface Draft {
  /** `messages` as `messagesOf` makes them. Tells where the first of them stands, and since when (milliseconds since 1970): valid once the transaction is on disk. */
  append(topic: string, lane: Lane, messages: readonly Buffer[]): { readonly first: number; readonly at: number };
  acknowledge(topic: string, group: string, lane: Lane, next: number): void;
  /** A new group starts at the oldest stored message. No effect on a known one. */
  register(topic: string, group: string): void;
  /** Deletes the messages `first … until − 1` of a lane. */
  drop(topic: string, lane: Lane, until: number): void;
  setCheckpoint(key: string, value: unknown): void;
  settle(): ReadonlySet<string>;
}

export const startDraft = (environment: Environment, heads: LogHeads, now: number): Draft => {
  const lanes = new Map<string, { readonly topic: string; readonly lane: Lane; head: LaneHead }>();
  const groups = new Map<string, { readonly topic: string; readonly group: string; acknowledged: Acknowledged }>();
  // Strictly later than every transaction before it, whatever the clock says: a horizon that was given out stays true.
  const at = Math.max(Math.floor(now), heads.clock + 1);
  let appended = false;

  const headOf = (topic: string, lane: Lane): LaneHead =>
    lanes.get(laneKey(topic, lane))?.head ?? laneHeadOf(heads, topic, lane);
  const setHead = (topic: string, lane: Lane, head: LaneHead): void => {
    lanes.set(laneKey(topic, lane), { topic, lane, head });
    environment.state.putSync(["lane", topic, lane], head);
  };
  const groupOf = (topic: string, group: string): Acknowledged | null =>
    groups.get(JSON.stringify([topic, group]))?.acknowledged ?? acknowledgedOf(heads, topic, group);
  const setGroup = (topic: string, group: string, acknowledged: Acknowledged): void => {
    groups.set(JSON.stringify([topic, group]), { topic, group, acknowledged });
    environment.state.putSync(["group", topic, group], acknowledged);
  };

  return {
    append: (topic, lane, messages) => {
      const head = headOf(topic, lane);
      if (messages.length === 0) return { first: head.next, at };
      messages.forEach((message, index) => {
        stampMessage(message, at);
        environment.log.put([topic, lane, PARTITION, head.next + index], message);
      });
      setHead(topic, lane, { first: head.first, next: head.next + messages.length, lastAt: at });
      if (!appended) environment.state.putSync(CLOCK_KEY, at);
      appended = true;
      return { first: head.next, at };
    },
    acknowledge: (topic, group, lane, next) => {
      const known = groupOf(topic, group) ?? { live: 0, backfill: 0 };
      setGroup(topic, group, { ...known, [lane]: next });
    },
    register: (topic, group) => {
      if (groupOf(topic, group) !== null) return;
      setGroup(topic, group, { live: headOf(topic, "live").first, backfill: headOf(topic, "backfill").first });
    },
    drop: (topic, lane, until) => {
      const head = headOf(topic, lane);
      for (let offset = head.first; offset < until; offset++) environment.log.remove([topic, lane, PARTITION, offset]);
      setHead(topic, lane, { ...head, first: Math.max(head.first, until) });
    },
    setCheckpoint: (key, value) => {
      if (value === null) environment.checkpoints.removeSync(key);
      else environment.checkpoints.putSync(key, value);
    },
    settle: () => {
      if (appended) heads.clock = at;
      for (const { topic, lane, head } of lanes.values()) heads.lanes.set(laneKey(topic, lane), head);
      for (const { topic, group, acknowledged } of groups.values()) groupsOf(heads, topic).set(group, acknowledged);
      return new Set([...lanes.values(), ...groups.values()].map(({ topic }) => topic));
    },
  };
};
