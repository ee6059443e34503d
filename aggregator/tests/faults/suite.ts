import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { FACTS, LANES, millisOf, type Bus } from "@molva/contracts";
import { verify } from "../../src/index.ts";
import { compareAnswers, compareBuckets, compareRolling, type Found } from "./compare.ts";
import { Diary } from "./diary.ts";
import { playEmbedded } from "./embedded.ts";
import { eventsOf, type EventList, type Told } from "./events.ts";
import { playKafka } from "./kafka.ts";
import { fold, type Taken } from "./oracle.ts";
import { endParts } from "./processes.ts";
import { LIST } from "./script.ts";
import type { FaultPlan, World } from "./world.ts";

export const TRANSPORTS = ["embedded", "kafka"] as const;
export type Transport = (typeof TRANSPORTS)[number];

export interface FaultReport {
  readonly told: Told;
  readonly seconds: number;
  /** Processor seconds: of the processes that were killed or ended, and of the comparing. */
  readonly processor: { readonly lives: number; readonly comparing: number };
  /** Events of the list. */
  readonly listed: number;
  readonly acknowledged: number;
  /** Messages in the log: the list, and what was told again. */
  readonly messages: number;
  readonly kills: Readonly<Record<string, number>>;
  readonly killed: number;
  /** Broker and store restarted, members that joined and left, processes stopped for a while. */
  readonly others: Readonly<Record<string, number>>;
  /** Writers that stood still between two steps, by the step before. */
  readonly parked: Readonly<Record<string, number>>;
  readonly lives: number;
  readonly steps: number;
  readonly buckets: Found;
  readonly rolling: Found;
  readonly answers: Found & { readonly moments: number };
  /** Events that were acknowledged and are not in the log, by their place in the list. */
  readonly lost: readonly number[];
  /** Numbers that the product's own recount finds wrong. */
  readonly verified: number;
  readonly counted: number;
}

const readLog = async (bus: Bus): Promise<readonly Taken[]> => {
  const taken: Taken[] = [];
  for (const lane of LANES)
    for await (const { value, offset, appendedAt } of bus.read(FACTS, lane))
      taken.push({ fact: value, lane, offset, known: millisOf(appendedAt) });
  return taken;
};

/** Two facts are the same when all that they say is. */
const textOf = (value: unknown): string =>
  JSON.stringify(value, (_, part: unknown) =>
    part !== null && typeof part === "object" && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );

const processorSeconds = (since?: NodeJS.CpuUsage): number => {
  const { user, system } = process.cpuUsage(since);
  return Math.round((user + system) / 1e6);
};

const inspect = async ({ bus, store }: World, list: EventList, diary: Diary): Promise<FaultReport> => {
  const began = process.cpuUsage();
  const log = await readLog(bus);
  const there = new Set(log.map(({ fact }) => textOf(fact)));
  const reference = fold(log, Number.MAX_SAFE_INTEGER);
  const verified = await verify(store);
  const report = {
    told: list.told,
    seconds: 0,
    listed: list.facts.length,
    acknowledged: diary.acknowledged.size,
    others: Object.fromEntries(diary.others),
    parked: Object.fromEntries(diary.parked),
    messages: log.length,
    kills: Object.fromEntries(diary.kills),
    killed: diary.killed,
    lives: diary.lives,
    steps: diary.steps,
    buckets: await compareBuckets(store, reference),
    rolling: await compareRolling(store, reference),
    answers: { ...(await compareAnswers(store, diary.answers, log)), moments: diary.answers.length },
    lost: [...diary.acknowledged].filter((place) => !there.has(textOf(list.facts[place]))),
    verified: verified.differences.length,
    counted: [...reference.counted.values()].reduce((sum, mentions) => sum + mentions.length, 0),
  };
  return { ...report, processor: { lives: Math.round(diary.processor), comparing: processorSeconds(began) } };
};

/** Whether all is as it must be. */
export const isRight = (report: FaultReport): boolean =>
  [report.buckets, report.rolling, report.answers].every(({ compared, wrong }) => compared > 0 && wrong.length === 0) &&
  report.lost.length === 0 &&
  report.verified === 0;

/** Plays the plan's events and faults, lets the writers come to the end, and compares all that stands there with the reference. */
export const runFaults = async (transport: Transport, plan: FaultPlan): Promise<FaultReport> => {
  const started = performance.now();
  const folder = await mkdtemp(join(tmpdir(), "molva-faults-"));
  const diary = new Diary();
  const list = eventsOf(plan.seed, plan.events);
  await writeFile(join(folder, LIST), JSON.stringify(list.facts));
  try {
    const world = await (transport === "embedded" ? playEmbedded : playKafka)(plan, folder, diary);
    try {
      const report = await inspect(world, list, diary);
      return { ...report, seconds: Math.round((performance.now() - started) / 1000) };
    } finally {
      await world.close();
    }
  } finally {
    diary.over.abort(new Error("The run is over."));
    await endParts();
    await rm(folder, { recursive: true, force: true });
  }
};
