import { DEAD_LETTERS, LANES, type DeadLetter, type Lane, type Topic } from "@molva/contracts";
import { mentionIdOfNote, type Note } from "@molva/testing";
import { PARTITION } from "../src/bus/draft.ts";
import { openEnvironment } from "../src/bus/lmdb-environment.ts";
import { laneHeadOf, readHeads, unacknowledgedFrom } from "../src/bus/log-heads.ts";
import { decodeMessage } from "../src/bus/message-codec.ts";
import { INPUTS, OUTPUTS, RELAY } from "./bus-workload.ts";

export interface Stored<T> {
  readonly lane: Lane;
  readonly offset: number;
  readonly appendedAt: number;
  readonly value: T;
}

export interface Inspection {
  readonly inputs: readonly Stored<Note>[];
  /** Ids whose effect is there: passed on, or in the dead letters. */
  readonly effects: ReadonlySet<number>;
  readonly outputs: readonly Stored<Note>[];
  readonly letters: readonly Stored<DeadLetter>[];
  /** First offset that the relay has not acknowledged. */
  readonly acknowledged: Readonly<Record<Lane, number>>;
  /** What does not fit: offsets with gaps, messages beyond the head, append times that go back. */
  readonly faults: readonly string[];
}

/** Reads the folder of a log that nobody holds, below the bus: what is really on the disk. */
export const inspectLog = async (dir: string): Promise<Inspection> => {
  const environment = openEnvironment(dir);
  try {
    const heads = readHeads(environment.state);
    const faults: string[] = [];
    const stored = <T>(topic: Topic<T>): readonly Stored<T>[] =>
      LANES.flatMap((lane) => {
        const head = laneHeadOf(heads, topic.name, lane);
        const range = [
          ...environment.log.range(
            [topic.name, lane, PARTITION, 0],
            [topic.name, lane, PARTITION, Number.MAX_SAFE_INTEGER],
          ),
        ];
        const offsets = range.map(({ key }) => key[3]);
        const expected = Array.from({ length: head.next - head.first }, (_, index) => head.first + index);
        if (JSON.stringify(offsets) !== JSON.stringify(expected))
          faults.push(`${topic.name}/${lane}: ${String(offsets)} instead of ${head.first}…${head.next}`);
        const times = range.map(({ value }) => value.appendedAt);
        if (times.some((time, index) => time < (times[index - 1] ?? 0)))
          faults.push(`${topic.name}/${lane}: times go back`);
        return range.map(({ key, value }, index) => ({
          lane,
          offset: key[3],
          appendedAt: times[index] ?? 0,
          value: decodeMessage(topic, value).value as T,
        }));
      });
    const outputs = stored(OUTPUTS);
    const letters = stored(DEAD_LETTERS);
    const lettered = new Set<string | null>(letters.map(({ value }) => value.mentionId));
    const all = Array.from({ length: 1_000 }, (_, id) => id).filter((id) => lettered.has(mentionIdOfNote(id)));
    return {
      inputs: stored(INPUTS),
      outputs,
      letters,
      effects: new Set([...outputs.map(({ value }) => value.id), ...all]),
      acknowledged: {
        live: unacknowledgedFrom(heads, INPUTS.name, RELAY.name, "live"),
        backfill: unacknowledgedFrom(heads, INPUTS.name, RELAY.name, "backfill"),
      },
      faults,
    };
  } finally {
    await environment.close();
  }
};
