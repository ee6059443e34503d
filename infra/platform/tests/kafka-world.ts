import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Bus, Log } from "@molva/contracts";
import { brokerProblem, startBroker, type Broker, type BrokerOptions } from "@molva/testing";
import { openKafkaBus } from "../src/bus/kafka/kafka-bus.ts";
import type { KafkaOptions } from "../src/bus/kafka/kafka-options.ts";

export const QUIET: Log = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
};

/** Where the running broker of KAFKA_BROKERS is; null when the tests start their own. */
const named = (process.env["KAFKA_BROKERS"] ?? "").split(",").filter((broker) => broker !== "");
const isNamed = named.length > 0;
const problem = isNamed ? null : await brokerProblem();

/**
 * Tests that need a broker. In CI a broker that cannot be started fails them; elsewhere one test of that name says why the others
 * were not run.
 */
export const describeWithKafka = (name: string, tests: () => void): void => {
  if (problem === null) describe(name, { timeout: 120_000 }, tests);
  else
    it(`${name}: NOT RUN. ${problem}`, () => {
      expect(process.env["CI"], problem).toBeUndefined();
    });
};

/** One broker for the surrounding tests: that of KAFKA_BROKERS, or one of their own. */
export const useBrokers = (): (() => readonly string[]) => {
  let own: Broker | null = null;
  beforeAll(async () => {
    own = isNamed ? null : await startBroker();
  }, 120_000);
  afterAll(async () => {
    await own?.close();
  });
  return () => own?.brokers ?? named;
};

/** A broker of the tests' own, also with KAFKA_BROKERS: they kill it, or need a listener of their own. */
export const useOwnBroker = (options: BrokerOptions = {}): (() => Broker) => {
  let own: Broker | null = null;
  beforeAll(async () => {
    own = await startBroker(options);
  }, 120_000);
  afterAll(async () => {
    await own?.close();
  });
  return () => {
    if (own === null) throw new Error("A broker is there only inside a test.");
    return own;
  };
};

/** Topics that nobody else has. */
export const freshPrefix = (): string => `t${randomUUID().slice(0, 8)}.`;

/** Short times, so that a test sees in a second what takes a minute in production. */
export const QUICK = {
  backoff: { firstMs: 1, maxMs: 50 },
  sessionTimeoutMs: 3_000,
  rebalanceTimeoutMs: 10_000,
  log: QUIET,
} satisfies Partial<KafkaOptions>;

export const openBus = (
  brokers: readonly string[],
  topicPrefix: string,
  options: Partial<KafkaOptions> = {},
): Promise<Bus & AsyncDisposable> => openKafkaBus({ brokers, topicPrefix, ...QUICK, ...options });
