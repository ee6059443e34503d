import type { Log } from "@molva/contracts";
import type { Backoff } from "../consumer.ts";
import type { BatchLimits } from "../next-batch.ts";
import type { OnStep } from "../steps.ts";

/** PEM texts, not paths. */
interface KafkaTls {
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
}

export interface KafkaSasl {
  readonly mechanism: "plain" | "scram-sha-256" | "scram-sha-512";
  readonly username: string;
  readonly password: string;
}

export interface KafkaOptions {
  /** Where to ask first, as `host:port`. */
  readonly brokers: readonly string[];
  /** What the brokers' logs call this process. Default `molva`. */
  readonly clientId?: string;
  /** Stands before the name of every topic and group. Default none. */
  readonly topicPrefix?: string;
  /** Of topics that are created. Default 4; topics that exist keep what they have. */
  readonly partitions?: number;
  /** Copies of each topic that is created. Default 1; from 3 on two of them must have a message before it counts as kept. */
  readonly replication?: number;
  readonly ssl?: KafkaTls | boolean;
  readonly sasl?: KafkaSasl;
  /** Of one batch. Default 2,000 messages and 8 MiB. */
  readonly limits?: Partial<BatchLimits>;
  /** Between deliveries of a batch that failed without saying when to come again. Default 100 ms, doubling up to 30 s. */
  readonly backoff?: Partial<Backoff>;
  /** After this long `stop` and `close` abort the handler's signal. Default 10,000 ms. */
  readonly stopAfterMs?: number;
  /** A subscription that hears nothing of the brokers for so long, or is at one batch for so long, ends with recovery `exit`. Default 300,000 ms. */
  readonly watchdogMs?: number;
  /** A process that is not heard of for so long loses its partitions to the others. Default 45,000 ms; it beats three times within it. */
  readonly sessionTimeoutMs?: number;
  /** How long the group waits at a rebalance for a member to finish its batch. Default 60,000 ms; its signal aborts at 60 % of it. */
  readonly rebalanceTimeoutMs?: number;
  /** Whether opening waits for brokers that do not answer yet, for about 25 s. Default true. */
  readonly waitsForBrokers?: boolean;
  readonly onStep?: OnStep;
  readonly log: Log;
}

export type KafkaSettings = Required<Omit<KafkaOptions, "ssl" | "sasl" | "limits" | "backoff">> & {
  readonly ssl: KafkaTls | boolean;
  readonly sasl: KafkaSasl | null;
  readonly limits: BatchLimits;
  readonly backoff: Backoff;
};

export const settingsOf = (options: KafkaOptions): KafkaSettings => ({
  brokers: options.brokers,
  clientId: options.clientId ?? "molva",
  topicPrefix: options.topicPrefix ?? "",
  partitions: options.partitions ?? 4,
  replication: options.replication ?? 1,
  ssl: options.ssl ?? false,
  sasl: options.sasl ?? null,
  limits: { maxMessages: 2_000, maxBytes: 8 * 1024 * 1024, ...options.limits },
  backoff: { firstMs: 100, maxMs: 30_000, ...options.backoff },
  stopAfterMs: options.stopAfterMs ?? 10_000,
  watchdogMs: options.watchdogMs ?? 300_000,
  sessionTimeoutMs: options.sessionTimeoutMs ?? 45_000,
  rebalanceTimeoutMs: options.rebalanceTimeoutMs ?? 60_000,
  waitsForBrokers: options.waitsForBrokers ?? true,
  onStep: options.onStep ?? (() => undefined),
  log: options.log,
});
