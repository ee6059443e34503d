import { setTimeout as delay } from "node:timers/promises";
import { DEAD_LETTERS, PipelineError, type Bus, type Lane, type Subscription, type Topic } from "@molva/contracts";
import { createBell } from "../bell.ts";
import { jsonOf } from "../message-codec.ts";
import { createKafkaClient, type Admin, type KafkaClient } from "./kafka-client.ts";
import { createBrokerClock } from "./kafka-clock.ts";
import { createClosing } from "./kafka-closing.ts";
import { asKafkaError, kafkaClosed } from "./kafka-errors.ts";
import { settingsOf, type KafkaOptions, type KafkaSettings } from "./kafka-options.ts";
import { createPositions, placeKey, unacknowledged } from "./kafka-positions.ts";
import { createProgress } from "./kafka-progress.ts";
import { sizeOf, startPublisher, type Outgoing, type Publisher } from "./kafka-publisher.ts";
import { createReader } from "./kafka-reader.ts";
import { retainKafka } from "./kafka-retain.ts";
import { startSubscription } from "./kafka-subscription.ts";
import { createTopics, laneTopic } from "./kafka-topics.ts";
import { createWire } from "./kafka-wire.ts";

/** How often a wait for a group that other processes work for looks again. */
const SETTLED_POLL_MS = 200;

/**
 * The log on Apache Kafka, shared by any number of processes. What `Bus` promises holds, with three words beside it: of a call of
 * `publish` that failed a prefix may stand *in each partition*; one handler of a group runs at a time *in a process*, and one for each
 * partition in all; append times are the brokers' clocks, which must not be set back (docs/kafka.md).
 * @throws {PipelineError} `CONFIG_INVALID` (exit) when the brokers refuse user, certificate or rights; `BUS_UNAVAILABLE` (retry) when none answers.
 */
export const openKafkaBus = async (options: KafkaOptions): Promise<Bus & AsyncDisposable> => {
  const settings = settingsOf(options);
  const { topicPrefix: prefix, brokers, onStep, log } = settings;
  const client = createKafkaClient(settings);
  const admin = await connectedAdmin(client, settings);
  const ending = createClosing(brokers);
  const wire = createWire(client.cluster(), ending);
  const topics = createTopics(admin, settings, ending, log);
  const positions = createPositions(wire, prefix);
  const reader = createReader(wire, positions, prefix);
  const clock = createBrokerClock(client, wire, topics, prefix);
  const progressOf = createProgress(positions, reader, clock, wire, prefix);
  const publishers = new Map<string, Publisher>();
  /** By topic and group, in the order of their subscribing: the first one reads. */
  const members = new Map<string, Subscription[]>();
  const ended = new Map<string, unknown>();
  const bell = createBell();
  let closing: Promise<void> | null = null;
  /** Whoever asks what stands here now must not be answered with what this process publishes afterwards. */
  let asking: Promise<unknown> = Promise.resolve();
  const refuseWhenClosing = (): void => {
    if (closing !== null) throw kafkaClosed(brokers);
  };

  const publisherOf = (topic: string, lane: Lane): Publisher => {
    const name = laneTopic(prefix, topic, lane);
    const known = publishers.get(name);
    if (known !== undefined) return known;
    const made = startPublisher({ topic: name, brokers, openProducer: () => client.producer(), onStep });
    publishers.set(name, made);
    return made;
  };
  const publish: Bus["publish"] = async (topic, lane, values) => {
    if (ending.isOver) throw kafkaClosed(brokers);
    if (values.length === 0) return;
    const outgoing = jsonOf(topic, values).map((value, index) => ({
      key: topic.key(values[index] as never),
      value,
    }));
    refuseTooLarge(topic, outgoing, values, await topics.ensure(topic.name));
    await asking;
    await publisherOf(topic.name, lane).publish(outgoing);
  };

  const subscribe: Bus["subscribe"] = async (topic, group, handle) => {
    refuseWhenClosing();
    onStep("register.queued");
    await Promise.all([topics.ensure(topic.name), topics.ensure(DEAD_LETTERS.name)]);
    onStep("register.written");
    await positions.register(topic.name, group);
    onStep("register.flushed");
    refuseWhenClosing();
    const key = JSON.stringify([topic.name, group]);
    const others = members.get(key) ?? [];
    members.set(key, others);
    const turn = Promise.all(others.map((other) => other.done.catch(() => undefined))).then(() => undefined);
    const subscription = startSubscription({
      topic,
      group,
      handle,
      turn,
      client,
      settings,
      positions,
      publishLetters: (lane, letters) => publish(DEAD_LETTERS, lane, letters),
      onStep,
      onCommitted: bell.ring,
    });
    others.push(subscription);
    ended.delete(key);
    const leave = (): void => {
      others.splice(others.indexOf(subscription), 1);
      bell.ring();
    };
    subscription.done.then(leave, (error: unknown) => {
      ended.set(key, error);
      leave();
    });
    onStep("register.done");
    return subscription;
  };

  const settled: Bus["settled"] = async (topic, group, signal) => {
    signal?.throwIfAborted();
    refuseWhenClosing();
    const key = JSON.stringify([topic.name, group]);
    const asked = topics.ensure(topic.name).then(() => positions.of(topic.name, null));
    asking = Promise.allSettled([asking, asked]);
    const targets = new Map((await asked).map(({ lane, partition, high }) => [placeKey(lane, partition), high]));
    const isThrough = async (): Promise<boolean> =>
      (await positions.of(topic.name, group)).every(
        (position) => unacknowledged(position) >= (targets.get(placeKey(position.lane, position.partition)) ?? 0),
      );
    signal?.addEventListener("abort", bell.ring);
    try {
      for (;;) {
        const heard = bell.heard();
        if (await isThrough()) return;
        signal?.throwIfAborted();
        if (ended.has(key)) throw ended.get(key);
        await Promise.race([heard, delay(SETTLED_POLL_MS)]);
        signal?.throwIfAborted();
      }
    } finally {
      signal?.removeEventListener("abort", bell.ring);
    }
  };

  const close = (): Promise<void> => (closing ??= shutDown());
  const shutDown = async (): Promise<void> => {
    // Handlers in flight may still publish: the publishers close after them.
    await Promise.all([...members.values()].flat().map((subscription) => subscription.stop()));
    await Promise.all([...publishers.values()].map((publisher) => publisher.close()));
    ending.end();
    bell.ring();
    await clock.close();
    await wire.close();
    await admin.disconnect();
  };

  return {
    publish,
    subscribe,
    settled,
    progress: async (topic, group) => {
      refuseWhenClosing();
      await topics.ensure(topic.name);
      return await progressOf(topic.name, group);
    },
    read: async function* (topic, lane, from = 0n) {
      if (ending.isOver) throw kafkaClosed(brokers);
      await topics.ensure(topic.name);
      yield* reader.read(topic, lane, from);
    },
    retain: async (topic, before) => {
      refuseWhenClosing();
      onStep("retain.queued");
      await topics.ensure(topic.name);
      onStep("retain.written");
      const dropped = await ending.orClosed(() => retainKafka(admin, positions, prefix, topic.name, before));
      onStep("retain.flushed");
      onStep("retain.done");
      return dropped;
    },
    close,
    [Symbol.asyncDispose]: close,
  };
};

/** A refusal is told at once; brokers that do not answer yet are waited for, as long as any request is, where that is wanted. */
const connectedAdmin = async (
  client: KafkaClient,
  { brokers, waitsForBrokers }: Pick<KafkaSettings, "brokers" | "waitsForBrokers">,
): Promise<Admin> => {
  const what = `connecting to ${brokers.join(", ")}`;
  const probe = client.impatientAdmin();
  try {
    await probe.connect();
  } catch (error) {
    const fault = asKafkaError(what, error);
    if (fault.recovery === "exit" || !waitsForBrokers) throw fault;
  } finally {
    await probe.disconnect().catch(() => undefined);
  }
  const admin = client.admin();
  try {
    await admin.connect();
    return admin;
  } catch (error) {
    await admin.disconnect().catch(() => undefined);
    throw asKafkaError(what, error);
  }
};

/** Before anything is sent, and by name: the brokers would refuse the whole request without saying which message. */
const refuseTooLarge = <T>(
  topic: Topic<T>,
  outgoing: readonly Outgoing[],
  values: readonly T[],
  limit: number,
): void => {
  const index = outgoing.findIndex((message) => sizeOf(message) > limit);
  const message = outgoing[index];
  if (message === undefined) return;
  throw new PipelineError(
    `Value ${index + 1} of ${outgoing.length} has ${message.value.length} bytes, and the topic ${topic.name} takes records of ${limit}. Nothing was written; raise max.message.bytes of the topic, or shorten what makes it.`,
    {
      code: "CONTRACT_VIOLATED",
      recovery: "dead-letter",
      details: {
        topic: topic.name,
        index,
        bytes: message.value.length,
        limit,
        mentionId: topic.mentionId(values[index]),
      },
    },
  );
};
