import { setTimeout as delay } from "node:timers/promises";
import type { Cluster } from "./kafka-client.ts";
import type { Closing } from "./kafka-closing.ts";
import { asKafkaError, typeOf } from "./kafka-errors.ts";

/** Single requests without a group, repeated while the brokers are away for a moment. */
export interface Wire {
  /**
   * Runs `work` on a connected cluster that knows the topics; again after an error that passes.
   * @throws {PipelineError} as `asKafkaError` tells it, `what` naming what failed; at once when the client is closed.
   */
  ask<R>(what: string, topics: readonly string[], work: (cluster: Cluster) => Promise<R>): Promise<R>;
  close(): Promise<void>;
}

const TRIES = 8;
const FIRST_PAUSE_MS = 50;
const MOST_PAUSE_MS = 3_000;
/** Answers that are answers, not faults: asking again changes nothing. */
const FINAL = new Set(["UNKNOWN_MEMBER_ID", "OFFSET_OUT_OF_RANGE", "REBALANCE_IN_PROGRESS", "ILLEGAL_GENERATION"]);

export const createWire = (cluster: Cluster, closing: Closing): Wire => {
  const once = async <R>(topics: readonly string[], work: (cluster: Cluster) => Promise<R>): Promise<R> => {
    if (!cluster.isConnected()) await cluster.connect();
    await cluster.addMultipleTargetTopics(topics);
    await cluster.refreshMetadataIfNecessary();
    return await work(cluster);
  };
  const again: Wire["ask"] = async (what, topics, work) => {
    for (let tries = 1; ; tries++) {
      try {
        return await once(topics, work);
      } catch (error) {
        const fault = asKafkaError(what, error);
        const isLast = closing.isOver || tries >= TRIES;
        if (isLast || fault.recovery !== "retry" || FINAL.has(typeOf(error) ?? "")) throw fault;
        await delay(Math.min(MOST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** tries));
        await cluster.refreshMetadata().catch(() => undefined);
      }
    }
  };
  return {
    ask: (what, topics, work) => closing.orClosed(() => again(what, topics, work)),
    close: () => cluster.disconnect(),
  };
};
