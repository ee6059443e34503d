import { z } from "zod";
import { durationSchema } from "./duration.ts";

const port = z.int().min(0).max(65_535);
const host = z.string().min(1).max(255);

/** `host:port`, IPv6 in brackets. */
const brokerSchema = z.string().regex(/^(?:\[[\da-fA-F:.]+\]|[\w.-]+):\d{1,5}$/, "host:port, for example kafka:9092");

const tlsSchema = z.strictObject({
  ca: z.string().min(1).optional().describe("File with the authority that signed the brokers' certificates (PEM)."),
  cert: z.string().min(1).optional().describe("File with our own certificate (PEM)."),
  key: z.string().min(1).optional().describe("File with the key of our own certificate (PEM)."),
});

/** The log between processes. Without it Molva runs in one process, with its own log on disk. */
export const busSchema = z
  .strictObject({
    kafka: z
      .strictObject({
        brokers: z.array(brokerSchema).min(1).max(100).describe("Where to ask first, as host:port."),
        topicPrefix: z
          .string()
          .regex(/^[\w.-]{0,100}$/, "letters, digits, . _ and - only")
          .default("")
          .describe("Stands before the name of every topic and group, for example molva. (with the point)."),
        partitions: z
          .int()
          .min(1)
          .max(1_000)
          .default(4)
          .describe("Of topics that are created; as many processes of one stage can share the work."),
        replication: z.int().min(1).max(15).default(1).describe("Copies of each topic that is created."),
        sessionTimeout: durationSchema(6_000, 300_000)
          .prefault("45s")
          .describe(
            "A process that is not heard of for so long loses its share of the work to the others: 6s to 300s.",
          ),
        ssl: z
          .union([z.boolean(), tlsSchema])
          .default(false)
          .describe("TLS to the brokers: true, or files. Relative paths start at the configuration's folder."),
        sasl: z
          .strictObject({
            mechanism: z.enum(["plain", "scram-sha-256", "scram-sha-512"]).describe("How to sign in."),
          })
          .optional()
          .describe("Signing in at the brokers, with KAFKA_USERNAME and KAFKA_PASSWORD from the environment."),
      })
      .describe("Apache Kafka. Needs store.url: several processes share one ClickHouse."),
  })
  .describe("The log between processes. Without it, Molva runs in one process with its log on disk.");

const serverUrlSchema = z
  .string()
  .refine(
    (text) => URL.canParse(text) && /^https?:$/.test(new URL(text).protocol),
    "an address with http:// or https:// in front, for example http://clickhouse:8123",
  )
  .refine(
    (text) => !URL.canParse(text) || (new URL(text).username === "" && new URL(text).password === ""),
    "an address without user and password: store.user and MOLVA_STORE_PASSWORD say them",
  )
  .refine(
    (text) => !URL.canParse(text) || /^\/?$/.test(new URL(text).pathname + new URL(text).search),
    "an address that ends after host and port: ClickHouse answers at its root",
  );

const databaseSchema = z
  .string()
  .regex(/^[a-z][a-z0-9_]{0,62}$/, "small letters, digits and _, with a letter first")
  .default("molva");

/** The ClickHouse that several processes share, and the interface in front of the embedded one. */
export const storeSchema = z
  .strictObject({
    url: serverUrlSchema
      .optional()
      .describe("Address of a ClickHouse server's HTTP interface. Needs bus.kafka. Without it, the embedded engine."),
    user: z
      .string()
      .min(1)
      .max(100)
      .default("molva")
      .describe("Who writes there; the password is MOLVA_STORE_PASSWORD."),
    database: databaseSchema.describe("Database of the tables, made when absent."),
    cluster: z
      .strictObject({
        name: z
          .string()
          .regex(/^\w{1,100}$/, "letters, digits and _ only")
          .describe("As the server's remote_servers names it."),
        keeperPath: z
          .string()
          .regex(/^\/[\w/{}-]+$/, "a path, for example /clickhouse/tables/{shard}/{database}")
          .optional()
          .describe("Where Keeper has the tables. Default: /clickhouse/tables/{shard}/{database}."),
      })
      .optional()
      .describe(
        "Of store.url: tables are replicated, with distributed ones above them. Written, and run on no cluster yet.",
      ),
    http: z
      .strictObject({
        host: host.default("127.0.0.1").describe("Address it is bound to."),
        port: port.describe("Port of ClickHouse's HTTP interface in front of the embedded engine; 0 picks a free one."),
        user: z
          .string()
          .min(1)
          .max(100)
          .default("reader")
          .describe("May read and not write; the password is MOLVA_STORE_HTTP_PASSWORD."),
      })
      .optional()
      .describe("For Grafana and other readers of an embedded store; off unless given."),
  })
  .describe("Where the numbers are kept.");

export const metricsSchema = z
  .strictObject({
    host: host
      .default("127.0.0.1")
      .describe("Address it is bound to. It asks for no password: keep it in your network."),
    port: port.default(9464).describe("Port of /metrics, /healthz and /readyz; 0 picks a free one."),
  })
  .describe("Metrics for Prometheus, and whether this process lives and is ready. Off unless given.");
