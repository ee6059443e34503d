import { setTimeout as delay } from "node:timers/promises";
import { isPipelineError, type Lane } from "@molva/contracts";
import type { Consumer, EachBatchPayload } from "./kafka-client.ts";
import { deliver, pauseAfter, runsOf, type DeliveryOptions, type ReadRun } from "./kafka-delivery.ts";
import { asKafkaError, isMembershipLost, isRejoinNeeded } from "./kafka-errors.ts";
import { heartbeatMsOf } from "./kafka-client.ts";
import type { KafkaSettings } from "./kafka-options.ts";
import { createPauses } from "./kafka-pauses.ts";
import { placeKey, type Positions } from "./kafka-positions.ts";
import { laneTopic } from "./kafka-topics.ts";

export interface SessionOptions<T> extends DeliveryOptions<T> {
  readonly consumer: Consumer;
  readonly settings: KafkaSettings;
  readonly positions: Positions;
  /** By lane and partition, how often its next batch has failed: kept from one session to the next. */
  readonly failures: Map<string, number>;
  /** A sign of life of the brokers, for the watchdog. */
  readonly onHeard: () => void;
  /** A batch begins (true) or has ended. */
  readonly onBusy: (busy: boolean) => void;
  readonly onCommitted: () => void;
}

export interface Session {
  /** Null after `stop`; else the error that ended it: of recovery `exit`, or one after which a new session may be tried. */
  readonly ended: Promise<unknown>;
  /** Finishes the batch in flight and commits it; after `stopAfterMs` its signal aborts. */
  stop(): Promise<void>;
  /** Gives the partitions up whatever the handler does: its signal aborts, and the heart stops. */
  abandon(): void;
}

/** Share of the rebalance's time that a handler has before its signal aborts: we hear of a rebalance a beat late, and stopping takes time. */
const FINISH_WITHIN = 0.6;

/** The group shared its partitions anew while a batch was worked on: it is left for whoever has its partition now. */
class StaleBatch extends Error {}

/** One consumer of kafkajs from joining to its end. */
export const startSession = <T>(options: SessionOptions<T>): Session => {
  const { consumer, settings, positions, topic, failures } = options;
  const { topicPrefix: prefix, log } = settings;
  const names: Readonly<Record<Lane, string>> = {
    live: laneTopic(prefix, topic.name, "live"),
    backfill: laneTopic(prefix, topic.name, "backfill"),
  };
  let stopping = false;
  let abandoned = false;
  let generation = 0;
  let assigned: Readonly<Record<Lane, readonly number[]>> = { live: [], backfill: [] };
  let rejoin: unknown = null;
  let inFlight: AbortController | null = null;
  let finish: (error: unknown) => void = () => undefined;
  const ended = new Promise<unknown>((resolve) => {
    finish = resolve;
  });
  /** kafkajs throws when its consumer has just crashed; the next one fetches everything anyway. */
  const whileRunning = (work: () => void): void => {
    try {
      work();
    } catch (error) {
      log.debug("kafka.pause.failed", { reason: asKafkaError("pausing a partition", error).message });
    }
  };
  const pauses = createPauses({
    pause: (lane, partition) => whileRunning(() => consumer.pause([{ topic: names[lane], partitions: [partition] }])),
    resume: (lane, partition) => whileRunning(() => consumer.resume([{ topic: names[lane], partitions: [partition] }])),
  });
  /** First offset that this member has not acknowledged, by place; filled from the group when it is not known. */
  const next = new Map<string, number>();

  consumer.on(consumer.events.GROUP_JOIN, ({ payload }) => {
    generation += 1;
    rejoin = null;
    next.clear();
    assigned = {
      live: payload.memberAssignment[names.live] ?? [],
      backfill: payload.memberAssignment[names.backfill] ?? [],
    };
    pauses.release();
    options.onHeard();
    log.info("kafka.joined", {
      topic: topic.name,
      group: options.group,
      live: assigned.live.join(","),
      backfill: assigned.backfill.join(","),
    });
  });
  consumer.on(consumer.events.HEARTBEAT, () => {
    options.onHeard();
    log.debug("kafka.heartbeat", { topic: topic.name, group: options.group });
  });
  consumer.on(consumer.events.CRASH, ({ payload }) => end(payload.error));

  /** Ends the session from inside a batch: kafkajs is told afterwards, for it waits for that batch. */
  const end = (error: unknown): void => {
    if (stopping) return;
    stopping = true;
    pauses.end();
    void disconnect().then(() => finish(error));
  };
  const disconnect = async (): Promise<void> => {
    // Joining may take as long as the others' batches.
    const patience = new AbortController();
    await Promise.race([
      started,
      delay(settings.stopAfterMs, undefined, { signal: patience.signal }).catch(() => undefined),
    ]);
    patience.abort();
    await consumer
      .disconnect()
      .catch((error: unknown) =>
        log.debug("kafka.disconnect.failed", { reason: asKafkaError("leaving the group", error).message }),
      );
  };

  const liveWaits = async (): Promise<boolean> => {
    if (assigned.live.length === 0) return false;
    if (assigned.live.some((partition) => !next.has(placeKey("live", partition))))
      for (const { lane, partition, low, committed } of await positions.of(topic.name, options.group))
        if (lane === "live" && !next.has(placeKey(lane, partition)))
          next.set(placeKey(lane, partition), Math.max(low, committed ?? low));
    const ends = await positions.ends(topic.name, "live");
    return assigned.live.some((partition) => (ends.get(partition) ?? 0) > (next.get(placeKey("live", partition)) ?? 0));
  };

  /** Beats while the handler works; tells the handler when its work is lost or the group waits too long for it. */
  const whileBeating = async (
    payload: EachBatchPayload,
    work: (signal: AbortSignal) => Promise<void>,
  ): Promise<void> => {
    const controller = new AbortController();
    inFlight = controller;
    let lateTimer: NodeJS.Timeout | null = null;
    const beat = async (): Promise<void> => {
      if (abandoned) return;
      try {
        await payload.heartbeat();
      } catch (error) {
        if (!isRejoinNeeded(error)) return;
        rejoin ??= error;
        if (isMembershipLost(error)) controller.abort(asKafkaError("keeping the batch's partition", error));
        // kafkajs joins again only when the batch has ended, and the group waits for that.
        lateTimer ??= setTimeout(
          () => controller.abort(asKafkaError("finishing before the group goes on without us", error)),
          settings.rebalanceTimeoutMs * FINISH_WITHIN,
        );
      }
    };
    const timer = setInterval(() => void beat(), heartbeatMsOf(settings) / 2);
    options.onBusy(true);
    try {
      await work(controller.signal);
    } finally {
      clearInterval(timer);
      if (lateTimer !== null) clearTimeout(lateTimer);
      inFlight = null;
      options.onBusy(false);
    }
  };

  const deliverRun = async (payload: EachBatchPayload, run: ReadRun<T>): Promise<void> => {
    const joined = generation;
    const name = names[run.batch.lane];
    await whileBeating(payload, (signal) =>
      deliver(run, options, signal, async (offset) => {
        // Joined anew meanwhile (another fetcher may do that): the partition may be somebody else's now.
        if (generation !== joined) throw new StaleBatch();
        const { partition } = run.batch;
        await payload.commitOffsetsIfNecessary({ topics: [{ topic: name, partitions: [{ partition, offset }] }] });
        payload.resolveOffset(run.last);
        next.set(placeKey(run.batch.lane, partition), Number(offset));
        options.onHeard();
      }),
    );
    options.onCommitted();
    options.onStep("acknowledge.done");
  };

  const eachBatch = async (payload: EachBatchPayload): Promise<void> => {
    const { partition, messages } = payload.batch;
    const lane: Lane = payload.batch.topic === names.live ? "live" : "backfill";
    const key = placeKey(lane, partition);
    try {
      for (const run of runsOf(topic, lane, partition, messages, settings.limits)) {
        if (rejoin !== null) throw rejoin;
        if (stopping || !payload.isRunning() || payload.isStale() || pauses.isPaused(lane, partition)) return;
        if (lane === "backfill" && (await liveWaits())) {
          pauses.hold(assigned.backfill);
          return;
        }
        await deliverRun(payload, run);
        failures.delete(key);
      }
      if (lane === "live" && pauses.isHolding() && !(await liveWaits())) pauses.release();
    } catch (error) {
      if (error instanceof StaleBatch) return;
      if (isRejoinNeeded(error)) {
        // To kafkajs only its own errors mean "join again"; the first one it gave us is one.
        throw rejoin ?? error;
      }
      if (isPipelineError(error) && error.recovery === "exit") {
        end(error);
        return;
      }
      const fatal = asKafkaError(`acknowledging a batch of ${topic.name}`, error);
      if (!isPipelineError(error) && fatal.recovery === "exit") {
        end(fatal);
        return;
      }
      const count = (failures.get(key) ?? 0) + 1;
      failures.set(key, count);
      pauses.rest(lane, partition, pauseAfter(error, count, settings.backoff));
    }
    if (rejoin !== null) throw rejoin;
  };

  const started = (async (): Promise<void> => {
    try {
      await consumer.connect();
      await consumer.subscribe({ topics: Object.values(names), fromBeginning: true });
      await consumer.run({
        autoCommit: false,
        eachBatchAutoResolve: false,
        partitionsConsumedConcurrently: 1,
        eachBatch,
      });
    } catch (error) {
      end(error);
    }
  })();

  return {
    ended,
    abandon: () => {
      abandoned = true;
      inFlight?.abort();
      end(null);
    },
    stop: async () => {
      if (!stopping) {
        stopping = true;
        pauses.end();
        const deadline = setTimeout(() => inFlight?.abort(), settings.stopAfterMs);
        await disconnect();
        clearTimeout(deadline);
        finish(null);
      }
      await ended;
    },
  };
};
