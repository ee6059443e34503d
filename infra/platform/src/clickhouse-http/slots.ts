import { Refusal } from "./refusal.ts";

/**
 * How many queries may be there at once, and how many of them the engine works on at the same time: each takes a thread
 * of Node's pool, and one must stay free for files, for the store's own statements, and for `KILL QUERY`.
 */
export interface Slots {
  /** Admits a query, or refuses it at once with 202. Call what it gives when the query is over. */
  admit(): () => void;
  /** Waits for a thread, works, gives it back. Nothing begins once the signal has aborted. */
  run<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T>;
  readonly open: number;
}

export const slotsOf = (queries: number, threads: number): Slots => {
  let open = 0;
  let busy = 0;
  const waiting: (() => void)[] = [];
  const release = (): void => {
    const next = waiting.shift();
    if (next === undefined) busy -= 1;
    else next();
  };
  return {
    get open() {
      return open;
    },
    admit: () => {
      if (open >= queries) throw new Refusal(202, `Too many simultaneous queries. Maximum: ${queries}`);
      open += 1;
      let over = false;
      return () => {
        if (over) return;
        over = true;
        open -= 1;
      };
    },
    run: async (signal, work) => {
      if (busy < threads) busy += 1;
      else
        await new Promise<void>((resolve) => {
          waiting.push(resolve);
        });
      try {
        signal.throwIfAborted();
        return await work();
      } finally {
        release();
      }
    },
  };
};
