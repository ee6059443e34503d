import { join } from "node:path";
import type { Bus, Checkpoints, Clock, Log, Store } from "@molva/contracts";
import { openEmbeddedBus, openStore } from "@molva/platform";
import { openHttpStore, openKafkaBus, storeCheckpoints, type KafkaOptions } from "./pending.ts";

/** One process with log and store in its folder, or several around a Kafka and a ClickHouse. */
export type Mode =
  | { readonly mode: "embedded"; readonly dataDir: string; readonly database: string }
  | {
      readonly mode: "distributed";
      readonly kafka: Omit<KafkaOptions, "log" | "onStep">;
      readonly store: {
        readonly url: string;
        readonly user: string;
        readonly password: string;
        readonly database: string;
      };
    };

export interface Platform extends AsyncDisposable {
  readonly bus: Bus;
  readonly store: Store;
  readonly checkpoints: Checkpoints;
  /** Other processes work on it too: what they change is seen only by asking. */
  readonly shared: boolean;
}

/** Whether a process needs the data folder for itself. */
export const holdsFolder = (mode: Mode): boolean => mode.mode === "embedded";

/** The one place that knows which mode we run in. Nothing below it may ask. */
export const compose = async (mode: Mode, log: Log, clock: Clock): Promise<Platform> =>
  mode.mode === "embedded" ? openEmbedded(mode, log, clock) : openDistributed(mode, log);

const openEmbedded = async (
  { dataDir, database }: Extract<Mode, { mode: "embedded" }>,
  log: Log,
  clock: Clock,
): Promise<Platform> => {
  const bus = await openEmbeddedBus({ dir: join(dataDir, "log"), clock: () => Date.parse(clock()) });
  return withStore(
    bus,
    () => openStore({ path: join(dataDir, "store"), database, log }),
    () => bus.checkpoints,
    false,
  );
};

const openDistributed = async (
  { kafka, store }: Extract<Mode, { mode: "distributed" }>,
  log: Log,
): Promise<Platform> => {
  const bus = await openKafkaBus({ ...kafka, log });
  return withStore(bus, () => openHttpStore({ ...store, log }), storeCheckpoints, true);
};

const withStore = async (
  bus: Bus,
  open: () => Promise<Store>,
  checkpointsOf: (store: Store) => Checkpoints,
  shared: boolean,
): Promise<Platform> => {
  try {
    const store = await open();
    return {
      bus,
      store,
      checkpoints: checkpointsOf(store),
      shared,
      async [Symbol.asyncDispose]() {
        await bus.close();
        await store.close();
      },
    };
  } catch (error) {
    await bus.close();
    throw error;
  }
};
