import { join } from "node:path";
import type { Bus, Checkpoints, Clock, Log, Store } from "@molva/contracts";
import { openEmbeddedBus, openStore } from "@molva/platform";

/** How Molva runs. A second mode, `distributed`, comes with its adapters; this type is where it is added. */
export type Mode = { readonly mode: "embedded"; readonly dataDir: string };

export interface Platform extends AsyncDisposable {
  readonly bus: Bus;
  readonly store: Store;
  readonly checkpoints: Checkpoints;
}

/** The one place that knows which mode we run in. Nothing below it may ask. */
export const compose = async (mode: Mode, log: Log, clock: Clock): Promise<Platform> => {
  const bus = await openEmbeddedBus({ dir: join(mode.dataDir, "log"), clock: () => Date.parse(clock()) });
  try {
    const store = await openStore({ path: join(mode.dataDir, "store"), log });
    return {
      bus,
      store,
      checkpoints: bus.checkpoints,
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
