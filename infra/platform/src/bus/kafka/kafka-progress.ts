import { instantOf, type Progress } from "@molva/contracts";
import type { BrokerClock } from "./kafka-clock.ts";
import { lagOf, unacknowledged, type Position, type Positions } from "./kafka-positions.ts";
import type { Reader } from "./kafka-reader.ts";
import { laneTopic } from "./kafka-topics.ts";
import type { Wire } from "./kafka-wire.ts";

/**
 * A replicated append gets its time before it can be read. A copy that lags longer than `replica.lag.time.max.ms` (30 s) is dropped
 * within one and a half times that, so nothing is on its way longer than this.
 */
const IN_FLIGHT_MS = 45_000;

/** What is remembered of a group that has read everything, so that a quiet log is not asked for its time again and again. */
interface Quiet {
  readonly signature: string;
  /** A tick that was taken when all of this stood in the log already; null after the first look. */
  readonly at: number | null;
  readonly horizon: number;
  readonly settled: boolean;
}

/**
 * The horizon T of a group, by the brokers' clocks (docs/kafka.md tells why it holds):
 * 1. X := the earliest time that any broker gives a record now; 2. only then the ends are read, so what is not below them gets
 * X or later; 3. T := the smallest of X − 1 and, for each partition with waiting messages, the time of the first of them − 1.
 */
export const createProgress = (
  positions: Positions,
  reader: Reader,
  clock: BrokerClock,
  wire: Wire,
  prefix: string,
): ((topic: string, group: string) => Promise<Progress>) => {
  const quiet = new Map<string, Quiet>();

  const isReplicated = (topic: string): Promise<boolean> => {
    const name = laneTopic(prefix, topic, "live");
    return wire.ask(`asking for the copies of ${name}`, [name], (cluster) =>
      Promise.resolve(cluster.findTopicPartitionMetadata(name).some(({ replicas }) => replicas.length > 1)),
    );
  };
  const firstTimes = async (topic: string, standing: readonly Position[]): Promise<readonly number[]> => {
    const times = await Promise.all(
      standing
        .filter((position) => unacknowledged(position) < position.high)
        .map((position) => reader.appendedAt(topic, position.lane, position.partition, unacknowledged(position))),
    );
    return times.flatMap((time) => time ?? []);
  };

  return async (topic, group) => {
    const key = JSON.stringify([topic, group]);
    const before = quiet.get(key);
    if (before?.settled === true) {
      const standing = await positions.of(topic, group);
      if (signatureOf(standing) === before.signature) return { lag: 0, horizon: instantOf(before.horizon) };
    }
    const margin = 1 + ((await isReplicated(topic)) ? IN_FLIGHT_MS : 0);
    const x = await clock.tick();
    const standing = await positions.of(topic, group);
    if (standing.every(({ high }) => high === 0)) return { lag: 0, horizon: null };
    const lag = lagOf(standing);
    const times = await firstTimes(topic, standing);
    const horizon = Math.min(x - margin, ...times.map((time) => time - 1));
    const signature = signatureOf(standing);
    if (lag > 0) quiet.delete(key);
    else if (before?.signature !== signature) quiet.set(key, { signature, at: null, horizon, settled: false });
    else {
      const at = before.at ?? x;
      quiet.set(key, { signature, at, horizon, settled: horizon >= at });
    }
    return { lag, horizon: instantOf(horizon) };
  };
};

const signatureOf = (standing: readonly Position[]): string =>
  standing.map((position) => `${position.high}:${unacknowledged(position)}`).join(" ");
