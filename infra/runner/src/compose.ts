import { join } from "node:path";
import type { Bus, Checkpoints, Clock, Log, Store } from "@molva/contracts";
import {
  linkStore,
  openEmbeddedBus,
  openKafkaBus,
  openStore,
  storeCheckpoints,
  writeGate,
  type ClusterOptions,
  type EmbeddedStore,
  type KafkaOptions,
} from "@molva/platform";

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
        readonly cluster?: ClusterOptions;
      };
    };

export interface Platform extends AsyncDisposable {
  readonly bus: Bus;
  readonly store: Store;
  readonly checkpoints: Checkpoints;
  /** The engine in this process, for `serveClickHouse`; null where the store is a server. */
  readonly engine: EmbeddedStore["engine"] | null;
  /** Copies log and store as they stand at one moment into an empty folder of the same disk; null where they are servers. */
  readonly snapshot: ((folder: string) => Promise<void>) | null;
  /** Other processes work on it too: what they change is seen only by asking. */
  readonly shared: boolean;
}

/** Whether a process needs the data folder for itself. */
export const holdsFolder = (mode: Mode): boolean => mode.mode === "embedded";

/** The one place that knows which mode we run in. Nothing below it may ask. */
export const compose = async (mode: Mode, log: Log, clock: Clock): Promise<Platform> => {
  if (mode.mode === "distributed") {
    const bus = await openKafkaBus({ ...mode.kafka, log });
    return over(bus, async () => {
      const store = await openStore({ ...mode.store, log });
      return { store, checkpoints: storeCheckpoints(store), engine: null, snapshot: null, shared: true };
    });
  }
  const { dataDir, database } = mode;
  const bus = await openEmbeddedBus({ dir: join(dataDir, "log"), clock: () => Date.parse(clock()) });
  return over(bus, async () => {
    const store = await openStore({ path: join(dataDir, "store"), database, log });
    const { store: gated, whileShut } = writeGate(store);
    // Shut, the store holds whole batches and the begun part of one; whatever began it is in the log, and not acknowledged there.
    const snapshot = (folder: string): Promise<void> =>
      whileShut(async () => {
        await linkStore(store, join(dataDir, "store"), join(folder, "store"));
        await bus.copyTo(join(folder, "log"));
      });
    return { store: gated, checkpoints: bus.checkpoints, engine: store.engine, snapshot, shared: false };
  });
};

/** The log is there already: it is let go of when the rest does not open. */
const over = async (
  bus: Bus,
  open: () => Promise<Omit<Platform, "bus" | keyof AsyncDisposable>>,
): Promise<Platform> => {
  try {
    const rest = await open();
    return {
      ...rest,
      bus,
      async [Symbol.asyncDispose]() {
        await bus.close();
        await rest.store.close();
      },
    };
  } catch (error) {
    await bus.close();
    throw error;
  }
};
