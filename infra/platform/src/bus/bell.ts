/** Wakes everyone who waits, once. Whoever waits checks its condition first and again after: no ring is lost in one thread. */
export interface Bell {
  ring(): void;
  heard(): Promise<void>;
}

export const createBell = (): Bell => {
  let waiting: (() => void)[] = [];
  return {
    ring: () => {
      const woken = waiting;
      waiting = [];
      for (const wake of woken) wake();
    },
    heard: () => new Promise<void>((resolve) => waiting.push(resolve)),
  };
};
