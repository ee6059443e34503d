import { setTimeout as delay } from "node:timers/promises";
import { PipelineError, isPipelineError, type Subscription } from "@molva/contracts";
import type { KafkaClient } from "./kafka-client.ts";
import { asKafkaError } from "./kafka-errors.ts";
import { pauseAfter } from "./kafka-delivery.ts";
import { startSession, type Session, type SessionOptions } from "./kafka-session.ts";
import { groupIdOf } from "./kafka-topics.ts";

export type SubscriptionOptions<T> = Omit<SessionOptions<T>, "consumer" | "failures" | "onHeard" | "onBusy"> & {
  readonly client: KafkaClient;
  /** Resolves when the subscriptions of this group that were there before have ended. */
  readonly turn: Promise<void>;
};

/** A consumer that lived so long had no part in the crashes before it. */
const CALM_MS = 60_000;
/** How often the watchdog looks, as a share of its limit. */
const LOOKS = 8;

/**
 * Keeps one group's consumer alive in this process: a consumer that crashed is replaced after a pause, one that fell silent ends the
 * subscription, for kafkajs may stop without a word (#659, #1616).
 */
export const startSubscription = <T>(options: SubscriptionOptions<T>): Subscription => {
  const { settings, topic, group } = options;
  const stopping = new AbortController();
  let session: Session | null = null;
  let heardAt = performance.now();
  let busySince: number | null = null;
  const failures = new Map<string, number>();

  const open = (): Session =>
    startSession({
      ...options,
      consumer: options.client.consumer(groupIdOf(settings.topicPrefix, topic.name, group)),
      failures,
      onHeard: () => {
        heardAt = performance.now();
      },
      onBusy: (busy) => {
        busySince = busy ? performance.now() : null;
      },
    });

  let dog: NodeJS.Timeout | undefined;
  const silence = new Promise<PipelineError>((resolve) => {
    dog = setInterval(() => {
      const now = performance.now();
      if (now - heardAt > settings.watchdogMs) resolve(silent(topic.name, group, settings.watchdogMs));
      if (busySince !== null && now - busySince > settings.watchdogMs)
        resolve(stuck(topic.name, group, settings.watchdogMs));
    }, settings.watchdogMs / LOOKS).unref();
  });

  const live = async (): Promise<void> => {
    await Promise.race([options.turn, aborted(stopping.signal)]);
    heardAt = performance.now();
    for (let crashes = 1; !stopping.signal.aborted; crashes++) {
      const openedAt = performance.now();
      session = open();
      const ending = await Promise.race([session.ended, silence]);
      if (performance.now() - openedAt > CALM_MS) crashes = 1;
      if (ending === null) return;
      const fault = isPipelineError(ending) ? ending : asKafkaError(`reading ${topic.name} as ${group}`, ending);
      if (fault.recovery === "exit") {
        session.abandon();
        throw fault;
      }
      settings.log.warn("kafka.consumer.crashed", { topic: topic.name, group, crashes, reason: fault.message });
      await delay(pauseAfter(fault, crashes, settings.backoff), undefined, { signal: stopping.signal }).catch(
        () => undefined,
      );
    }
  };
  const done = live().finally(() => clearInterval(dog));

  return {
    done,
    stop: async () => {
      stopping.abort();
      await session?.stop();
      await done.catch(() => undefined);
    },
  };
};

const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) =>
    signal.aborted ? resolve() : signal.addEventListener("abort", () => resolve(), { once: true }),
  );

const silent = (topic: string, group: string, ms: number): PipelineError =>
  new PipelineError(
    `The group ${group} has heard nothing of Kafka about ${topic} for ${Math.round(ms / 1000)} s. See whether the brokers run; start this process again, it goes on where it was.`,
    { code: "BUS_UNAVAILABLE", recovery: "exit", details: { topic, group } },
  );
const stuck = (topic: string, group: string, ms: number): PipelineError =>
  new PipelineError(
    `The group ${group} has been at one batch of ${topic} for more than ${Math.round(ms / 1000)} s. Start this process again: the batch is delivered anew, here or to another process.`,
    { code: "BUS_UNAVAILABLE", recovery: "exit", details: { topic, group } },
  );
