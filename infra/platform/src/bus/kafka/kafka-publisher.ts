import type { Producer } from "./kafka-client.ts";
import { asKafkaError, kafkaClosed } from "./kafka-errors.ts";
import type { OnStep } from "../steps.ts";

export interface Outgoing {
  readonly key: string;
  readonly value: Buffer;
}

export interface Publisher {
  /** Resolves once every copy that must have them has them, in the order of calls. */
  publish(messages: readonly Outgoing[]): Promise<void>;
  /** Sends what is queued, then refuses all else. */
  close(): Promise<void>;
}

export interface PublisherOptions {
  readonly topic: string;
  readonly brokers: readonly string[];
  readonly openProducer: () => Producer;
  readonly onStep: OnStep;
}

interface Job {
  readonly messages: readonly Outgoing[];
  sent: number;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/** Of one request: well below a topic's largest record batch, so that it fits also when all its messages go to one partition. */
const REQUEST_BYTES = 768 * 1024;
/** What a record needs beside its key and value, at most. */
const RECORD_OVERHEAD_BYTES = 128;

export const sizeOf = ({ key, value }: Outgoing): number =>
  Buffer.byteLength(key) + value.length + RECORD_OVERHEAD_BYTES;

/**
 * One topic's sends, one request after the other: kafkajs gives the sequence numbers of a failed request to the next one, and with two
 * under way the brokers would take the second for a double of the first and drop it. For the same reason a producer whose request failed is
 * thrown away: nobody knows what became of its numbers. Calls that wait together share requests.
 */
export const startPublisher = ({ topic, brokers, openProducer, onStep }: PublisherOptions): Publisher => {
  const queue: Job[] = [];
  let producer: Producer | null = null;
  let draining: Promise<void> | null = null;
  let closed = false;

  const connected = async (): Promise<Producer> => {
    if (producer !== null) return producer;
    const opened = openProducer();
    await opened.connect();
    producer = opened;
    return opened;
  };
  const discard = async (): Promise<void> => {
    const failed = producer;
    producer = null;
    await failed?.disconnect().catch(() => undefined);
  };

  /** The next request: of the calls in their order as much as fits. */
  const nextRequest = (): readonly { readonly job: Job; readonly until: number }[] => {
    const parts: { job: Job; until: number }[] = [];
    let bytes = 0;
    for (const job of queue) {
      let until = job.sent;
      for (const message of job.messages.slice(job.sent)) {
        bytes += sizeOf(message);
        if (bytes > REQUEST_BYTES && bytes !== sizeOf(message)) break;
        until += 1;
      }
      if (until > job.sent) parts.push({ job, until });
      if (until < job.messages.length) break;
    }
    return parts;
  };
  const leave = (job: Job): void => void queue.splice(queue.indexOf(job), 1);

  const send = async (): Promise<void> => {
    const parts = nextRequest();
    try {
      const messages = parts.flatMap(({ job, until }) => job.messages.slice(job.sent, until));
      await (await connected()).send({ topic, acks: -1, messages: messages.map(({ key, value }) => ({ key, value })) });
    } catch (error) {
      await discard();
      for (const { job } of parts) {
        leave(job);
        job.reject(asKafkaError(`publishing to ${topic}`, error));
      }
      return;
    }
    for (const { job, until } of parts) {
      job.sent = until;
      onStep("publish.written");
      if (until < job.messages.length) continue;
      leave(job);
      onStep("publish.flushed");
      job.resolve();
      onStep("publish.done");
    }
  };
  const drain = async (): Promise<void> => {
    await Promise.resolve();
    while (queue.length > 0) await send();
    draining = null;
  };

  return {
    publish: (messages) =>
      new Promise<void>((resolve, reject) => {
        if (closed) {
          reject(kafkaClosed(brokers));
          return;
        }
        queue.push({ messages, sent: 0, resolve, reject });
        onStep("publish.queued");
        draining ??= drain();
      }),
    close: async () => {
      closed = true;
      await draining;
      await discard();
    },
  };
};
