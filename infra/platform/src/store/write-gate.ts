import type { Store } from "@molva/contracts";

export interface WriteGate<S extends Store> {
  /** The same store; while the gate is shut, what writes waits before it. Reads pass. */
  readonly store: S;
  /**
   * Shuts the gate, waits for the writes that have begun, does the work, and opens it again. A second caller waits for the first.
   */
  whileShut<T>(work: () => Promise<T>): Promise<T>;
}

/** A gate before all that writes, so that a copy can be taken at a moment at which nothing changes. */
export const writeGate = <S extends Store>(store: S): WriteGate<S> => {
  let shut: Promise<unknown> = Promise.resolve();
  const running = new Set<Promise<unknown>>();
  const pass = async <T>(work: () => Promise<T>): Promise<T> => {
    for (let before: Promise<unknown> | null = null; before !== shut;) {
      before = shut;
      await before;
    }
    const write = work();
    running.add(write);
    try {
      return await write;
    } finally {
      running.delete(write);
    }
  };
  const whileShut = <T>(work: () => Promise<T>): Promise<T> => {
    const turn = shut.then(async () => {
      await Promise.allSettled(running);
      return work();
    });
    shut = turn.catch(() => {});
    return turn;
  };
  return {
    store: {
      ...store,
      insert: (table, rows) => pass(() => store.insert(table, rows)),
      execute: (command, params) => pass(() => store.execute(command, params)),
    },
    whileShut,
  };
};
