/** One process of the fault suite: log, store, importer and writers, all or some of them. The one line that it reads is its life as JSON. */
import { readFileSync, renameSync, writeFileSync, writeSync } from "node:fs";
import { join } from "node:path";
import { FACTS, isPipelineError, LANES, type Bus, type Fact, type Log, type Store } from "@molva/contracts";
import { openEmbeddedBus, openKafkaBus, openStore, runStage, serveClickHouse } from "@molva/platform";
import { makeParked } from "../support/parked.ts";
import { randomOf } from "../support/story.ts";
import { answerAt } from "./compare.ts";
import { FAULT_BRANDS } from "./events.ts";
import { GROUPS, LIST, PARTITIONS, STORE_USER, type Death, type Life } from "./script.ts";
import { parkingOf } from "./parking.ts";
import { crewOf, type Crew } from "./writer.ts";

/** The parent holds the other end: where that is gone, this process has nobody who would end it. */
const told = await new Promise<string>((resolve) => {
  let read = "";
  process.stdin.setEncoding("utf8").on("data", (part) => {
    read += String(part);
    if (read.endsWith("\n")) resolve(read);
  });
  process.stdin.once("end", () => process.exit(1));
});
process.stdin.unref();
const life = JSON.parse(told) as Life;
const { wiring } = life;
const random = randomOf(life.seed);
const say = (line: string): void => void writeSync(1, `${line}\n`);

/** What this process is at, for the error that tells of a stand-still. */
let phase = "opening";
const used = (): void => {
  const { user, system } = process.cpuUsage();
  say(`used ${((user + system) / 1e6).toFixed(2)}`);
};

let times = 0;
/** Where this life ends it stands still for good, and its parent kills it. */
const reached = (at: Death["at"]): void => {
  if (life.die === null || life.die.at !== at || (times += 1) < life.die.time) return;
  used();
  say(`here ${at}`);
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
};

const complain =
  (level: string): Log["warn"] =>
  (event, fields) =>
    void process.stderr.write(`${level} ${event} ${JSON.stringify(fields ?? {})}\n`);
const log: Log = {
  debug: () => {},
  info: (event) => {
    if (event === "kafka.joined") say("joined");
  },
  warn: complain("warn"),
  error: complain("error"),
};

const PLACE = join(wiring.folder, "importer-place");
/** Events of one call of publish, at most. With small pieces they come little by little: a batch is what is there. */
const CHUNK = Math.max(120, life.piece);
/** How far before its place a new life of the importer begins, in events: it tells them again. */
const OVERLAP = 60;

const placeNow = (): number => {
  try {
    return Number(readFileSync(PLACE, "utf8"));
  } catch {
    return 0;
  }
};

const keepPlace = (next: number): void => {
  writeFileSync(`${PLACE}.draft`, String(next));
  renameSync(`${PLACE}.draft`, PLACE);
};

const runImporter = async (bus: Bus, stopped: () => boolean): Promise<void> => {
  const facts = JSON.parse(readFileSync(join(wiring.folder, LIST), "utf8")) as readonly Fact[];
  let next = Math.max(0, placeNow() - Math.floor(random() * OVERLAP));
  const until = Math.min(life.until, facts.length);
  while (next < until && !stopped()) {
    const to = Math.min(until, next + 1 + Math.floor(random() * CHUNK));
    const lane = LANES[random() < 0.3 ? 0 : 1];
    reached("publishing");
    try {
      await bus.publish(FACTS, lane, facts.slice(next, to));
    } catch (error) {
      if (isPipelineError(error) && error.recovery === "retry") continue;
      throw error;
    }
    say(`acked ${next} ${to}`);
    reached("published");
    next = to;
    keepPlace(next);
    reached("placed");
  }
  say("imported");
};

const openParts = async (): Promise<{ readonly bus: Bus; readonly store: Store; close(): Promise<void> }> => {
  if (wiring.transport === "embedded") {
    const bus = await openEmbeddedBus({
      dir: join(wiring.folder, "log"),
      limits: { maxMessages: life.batch },
      backoff: { firstMs: 5, maxMs: 100 },
    });
    const store = await openStore({ path: join(wiring.folder, "store"), log });
    await makeParked(store);
    return {
      bus,
      store,
      close: async () => {
        await bus.close();
        await store.close();
      },
    };
  }
  const { brokers, storePort } = wiring;
  const bus = await patiently(() =>
    openKafkaBus({
      brokers,
      partitions: PARTITIONS,
      limits: { maxMessages: life.batch },
      backoff: { firstMs: 5, maxMs: 500 },
      sessionTimeoutMs: 3_000,
      rebalanceTimeoutMs: 10_000,
      log,
    }),
  );
  const { name, password } = STORE_USER;
  const url = `http://127.0.0.1:${storePort}`;
  const store = life.roles.includes("writers")
    ? await patiently(() => openStore({ url, user: name, password, log }))
    : (null as never);
  return {
    bus,
    store,
    close: async () => {
      await bus.close();
      if (life.roles.includes("writers")) await (store as Store & { close(): Promise<void> }).close();
    },
  };
};

/** Broker or store may be dead at this moment: it comes back. */
const patiently = async <T>(open: () => Promise<T>): Promise<T> => {
  for (;;) {
    try {
      return await open();
    } catch (error) {
      if (!isPipelineError(error) || error.recovery !== "retry") throw error;
      say("opening");
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
};

const stop = new AbortController();
process.once("SIGTERM", () => stop.abort());
const untilStopped = new Promise<void>((resolve) => stop.signal.addEventListener("abort", () => resolve()));

const runStore = async (): Promise<void> => {
  if (wiring.transport === "embedded") throw new Error("an embedded store is served to nobody");
  const store = await openStore({ path: join(wiring.folder, "store"), log });
  await makeParked(store);
  const server = await serveClickHouse({ store, port: wiring.storePort, users: [STORE_USER] });
  say("serving");
  await untilStopped;
  await server.close();
  await store.close();
};

/** Batches from answer to answer. What a mistake spoils, later batches may mend: then only an answer in between shows it. */
const ANSWER_EVERY = life.kind === "right" ? 4 : 1;

const parking = parkingOf(random, 0.06, (after) => say(`stood ${after}`));
let lastStep = "none yet";
process.on("SIGUSR2", () =>
  say(`state ${phase}; last step ${lastStep}; ${parking.state()}; open: ${process.getActiveResourcesInfo().join(" ")}`),
);

const runWriters = async (bus: Bus, store: Store) => {
  let batches = 0;
  const answer = async (): Promise<void> => {
    if (wiring.transport !== "embedded" || (batches += 1) % ANSWER_EVERY !== 0) return;
    const { horizon } = await bus.progress(FACTS, GROUPS[0]);
    if (horizon !== null) say(`answer ${JSON.stringify(await answerAt(store, horizon, FAULT_BRANDS))}`);
  };
  const running: Awaited<ReturnType<typeof runStage>>[] = [];
  const crews: Crew[] = [];
  for (const [i, name] of life.groups.entries()) {
    const crew = crewOf({
      store,
      name,
      random,
      parking,
      kind: life.kind,
      piece: life.piece,
      onStep: (step) => {
        lastStep = `${name} ${step}`;
        say(`step ${lastStep}`);
        reached(step);
      },
      onSleeper: () => say("sleeps"),
      onBatch: async () => {
        if (i === 0) await answer();
      },
    });
    crews.push(crew);
    running.push(await runStage(crew.stage, bus, log));
  }
  say("writing");
  const wake = async (): Promise<void> => {
    for (const crew of crews) await crew.wake();
  };
  return { running, wake };
};

const run = async (): Promise<void> => {
  if (life.roles.includes("store")) {
    phase = "serving";
    return runStore();
  }
  const { bus, store, close } = await openParts();
  const writers = life.roles.includes("writers") ? await runWriters(bus, store) : null;
  const failed = Promise.race((writers?.running ?? []).map(async (each) => each.done));
  const work = async (): Promise<void> => {
    phase = "importing";
    if (life.roles.includes("importer")) await runImporter(bus, () => stop.signal.aborted);
    phase = life.ends ? "settling" : "writing until it is stopped";
    if (!life.ends) return untilStopped;
    if (writers !== null) await bus.settled(FACTS, GROUPS[0]);
  };
  await (writers === null ? work() : Promise.race([work(), failed]));
  phase = "waking those that have only read";
  await writers?.wake();
  phase = "closing";
  await close();
  phase = "closed";
  say("through");
};

await run();
used();
// As the program does: all is closed, and what a library has left open keeps no process alive.
setTimeout(() => process.exit(), 500).unref();
