import { join } from "node:path";
import type { Bus, Store } from "@molva/contracts";
import { openEmbeddedBus, openStore } from "@molva/platform";
import { randomOf } from "../support/story.ts";
import type { Diary } from "./diary.ts";
import { startPart } from "./processes.ts";
import { DEATHS, GROUPS, type Life, type Wiring } from "./script.ts";
import { within } from "./waits.ts";
import type { FaultPlan, World } from "./world.ts";

/** LMDB and chDB in one folder: one process holds importer, log, store and two writers, and all of it is killed at once. */
export const playEmbedded = async (plan: FaultPlan, folder: string, diary: Diary): Promise<World> => {
  const wiring: Wiring = { transport: "embedded", folder };
  const random = randomOf(plan.seed + 1);
  for (let life = 0; life <= plan.kills; life += 1) {
    const isLast = life === plan.kills;
    const told: Life = {
      wiring,
      kind: plan.kind,
      piece: plan.piece,
      ends: true,
      seed: plan.seed * 1000 + life,
      roles: ["importer", "writers"],
      // The second group would set right in its turn what the first left wrong: it ends halfway.
      groups: life < plan.kills / 2 ? GROUPS : GROUPS.slice(0, 1),
      // Each life has its share to import, so that there is work left wherever it is to die.
      until: isLast ? Number.MAX_SAFE_INTEGER : Math.ceil((plan.events * (life + 1)) / (plan.kills + 1)),
      batch: plan.piece * (2 + Math.floor(random() * 8)),
      die: isLast ? null : { at: DEATHS[life % DEATHS.length] ?? "facts", time: 1 + Math.floor(random() * 6) },
    };
    const { died, code } = await within(diary, `the end of life ${life}`, startPart(told, diary).ended);
    if (!died && code !== 0) throw new Error(`life ${life} ended with ${code}: ${diary.errors.at(-1)}`);
    plan.say(`life ${life}: ${died ? `killed at ${told.die?.at}` : "through"}, ${diary.acknowledged.size} events in`);
  }
  const bus: Bus = await openEmbeddedBus({ dir: join(folder, "log") });
  const store: Store & AsyncDisposable = await openStore({ path: join(folder, "store") });
  return {
    bus,
    store,
    close: async () => {
      await bus.close();
      await store[Symbol.asyncDispose]();
    },
  };
};
