// `npm run bench:intake [MENTIONS]`: what a live mention costs on its way from the log to the bucket, step by step and together, in microseconds of all cores.
import { mkdtempSync, rmSync } from "node:fs";
import { loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { aggregateStage } from "@molva/aggregator";
import { classifyStage, clauseSentiment, createTopicsOf, languageOf, loadModel } from "@molva/classifier";
import { FACTS, inputOf, MENTIONS, type Fact, type Log, type Observation } from "@molva/contracts";
import { openEmbeddedBus, openStore } from "@molva/platform";
import { nameOf, ofNode, takeIn } from "./scale/intake.ts";
import { NOW } from "./scale/load-sql.ts";
import { observationsOf } from "./scale/stream.ts";

const asked = process.argv[2] ?? "200000";
if (!/^[1-9]\d{3,}$/.test(asked)) {
  console.error(`${asked}: write how many mentions, at least 1000`);
  process.exit(2);
}
const MENTIONS_WANTED = Number(asked);
/** A batch of the aggregator. */
const BATCH = 20_000;
const DAY = 86_400_000;
const silent: Log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };
const never = new AbortController().signal;

const folder = mkdtempSync(join(tmpdir(), "molva-intake-"));
const row = (...cells: readonly string[]): void =>
  console.log(cells.map((cell, i) => (i === 0 ? cell.padEnd(64) : cell.padStart(12))).join(""));

/** Of all cores, and of Node's thread, in microseconds. */
const used = (): { readonly all: number; readonly node: number } => {
  const { user, system } = process.cpuUsage();
  return { all: user + system, node: ofNode() };
};

const measured = async <T>(name: string, count: number, work: () => Promise<T> | T): Promise<T> => {
  const before = used();
  const result = await work();
  const after = used();
  row(`  ${name}`, ((after.all - before.all) / count).toFixed(1), ((after.node - before.node) / count).toFixed(1));
  return result;
};

const streamed = (count: number, start: number): readonly Observation[] =>
  observationsOf({
    count,
    start,
    from: NOW + (DAY * start) / 1e6,
    to: NOW + (DAY * (start + count)) / 1e6,
    late: DAY / 12,
  });

const model = loadModel();
const topicsOf = createTopicsOf();
model.score(streamed(2_000, 9e6).flatMap((o) => (o.type === "seen" ? [{ ...o.mention, brand: null }] : [])));

const stepByStep = async (): Promise<void> => {
  const store = await openStore({ path: join(folder, "steps-store") });
  const bus = await openEmbeddedBus({ dir: join(folder, "steps-log") });
  const batches = [0, 1, 2].map((k) => streamed(BATCH, k * BATCH));
  const count = BATCH * batches.length;
  const mentions = batches.flat().flatMap((o) => (o.type === "seen" ? [o.mention] : []));
  await measured("the log takes mentions", count, async () => {
    for (let at = 0; at < count; at += 2_000) await bus.publish(MENTIONS, "live", batches.flat().slice(at, at + 2_000));
  });
  await measured("the log gives mentions", count, async () => {
    for await (const one of bus.read(MENTIONS, "live")) void one;
  });
  await measured("language", count, () => mentions.map((m) => languageOf(m.text)));
  const scored = await measured("language and label", count, () =>
    mentions.map((m) => model.score([{ ...m, brand: nameOf(m.brandId) }])[0]),
  );
  await measured("topics", count, () =>
    mentions.map((m, i) =>
      topicsOf(
        { title: m.title, text: m.text, whole: scored[i]?.probabilities ?? { negative: 0, neutral: 1, positive: 0 } },
        clauseSentiment(model, scored[i]?.language ?? null),
      ),
    ),
  );
  await measured("the hash of what was read", count, () => mentions.map((m) => inputOf(m)));
  const stage = classifyStage({ model, log: silent, topicsOf, nameOf });
  const appendedAt = new Date(NOW).toISOString() as never;
  const outputs: Fact[] = [];
  await measured("the classifier's stage, all of it", count, async () => {
    for (const [k, values] of batches.entries())
      outputs.push(
        ...(
          await stage.process(
            {
              lane: "live",
              partition: 0,
              messages: values.map((value, i) => ({ value, offset: BigInt(k * BATCH + i), appendedAt })),
            },
            never,
          )
        ).outputs,
      );
  });
  await measured("the log takes facts", count, async () => {
    for (let at = 0; at < count; at += 2_000) await bus.publish(FACTS, "live", outputs.slice(at, at + 2_000));
  });
  await measured("the log gives facts", count, async () => {
    for await (const one of bus.read(FACTS, "live")) void one;
  });
  let before = used();
  const steps = new Map<string, { all: number; node: number }>();
  const counting = aggregateStage({
    store,
    onStep: (step) => {
      const now = used();
      const sum = steps.get(step) ?? { all: 0, node: 0 };
      steps.set(step, { all: sum.all + now.all - before.all, node: sum.node + now.node - before.node });
      before = now;
    },
  });
  for (let k = 0; k < batches.length; k += 1) {
    before = used();
    const messages = outputs
      .slice(k * BATCH, (k + 1) * BATCH)
      .map((value, i) => ({ value, offset: BigInt(k * BATCH + i), appendedAt }));
    await counting.process({ lane: "live", partition: 0, messages }, never);
  }
  for (const [step, { all, node }] of steps)
    row(`  aggregator: ${step}`, (all / count).toFixed(1), (node / count).toFixed(1));
  await bus.close();
  await store.close();
};

const together = async (): Promise<void> => {
  for (const copies of [false, true]) {
    const store = await openStore({ path: join(folder, `store-${copies}`) });
    const taken = await takeIn(store, join(folder, `log-${copies}`), "live", MENTIONS_WANTED, { copies });
    const name = copies ? "the same, copies told from originals" : "from the log to the bucket";
    row(`  ${name}`, taken.cpuMicros.toFixed(1), taken.nodeMicros.toFixed(1));
    row("  a second, by the clock", Math.round(taken.perSecond).toLocaleString("en"));
    await store.close();
  }
};

try {
  row(`${loadavg()[0]?.toFixed(1) ?? ""} processes want the cores`, "all cores", "Node's");
  if (process.argv[3] !== "together") await stepByStep();
  await together();
} finally {
  rmSync(folder, { recursive: true, force: true });
}
