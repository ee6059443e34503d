import { setTimeout as delay } from "node:timers/promises";
import { FACTS, isPipelineError, type Bus, type Store } from "@molva/contracts";
import { openKafkaBus, openStore } from "@molva/platform";
import { freePort, startBroker, type Broker } from "@molva/testing";
import { randomOf } from "../support/story.ts";
import { answerAt } from "./compare.ts";
import type { Diary } from "./diary.ts";
import { FAULT_BRANDS } from "./events.ts";
import { startPart, type Running } from "./processes.ts";
import { DEATHS, GROUPS, PARTITIONS, STEP_DEATHS, STORE_USER, type Life, type Wiring } from "./script.ts";
import { within } from "./waits.ts";
import type { FaultPlan, World } from "./world.ts";

const QUIET = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };
/** The import goes on when the writers have no more than this part of the list before them: every fault meets work, and the horizon moves. */
const BEHIND = 1 / 40;
const LOOK_EVERY_MS = 250;
/** A member that stands still for longer than its session is a ghost: another has its partitions when it goes on. */
const GHOST_MS = 4000;
/** Of the kills, what each of the two members suffers; and rounds, in each of which the importer dies twice. Broker and store have the rest. */
const MEMBER_DEATHS = 0.18;
const ROUNDS = 0.25;
/** A process that fails so often in a row will not come up any more. */
const HOPELESS = 15;

interface Kept {
  readonly running: () => Running;
  /** Rejects when it does not come up any more. */
  readonly failed: Promise<never>;
  /** SIGTERM, and no life after this one. */
  end(): Promise<void>;
}

/** A process that is started again whenever it is gone. */
const keep = (lifeOf: (nth: number) => Life, diary: Diary): Kept => {
  let isOver = false;
  const isDone = (): boolean => isOver || diary.over.signal.aborted;
  let running = startPart(lifeOf(0), diary);
  const living = (async () => {
    let failures = 0;
    for (let nth = 1; !isDone(); nth += 1) {
      const { died, code } = await running.ended;
      failures = died || code === 0 || code === null ? 0 : failures + 1;
      if (failures > HOPELESS) throw new Error(`does not come up: ${diary.errors.at(-1)}`);
      if (!isDone()) running = startPart(lifeOf(nth), diary);
    }
  })();
  const failed = living.then(() => new Promise<never>(() => {}));
  failed.catch(() => {});
  return {
    running: () => running,
    failed,
    end: async () => {
      isOver = true;
      running.child.kill("SIGTERM");
      await running.ended;
      await living;
    },
  };
};

/** Kafka, the store over HTTP, an importer and three writers' processes that join, leave, stand still and die. */
export const playKafka = async (plan: FaultPlan, folder: string, diary: Diary): Promise<World> => {
  const broker = await startBroker();
  try {
    return await playOn(broker, plan, folder, diary);
  } catch (error) {
    await broker.close();
    throw error;
  }
};

const playOn = async (broker: Broker, plan: FaultPlan, folder: string, diary: Diary): Promise<World> => {
  const random = randomOf(plan.seed + 2);
  const storePort = await freePort();
  const wiring: Wiring = { transport: "kafka", folder, brokers: broker.brokers, storePort };
  let lives = 0;
  const lifeOf = (told: Pick<Life, "roles" | "groups" | "die"> & Partial<Life>): Life => ({
    wiring,
    kind: plan.kind,
    piece: plan.piece,
    ends: false,
    until: 0,
    seed: plan.seed * 1000 + (lives += 1),
    batch: plan.piece * (2 + Math.floor(random() * 5)),
    ...told,
  });
  const later = (ms: number): Promise<void> => delay(ms, undefined, { signal: diary.over.signal });
  /** What a broker or a store that was killed refuses for now, it does later. */
  const patiently = async <T>(work: () => Promise<T>): Promise<T> => {
    for (;;) {
      try {
        return await work();
      } catch (error) {
        if (!isPipelineError(error) || error.recovery !== "retry") throw error;
        await later(LOOK_EVERY_MS);
      }
    }
  };
  const kept: Kept[] = [];
  const during = <T>(what: string, work: Promise<T>): Promise<T> =>
    within(diary, what, Promise.race([work, ...kept.map((each) => each.failed)]));

  const storing = keep(() => lifeOf({ roles: ["store"], groups: [], die: null }), diary);
  kept.push(storing);
  await during("the store to serve", storing.running().said("serving"));
  const url = `http://127.0.0.1:${storePort}`;
  const store: Store & AsyncDisposable = await openStore({ url, user: STORE_USER.name, password: STORE_USER.password });
  const bus: Bus = await openKafkaBus({ brokers: broker.brokers, partitions: PARTITIONS, log: QUIET });

  const deaths = Math.ceil(plan.kills * MEMBER_DEATHS);
  const memberOf = (offset: number): Kept =>
    keep(
      (nth) =>
        lifeOf({
          roles: ["writers"],
          groups: GROUPS.slice(0, 1),
          die:
            nth < deaths
              ? { at: STEP_DEATHS[(nth + offset) % STEP_DEATHS.length] ?? "facts", time: 1 + Math.floor(random() * 12) }
              : null,
        }),
      diary,
    );
  const members = [memberOf(0), memberOf(4)];
  kept.push(...members);
  let guest: Running | null = null;
  const comeOrGo = async (isEarly: boolean): Promise<void> => {
    if (guest === null) {
      diary.add(diary.others, "members joined");
      guest = startPart(
        lifeOf({ roles: ["writers"], groups: isEarly ? GROUPS : GROUPS.slice(0, 1), die: null }),
        diary,
      );
      return;
    }
    diary.add(diary.others, "members left");
    const leaving = guest;
    guest = null;
    leaving.child.kill("SIGTERM");
    await during("a member that leaves", leaving.ended);
  };

  const imports = Math.max(3, Math.ceil(plan.kills * ROUNDS));
  const importDeaths = DEATHS.filter((death) => !STEP_DEATHS.includes(death));
  /** Each round but the last kills it twice on its way. */
  const importing = async (round: number): Promise<void> => {
    const isLast = round === imports - 1;
    const until = isLast ? Number.MAX_SAFE_INTEGER : Math.ceil((plan.events * (round + 1)) / imports);
    for (let left = isLast ? 0 : 2; left >= 0; left -= 1) {
      const at = importDeaths[(2 * round + left) % importDeaths.length] ?? "placed";
      const die = left === 0 ? null : { at, time: 1 + Math.floor(random() * 5) };
      const told = lifeOf({ roles: ["importer"], groups: [], die, ends: true, until });
      const { died, code } = await during(`the importer of round ${round + 1}`, startPart(told, diary).ended);
      if (!died && code !== 0) throw new Error(`the importer ended with ${code}: ${diary.errors.at(-1)}`);
    }
  };
  const caughtUp = (): Promise<void> =>
    patiently(async () => {
      while ((await bus.progress(FACTS, GROUPS[0])).lag > plan.events * BEHIND) await later(LOOK_EVERY_MS);
    });
  const answer = (): Promise<void> =>
    patiently(async () => {
      const { horizon } = await bus.progress(FACTS, GROUPS[0]);
      if (horizon !== null) diary.answers.push(await answerAt(store, horizon, FAULT_BRANDS));
    });
  const breaking = async (round: number): Promise<void> => {
    if (round % 3 === 1) {
      await broker.kill();
      diary.add(diary.kills, "broker");
      await during("the broker to come back", broker.restart());
    }
    if (round % 4 === 2) {
      diary.add(diary.kills, "store");
      storing.running().child.kill("SIGKILL");
    }
    const ghost = members[round % members.length]?.running().child;
    ghost?.kill("SIGSTOP");
    diary.add(diary.others, "members stopped for longer than their session");
    await later(GHOST_MS);
    ghost?.kill("SIGCONT");
    if (round % 2 === 0) await comeOrGo(round < imports / 2);
  };

  for (let round = 0; round < imports; round += 1) {
    await Promise.all([importing(round), breaking(round)]);
    await during(`the group to have read what round ${round + 1} imported`, caughtUp());
    await during("an answer", answer());
    plan.say(`round ${round + 1} of ${imports}: ${diary.acknowledged.size} events in, ${diary.killed} killed`);
  }
  await during(
    "the group to have read everything",
    patiently(() => bus.settled(FACTS, GROUPS[0])),
  );
  if (guest !== null) await comeOrGo(false);
  await during("the members to end", Promise.all(members.map((member) => member.end())));
  return {
    bus,
    store,
    close: async () => {
      await bus.close();
      await store[Symbol.asyncDispose]();
      await within(diary, "the store to end", storing.end());
      await broker.close();
    },
  };
};
