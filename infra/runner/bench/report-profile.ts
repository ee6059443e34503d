import type { Store } from "@molva/contracts";

export interface Spent {
  readonly name: string;
  readonly times: number;
  /** Of all cores, milliseconds. */
  readonly cpuMs: number;
}

/**
 * A store that notes what its questions take, and all the rest of the process's work as `the rest`. What runs at the same time is counted with each, so
 * the parts may add up to more than the whole.
 */
export const profiled = (store: Store): { readonly store: Store; readonly spent: () => readonly Spent[] } => {
  const found = new Map<string, { times: number; cpuMs: number }>();
  const began = process.cpuUsage();
  const timed = async <T>(name: string, work: () => Promise<T>): Promise<T> => {
    const from = process.cpuUsage();
    try {
      return await work();
    } finally {
      const { user, system } = process.cpuUsage(from);
      const known = found.get(name) ?? { times: 0, cpuMs: 0 };
      found.set(name, { times: known.times + 1, cpuMs: known.cpuMs + (user + system) / 1000 });
    }
  };
  const watched: Store = {
    ...store,
    query: (query, params) => timed(query.name, () => store.query(query, params)),
    insert: (table, rows) => timed(`insert ${table.name}`, () => store.insert(table, rows)),
  };
  return {
    store: watched,
    spent: () => {
      const { user, system } = process.cpuUsage(began);
      const asked = [...found].map(([name, { times, cpuMs }]) => ({ name, times, cpuMs }));
      const rest = (user + system) / 1000 - asked.reduce((sum, one) => sum + one.cpuMs, 0);
      return [...asked.toSorted((a, b) => b.cpuMs - a.cpuMs), { name: "the rest", times: 1, cpuMs: rest }];
    },
  };
};
