import { instantOf, type Delivered, type Lane, type Topic } from "@molva/contracts";
import { laneKey } from "./log-heads.ts";

/** A run of messages that one transaction appended, as they were checked before they were written. */
interface Run {
  readonly schema: unknown;
  readonly first: number;
  readonly appendedAt: Delivered<unknown>["appendedAt"];
  readonly values: readonly unknown[];
  readonly bytes: number;
}

/** What the log took a moment ago and somebody is about to read: it need not be fetched from the disk and parsed for that. */
export interface Tail {
  /** `at` in milliseconds since 1970; `bytes` as they are stored. Nothing is kept when there is no room. */
  keep<T>(
    topic: Topic<T>,
    lane: Lane,
    run: { readonly first: number; readonly at: number; readonly values: readonly T[]; readonly bytes: number },
  ): void;
  /** What is kept from this offset on: at most `most` messages, and none beyond `bytes` but the first. Empty when the offset is not kept. */
  from<T>(
    topic: Topic<T>,
    lane: Lane,
    offset: number,
    most: number,
    bytes: number,
  ): { readonly messages: readonly Delivered<T>[]; readonly bytes: number };
  /** Lets go of all below an offset. */
  forget(topic: string, lane: Lane, below: number): void;
}

/** Of all lanes together, as stored; in memory they take some three times as much. */
const MOST_BYTES = 48 * 1024 * 1024;

export const createTail = (mostBytes: number = MOST_BYTES): Tail => {
  const lanes = new Map<string, Run[]>();
  let held = 0;
  return {
    keep: ({ name, schema }, lane, { first, at, values, bytes }) => {
      if (held + bytes > mostBytes) return;
      const runs = lanes.get(laneKey(name, lane)) ?? [];
      lanes.set(laneKey(name, lane), runs);
      runs.push({ schema, first, appendedAt: instantOf(at), values, bytes });
      held += bytes;
    },
    from: <T>({ name, schema }: Topic<T>, lane: Lane, offset: number, most: number, bytes: number) => {
      const messages: Delivered<T>[] = [];
      let [next, used] = [offset, 0];
      for (const run of lanes.get(laneKey(name, lane)) ?? []) {
        const end = run.first + run.values.length;
        if (end <= next) continue;
        if (run.first > next || run.schema !== schema || messages.length >= most) break;
        const each = run.bytes / run.values.length;
        for (; next < end && messages.length < most; next += 1) {
          if (messages.length > 0 && used + each > bytes) return { messages, bytes: used };
          used += each;
          // The schema is the one that they were held against.
          messages.push({ value: run.values[next - run.first] as T, offset: BigInt(next), appendedAt: run.appendedAt });
        }
      }
      return { messages, bytes: used };
    },
    forget: (topic, lane, below) => {
      const runs = lanes.get(laneKey(topic, lane)) ?? [];
      const gone = runs.findIndex((run) => run.first + run.values.length > below);
      for (const run of runs.splice(0, gone < 0 ? runs.length : gone)) held -= run.bytes;
    },
  };
};
