// `npm run bench`: each of Molva's rooms next to something run beside it, one after the other, each in a process of its
// own so that its peak memory is its own. The ratio is what to look at: the machine's load cancels out of it.
import { spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort } from "../infra/testing/free-port.mjs";
import { brokerAnswers, prepareBroker, spawnBroker } from "../infra/testing/kafka/broker.mjs";
import { ensureJars, javaProblem } from "../infra/testing/kafka/jars.mjs";

const ROUNDS = [
  {
    what: "texts classified",
    folder: "classifier",
    ours: "molva",
    beside: "wink",
    name: "winkNLP(model, ['sbd', 'negation', 'sentiment'])",
  },
  {
    what: "mentions from the log to the bucket",
    folder: "aggregator",
    ours: "molva",
    beside: "inserts",
    name: "plain inserts of the same rows",
  },
  {
    what: "pages crawled",
    folder: "crawlers",
    ours: "molva",
    beside: "crawlee",
    name: "a bare Crawlee CheerioCrawler",
  },
];

const measure = (file, ...words) => {
  const args = ["--conditions=source", "--import", "tsx", file, ...words];
  const { status, stdout } = spawnSync(process.execPath, args, {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "inherit"],
  });
  if (status !== 0) throw new Error(`${file} ${words.join(" ")} ended with ${status}`);
  return JSON.parse(stdout.trim().split("\n").at(-1));
};
const run = (folder, contender) => measure(`${folder}/bench/contender.ts`, contender);

const row = (...cells) =>
  console.log(cells.map((cell, i) => (i === 0 ? String(cell).padEnd(52) : String(cell).padStart(11))).join(" "));

row("", "a second", "ratio", "peak MiB");
for (const { what, folder, ours, beside, name } of ROUNDS) {
  const other = run(folder, beside);
  const mine = run(folder, ours);
  console.log(what);
  row("  Molva", mine.perSecond.toLocaleString("en"), (mine.perSecond / other.perSecond).toFixed(2), mine.peakMemory);
  row(`  ${name}`, other.perSecond.toLocaleString("en"), "1", other.peakMemory);
}

const limited = run("crawlers", "limited");
console.log("pages crawled under a limit");
row("  Molva", limited.reached.toFixed(1), (limited.reached / limited.limit).toFixed(3), limited.peakMemory);
row("  the limit", limited.limit.toFixed(1), "1", "");

/** A broker of the bench's own, on this machine like all that is measured on it. */
const throughKafka = async () => {
  console.log("mentions through Kafka, from the producer to the bucket");
  const jars = { problem: (await javaProblem()) ?? undefined };
  if (jars.problem === undefined) Object.assign(jars, await ensureJars());
  if (jars.problem !== undefined) {
    console.log(`  not measured: ${jars.problem}`);
    return;
  }
  const dir = mkdtempSync(join(tmpdir(), "molva-bench-kafka-"));
  const port = await freePort();
  prepareBroker({ dir, port, controllerPort: await freePort(), jars: jars.folder });
  const broker = spawnBroker({ dir, jars: jars.folder });
  const ended = once(broker, "exit");
  try {
    await brokerAnswers({ dir, port, hasEnded: () => broker.exitCode !== null });
    const place = [`127.0.0.1:${port}`, "bench."];
    const mine = measure("aggregator/bench/kafka-contender.ts", ...place);
    const beside = (contender) =>
      measure("infra/platform/bench/kafka-contender.ts", ...place, contender, String(mine.count));
    const idle = beside("idle");
    const engine = beside("engine");
    const line = (name, { perSecond, peakMemory }) =>
      row(`  ${name}`, perSecond.toLocaleString("en"), (perSecond / idle.perSecond).toFixed(2), peakMemory);
    line("Molva", mine);
    line("kafkajs consuming the topic, doing nothing", idle);
    line("ClickHouse's Kafka engine and a view, in chDB", engine);
  } finally {
    broker.kill("SIGKILL");
    await ended;
    rmSync(dir, { recursive: true, force: true });
  }
};
await throughKafka();
