// `npm run kafka -- start|stop|status`: one Apache Kafka broker on this machine, for trying things out and for
// KAFKA_BROKERS. It lives until `stop`; its data lies in .setup/kafka/broker and stays.
import { closeSync, openSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { brokerAnswers, prepareBroker, spawnBroker } from "../infra/testing/kafka/broker.mjs";
import { ensureJars, javaProblem } from "../infra/testing/kafka/jars.mjs";
import { ROOT, readJson, writeJson } from "./setup/files.mjs";

const PORT = 9092;
const CONTROLLER_PORT = 9093;
const DIR = join(ROOT, ".setup", "kafka", "broker");
const STATE = join(DIR, "running.json");
const STOP_LIMIT_MS = 20_000;

/** The broker's process, when it is one of ours and lives: the number alone may be another program's by now. */
const running = () => {
  const state = readJson(STATE);
  if (state === null) return null;
  try {
    process.kill(state.pid, 0);
    const command = process.platform === "linux" ? readFileSync(`/proc/${state.pid}/cmdline`, "utf8") : "kafka.Kafka";
    return command.includes("kafka.Kafka") ? state : null;
  } catch {
    return null;
  }
};

const start = async () => {
  if (running() !== null) {
    console.log(`Kafka runs on 127.0.0.1:${PORT} (process ${running().pid}).`);
    return 0;
  }
  const java = await javaProblem();
  const jars = java === null ? await ensureJars() : { problem: java };
  if (jars.problem !== undefined) {
    console.error(jars.problem);
    return 1;
  }
  prepareBroker({ dir: DIR, port: PORT, controllerPort: CONTROLLER_PORT, jars: jars.folder });
  closeSync(openSync(join(DIR, "broker.log"), "w"));
  const child = spawnBroker({ dir: DIR, jars: jars.folder, detached: true });
  child.unref();
  writeJson(STATE, { pid: child.pid });
  await brokerAnswers({ dir: DIR, port: PORT, hasEnded: () => child.exitCode !== null || child.signalCode !== null });
  console.log(`Kafka runs on 127.0.0.1:${PORT} (process ${child.pid}). Its data and log: .setup/kafka/broker`);
  console.log(`The tests on it: KAFKA_BROKERS=127.0.0.1:${PORT} npm test. To end it: npm run kafka -- stop`);
  return 0;
};

const stop = async () => {
  const state = running();
  if (state === null) {
    console.log("No Kafka of this folder runs.");
    return 0;
  }
  process.kill(state.pid, "SIGTERM");
  for (const deadline = Date.now() + STOP_LIMIT_MS; running() !== null; await wait(100))
    if (Date.now() > deadline) process.kill(state.pid, "SIGKILL");
  rmSync(STATE, { force: true });
  console.log("Kafka has ended. Its data stays in .setup/kafka/broker: remove that folder to begin anew.");
  return 0;
};

const status = () => {
  const state = running();
  console.log(
    state === null ? "No Kafka of this folder runs." : `Kafka runs on 127.0.0.1:${PORT} (process ${state.pid}).`,
  );
  return state === null ? 3 : 0;
};

const COMMANDS = { start, stop, status };
const command = COMMANDS[process.argv[2]];
if (command === undefined) console.error("Usage: npm run kafka -- start|stop|status");
process.exitCode = command === undefined ? 2 : await command();
