import { existsSync, readFileSync } from "node:fs";
import { ensureJars, hasJars, javaProblem } from "../../infra/testing/kafka/jars.mjs";
import { hasDebianPackage, systemIds } from "./browser.mjs";
import { run } from "./run.mjs";
import { keepSaying, say, secondsSince } from "./say.mjs";

const APT_LIMIT_MS = 300_000;

/** Whether tests can start a broker without more ado, or are given one. */
export const isKafkaReady = (env) => (env.KAFKA_BROKERS ?? "") !== "" || hasJars();

const debianIds = () => {
  try {
    return systemIds(readFileSync("/etc/os-release", "utf8"));
  } catch {
    return [];
  }
};

/** Java and Maven from Debian, where this is Debian and this user may. */
const byDebian = async (env) => {
  if (process.getuid?.() !== 0 || !hasDebianPackage(debianIds()) || !existsSync("/usr/bin/apt-get")) return;
  const quiet = keepSaying(() => "  installing Debian's packages openjdk-17-jre-headless and maven");
  const settings = { env: { ...env, DEBIAN_FRONTEND: "noninteractive" }, limitMs: APT_LIMIT_MS };
  const calm = ["-o", "Acquire::Retries=1", "-o", "Acquire::http::Timeout=20", "-o", "DPkg::Lock::Timeout=60"];
  const update = await run("apt-get", [...calm, "update"], settings);
  if (update.code === 0)
    await run(
      "apt-get",
      [...calm, "install", "-y", "--no-install-recommends", "openjdk-17-jre-headless", "maven"],
      settings,
    );
  quiet();
};

/** Sees to what a Kafka broker for tests needs. Never fails: says what is missing, and in CI the tests themselves fail then. */
export const kafka = async (env) => {
  if (isKafkaReady(env)) return;
  const start = Date.now();
  if ((await javaProblem()) !== null) await byDebian(env);
  const problem = await javaProblem();
  if (problem !== null) {
    say(`No Kafka for the tests: ${problem}`);
    return;
  }
  const quiet = keepSaying(() => "  fetching the jars of Apache Kafka");
  let jars = await ensureJars();
  if (jars.problem !== undefined) {
    await byDebian(env);
    jars = await ensureJars();
  }
  quiet();
  say(jars.problem ?? `The jars of Apache Kafka (.setup/kafka), in ${secondsSince(start)}.`);
};
