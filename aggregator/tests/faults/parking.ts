/** Who of the writers of a process may go on, and who stands parked while the others do. */
export interface Parking {
  /** A writer says that it begins or ends its work. */
  begin(writer: string): void;
  end(writer: string): void;
  /** Between two steps, the one before being `after`: now and then it resolves only after others have done some steps, or have nothing to do. */
  pass(writer: string, after: string, often?: number): Promise<void>;
  /** Who works, and who stands for how many steps of the others. */
  state(): string;
}

interface Waiting {
  readonly writer: string;
  /** Steps of others that it waits for. */
  steps: number;
  readonly go: () => void;
}

const LONGEST = 24;

/** @param usually how many of the gates are shut, 0…1, where a writer does not say otherwise */
export const parkingOf = (random: () => number, usually: number, onStand: (after: string) => void): Parking => {
  const working = new Set<string>();
  const waiting = new Set<Waiting>();
  const isAnyoneFree = (): boolean =>
    [...working].some((writer) => ![...waiting].some((waiter) => waiter.writer === writer));
  const release = (one: Waiting): void => {
    waiting.delete(one);
    one.go();
  };
  const wake = (): void => {
    for (const one of waiting) if (one.steps <= 0) release(one);
    if (waiting.size === 0 || isAnyoneFree()) return;
    // All stand. Whoever goes on, it is not always the one that has waited longest: that would keep their order.
    release([...waiting][Math.floor(random() * waiting.size)] as Waiting);
  };
  return {
    begin: (writer) => void working.add(writer),
    end: (writer) => {
      working.delete(writer);
      wake();
    },
    pass: async (writer, after, often = usually) => {
      for (const other of waiting) if (other.writer !== writer) other.steps -= 1;
      if (random() >= often) {
        wake();
        return;
      }
      onStand(after);
      await new Promise<void>((go) => {
        // For a step, or for several batches of the others.
        waiting.add({ writer, steps: 1 + Math.floor(random() * LONGEST), go });
        wake();
      });
    },
    state: () =>
      `${working.size} writers at work, parked: ${[...waiting].map((one) => `${one.writer} for ${one.steps} steps`).join(", ") || "none"}`,
  };
};
