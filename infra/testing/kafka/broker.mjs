// One Apache Kafka broker in KRaft mode from Maven Central's jars, without containers. Plain Node, so that
// `npm run kafka` needs no build.
import { spawn, spawnSync } from "node:child_process";
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";

const START_LIMIT_MS = 60_000;
const POLL_MS = 50;
/** Any 16 bytes as base64url: one broker, one cluster. */
const CLUSTER_ID = "bW9sdmEtdGVzdC1rYWZrYQ";

const jaas = (module, users = "") => `org.apache.kafka.common.security.${module} required${users};`;

/** Settings of a broker that starts fast and keeps little; what stands below `group` lets tests see a dead member soon. */
const propertiesOf = ({ dir, port, controllerPort, secure }) => {
  const listeners = [`PLAINTEXT://127.0.0.1:${port}`, ...(secure ? [`SECURE://127.0.0.1:${secure.port}`] : [])];
  return {
    "process.roles": "broker,controller",
    "node.id": 1,
    "controller.quorum.bootstrap.servers": `127.0.0.1:${controllerPort}`,
    listeners: [...listeners, `CONTROLLER://127.0.0.1:${controllerPort}`].join(","),
    "advertised.listeners": [...listeners, `CONTROLLER://127.0.0.1:${controllerPort}`].join(","),
    "inter.broker.listener.name": "PLAINTEXT",
    "controller.listener.names": "CONTROLLER",
    "listener.security.protocol.map": "CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT,SECURE:SASL_SSL",
    "log.dirs": join(dir, "data"),
    "num.partitions": 4,
    "offsets.topic.num.partitions": 4,
    "offsets.topic.replication.factor": 1,
    "transaction.state.log.replication.factor": 1,
    "transaction.state.log.min.isr": 1,
    "share.coordinator.state.topic.replication.factor": 1,
    "share.coordinator.state.topic.min.isr": 1,
    "group.initial.rebalance.delay.ms": 0,
    "group.min.session.timeout.ms": 500,
    // A killed broker may register again only when its old session has run out.
    "broker.session.timeout.ms": 1_500,
    "broker.heartbeat.interval.ms": 300,
    "log.index.size.max.bytes": 1_048_576,
    "log.cleaner.dedupe.buffer.size": 4_194_304,
    "num.network.threads": 2,
    "num.io.threads": 4,
    ...(secure === undefined
      ? {}
      : {
          "sasl.enabled.mechanisms": "PLAIN,SCRAM-SHA-256,SCRAM-SHA-512",
          "listener.name.secure.plain.sasl.jaas.config": jaas(
            "plain.PlainLoginModule",
            ` user_${secure.username}="${secure.password}"`,
          ),
          "listener.name.secure.scram-sha-256.sasl.jaas.config": jaas("scram.ScramLoginModule"),
          "listener.name.secure.scram-sha-512.sasl.jaas.config": jaas("scram.ScramLoginModule"),
          "ssl.keystore.type": "PKCS12",
          "ssl.keystore.location": join(dir, "broker.p12"),
          "ssl.keystore.password": KEYSTORE_PASSWORD,
        }),
  };
};

/** Protects nothing: it lies beside the keystore of a throw-away broker. */
const KEYSTORE_PASSWORD = "throw-away";

const runOrThrow = (command, args) => {
  const { status, stdout, stderr, error } = spawnSync(command, args, { encoding: "utf8", timeout: START_LIMIT_MS });
  if (status !== 0)
    throw new Error(`${command} ended with ${status}: ${error?.message ?? ""}${stdout ?? ""}${stderr ?? ""}`);
  return stdout;
};

/** A key of our own for 127.0.0.1 by Java's keytool; the certificate is its own authority. */
const makeKeystore = (dir) => {
  const store = ["-keystore", join(dir, "broker.p12"), "-storepass", KEYSTORE_PASSWORD, "-alias", "broker"];
  runOrThrow("keytool", [
    "-genkeypair",
    ...store,
    "-storetype",
    "PKCS12",
    "-keyalg",
    "EC",
    "-dname",
    "CN=localhost",
    "-ext",
    "san=ip:127.0.0.1,dns:localhost",
    "-validity",
    "2",
  ]);
  writeFileSync(join(dir, "broker.pem"), runOrThrow("keytool", ["-exportcert", "-rfc", ...store]));
};

const classPath = (jars) => join(jars, "*");

/**
 * Writes the settings and formats the folder; what was formatted before stays as it is.
 * @param options `{ dir, port, controllerPort, jars, secure? }`; `secure` adds a listener with TLS and SASL for one user.
 */
export const prepareBroker = ({ dir, port, controllerPort, jars, secure }) => {
  mkdirSync(dir, { recursive: true });
  const settings = Object.entries(propertiesOf({ dir, port, controllerPort, secure }));
  writeFileSync(join(dir, "server.properties"), `${settings.map(([key, value]) => `${key}=${value}`).join("\n")}\n`);
  if (secure !== undefined && !existsSync(join(dir, "broker.p12"))) makeKeystore(dir);
  if (existsSync(join(dir, "data", "meta.properties"))) return;
  const user = secure === undefined ? "" : `=[name=${secure.username},password=${secure.password}]`;
  runOrThrow("java", [
    "-cp",
    classPath(jars),
    "kafka.tools.StorageTool",
    "format",
    "--standalone",
    "-t",
    CLUSTER_ID,
    "-c",
    join(dir, "server.properties"),
    ...(secure === undefined ? [] : ["--add-scram", `SCRAM-SHA-256${user}`, "--add-scram", `SCRAM-SHA-512${user}`]),
  ]);
};

/** Starts the broker's process; its output goes to DIR/broker.log. With `detached` it outlives this process. */
export const spawnBroker = ({ dir, jars, detached = false }) => {
  const log = openSync(join(dir, "broker.log"), "a");
  const child = spawn(
    "java",
    [
      "-Xms128m",
      "-Xmx512m",
      "-XX:+UseSerialGC",
      "-XX:TieredStopAtLevel=1",
      "-cp",
      classPath(jars),
      "kafka.Kafka",
      join(dir, "server.properties"),
    ],
    { cwd: dir, detached, stdio: ["ignore", log, log] },
  );
  closeSync(log);
  return child;
};

const answers = (port) =>
  new Promise((resolve) => {
    const socket = connect({ host: "127.0.0.1", port });
    const end = (answer) => {
      socket.destroy();
      resolve(answer);
    };
    socket.once("connect", () => end(true)).once("error", () => end(false));
  });

/** Resolves once the broker takes connections. Throws with the end of its log when it ends or takes too long. */
export const brokerAnswers = async ({ dir, port, hasEnded = () => false }) => {
  for (const deadline = Date.now() + START_LIMIT_MS; ;) {
    if (await answers(port)) return;
    if (hasEnded() || Date.now() > deadline) {
      const log = readFileSync(join(dir, "broker.log"), "utf8").slice(-2_000);
      throw new Error(
        `The broker in ${dir} ${hasEnded() ? "ended" : "does not answer"}. The end of its log: ${log.trim()}`,
      );
    }
    await wait(POLL_MS);
  }
};
