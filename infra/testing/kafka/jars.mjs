// Jars from pinned lists: those of Apache Kafka (infra/kafka/pom.xml), and of the mail server for tests
// (infra/testing/mailbox/pom.xml). Plain Node: the set-up runs it before anything is installed.
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../../..", import.meta.url));
/** What is fetched, by the pom that pins it. */
const KAFKA = { pom: join("infra", "kafka", "pom.xml"), folder: "kafka", what: "Apache Kafka" };
export const MAILBOX = { pom: join("infra", "testing", "mailbox", "pom.xml"), folder: "mailbox", what: "GreenMail" };
const JAVA_AT_LEAST = 17;
const PROBE_MS = 20_000;
const MAVEN_LIMIT_MS = 300_000;

/** The program's code and the end of what it said; `code` is null when it never started or was killed. */
const output = (command, args, limitMs) =>
  new Promise((resolve) => {
    let said = "";
    const child = spawn(command, args, { stdio: ["ignore", "pipe", "pipe"], timeout: limitMs, killSignal: "SIGKILL" });
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding("utf8").on("data", (text) => {
        said = (said + text).slice(-4_000);
      });
    child.on("error", (error) => resolve({ code: null, said: error.message }));
    child.on("close", (code) => resolve({ code, said }));
  });

/** "17.0.15" → 17; "1.8.0_402" → 8; null when it is no version. */
export const javaMajor = (said) => {
  const found = /version "(\d+)(?:\.(\d+))?/.exec(said);
  if (found === null) return null;
  return Number(found[1] === "1" ? found[2] : found[1]);
};

/** Why no broker can be started here and what to do about it; null when Java is there. */
export const javaProblem = async () => {
  const { code, said } = await output("java", ["-version"], PROBE_MS);
  const major = code === 0 ? javaMajor(said) : null;
  if (major !== null && major >= JAVA_AT_LEAST) return null;
  const found = major === null ? "there is no Java here" : `Java ${major} is too old`;
  return `Apache Kafka needs Java ${JAVA_AT_LEAST} or newer, and ${found}. Install it (Debian: apt-get install openjdk-17-jre-headless maven), or name a running broker in KAFKA_BROKERS=host:port.`;
};

/** The folder of the jars when they are complete; null when they must be fetched. A changed pom.xml is another folder. */
export const jarsFolder = ({ pom, folder } = KAFKA) => {
  const list = createHash("sha256")
    .update(readFileSync(join(ROOT, pom)))
    .digest("hex");
  return join(ROOT, ".setup", folder, `libs-${list.slice(0, 12)}`);
};
export const hasJars = (which = KAFKA) => existsSync(jarsFolder(which));

/**
 * Sees to the jars (Kafka's: about 43 MB, once). Maven's own cache and mirrors are used, so a second clone needs no network.
 * Two that fetch at once do no harm: whoever is last finds the folder there.
 * @returns `{ folder }`, or `{ problem }` with a sentence that says what to do.
 */
export const ensureJars = async (which = KAFKA) => {
  const folder = jarsFolder(which);
  if (hasJars(which)) return { folder };
  mkdirSync(dirname(folder), { recursive: true });
  const draft = `${folder}.${process.pid}`;
  const pom = join(ROOT, which.pom);
  const goal = ["dependency:copy-dependencies", `-DoutputDirectory=${draft}`];
  const offline = await output("mvn", ["-q", "-B", "-o", "-f", pom, ...goal], MAVEN_LIMIT_MS);
  const { code, said } =
    offline.code === 0 ? offline : await output("mvn", ["-q", "-B", "-f", pom, ...goal], MAVEN_LIMIT_MS);
  if (code !== 0) {
    rmSync(draft, { recursive: true, force: true });
    return {
      problem: `Maven could not fetch the jars of ${which.what} (${which.pom}) within ${MAVEN_LIMIT_MS / 1000} s. Check that mvn is installed and reaches its repository, then try again. It said: ${said.trim().slice(-600)}`,
    };
  }
  try {
    renameSync(draft, folder);
  } catch (error) {
    rmSync(draft, { recursive: true, force: true });
    if (!hasJars(which)) throw error;
  }
  return { folder };
};
