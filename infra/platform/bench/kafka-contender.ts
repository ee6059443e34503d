import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { Session } from "chdb";
import { Kafka, logLevel } from "kafkajs";

/**
 * What is measured beside Molva, over the topic that its bench left. Arguments: BROKER PREFIX idle|engine COUNT.
 * `idle`: kafkajs consumes it and does nothing; `engine`: ClickHouse's own Kafka engine and a materialised view, in chDB.
 */
const [broker = "", prefix = "", contender, counted] = process.argv.slice(2);
const TOPIC = `${prefix}facts.backfill`;
const COUNT = Number(counted);

const idle = async (): Promise<number> => {
  const consumer = new Kafka({ brokers: [broker], logLevel: logLevel.NOTHING }).consumer({ groupId: `${prefix}idle` });
  await consumer.connect();
  await consumer.subscribe({ topic: TOPIC, fromBeginning: true });
  let seen = 0;
  const began = performance.now();
  await new Promise<void>((resolve, reject) => {
    consumer
      .run({
        eachBatch: async ({ batch }) => {
          seen += batch.messages.length;
          if (seen >= COUNT) resolve();
        },
      })
      .catch(reject);
  });
  const seconds = (performance.now() - began) / 1000;
  await consumer.disconnect();
  return seconds;
};

const engine = async (): Promise<number> => {
  const folder = mkdtempSync(join(tmpdir(), "molva-bench-engine-"));
  const session = new Session(folder);
  session.query("CREATE DATABASE bench ENGINE = Atomic");
  session.query(`CREATE TABLE bench.queue (line String) ENGINE = Kafka SETTINGS kafka_broker_list = '${broker}',
    kafka_topic_list = '${TOPIC}', kafka_group_name = '${prefix}engine', kafka_format = 'LineAsString', kafka_flush_interval_ms = 500`);
  session.query(`CREATE TABLE bench.fact (brand LowCardinality(String), hour DateTime, source LowCardinality(String), id UInt128,
    at DateTime64(3), label LowCardinality(String)) ENGINE = ReplacingMergeTree ORDER BY (brand, hour, source, id)`);
  const began = performance.now();
  session.query(`CREATE MATERIALIZED VIEW bench.fill TO bench.fact AS SELECT
    JSONExtractString(line, 'mention', 'brandId') AS brand, toStartOfHour(at) AS hour, JSONExtractString(line, 'mention', 'sourceId') AS source,
    reinterpretAsUInt128(reverse(unhex(JSONExtractString(line, 'mention', 'mentionId')))) AS id,
    parseDateTime64BestEffort(JSONExtractString(line, 'mention', 'publishedAt', 'at'), 3, 'UTC') AS at,
    JSONExtractString(line, 'sentiment', 'label') AS label FROM bench.queue`);
  while (Number(session.query("SELECT count() FROM bench.fact", "TSV")) < COUNT) await delay(20);
  const seconds = (performance.now() - began) / 1000;
  session.query("DROP TABLE bench.queue SYNC");
  rmSync(folder, { recursive: true, force: true });
  return seconds;
};

const seconds = await (contender === "engine" ? engine() : idle());
console.log(
  JSON.stringify({
    count: COUNT,
    perSecond: Math.round(COUNT / seconds),
    peakMemory: Math.round(process.resourceUsage().maxRSS / 1024),
  }),
);
process.exit(0);
