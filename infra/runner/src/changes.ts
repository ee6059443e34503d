/** Tells listeners that something may read differently now. */
export interface Changes {
  announce(): void;
  /** @returns what ends the listening */
  listen(listener: () => void): () => void;
}

export const createChanges = (): Changes => {
  const listeners = new Set<() => void>();
  return {
    announce() {
      for (const listener of listeners) listener();
    },
    listen(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
};
