import { isPipelineError, type Batch, type Fact, type Store } from "@molva/contracts";
import { stageOver } from "../../src/stage.ts";
import { parkedSteps, type Kind } from "../support/parked.ts";

/** Writers that nobody waits for: each stands between what its reduce has read and what it writes until it is woken, when all others are through. */
export interface Sleepers {
  /** How many sleep. */
  readonly count: number;
  /** A writer more, with half of the batch. Resolves when it has read and sleeps: whatever is written from now on, it does not know. */
  add(batch: Batch<Fact>, signal: AbortSignal): Promise<void>;
  /** They write what they had read, and end. @throws what they threw, but for a store that was away: such a writer is gone, as one that died. */
  wake(): Promise<void>;
}

const isAway = (error: unknown): boolean => isPipelineError(error) && error.recovery === "retry";

export const sleepersOver = (store: Store, kind: Kind, random: () => number): Sleepers => {
  const asleep: Promise<unknown>[] = [];
  let wakeAll = (): void => {};
  const morning = new Promise<void>((resolve) => (wakeAll = resolve));
  return {
    get count() {
      return asleep.length;
    },
    add: (batch, signal) =>
      new Promise((hasRead) => {
        const gate = (): Promise<void> => {
          hasRead();
          return morning;
        };
        const messages = batch.messages.filter(() => random() < 0.5);
        const work = async (): Promise<unknown> => {
          try {
            await stageOver(parkedSteps(store, kind, gate)).process({ ...batch, messages }, signal);
          } catch (error) {
            if (!isAway(error)) return error;
          } finally {
            // Where nothing was to be reduced, nobody came to the gate.
            hasRead();
          }
          return null;
        };
        asleep.push(work());
      }),
    wake: async () => {
      wakeAll();
      for (const error of await Promise.all(asleep)) if (error !== null) throw error;
    },
  };
};
