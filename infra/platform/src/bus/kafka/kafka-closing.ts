import { kafkaClosed } from "./kafka-errors.ts";

/** The end of a log's client, for those who wait for the brokers meanwhile. */
export interface Closing {
  readonly isOver: boolean;
  /**
   * As `work` does, or rejects when the client is closed before it ends; closed already, nothing is begun. kafkajs goes on for half a minute to ask over connections that nobody opens any more.
   * @throws {PipelineError} `BUS_UNAVAILABLE` (retry) when the client is closed, and what `work` throws.
   */
  orClosed<R>(work: () => Promise<R>): Promise<R>;
  end(): void;
}

export const createClosing = (brokers: readonly string[]): Closing => {
  let isOver = false;
  const waiting = new Set<() => void>();
  return {
    get isOver() {
      return isOver;
    },
    orClosed: (work) =>
      new Promise((resolve, reject) => {
        const refuse = (): void => reject(kafkaClosed(brokers));
        if (isOver) {
          refuse();
          return;
        }
        waiting.add(refuse);
        void work()
          .then(resolve, reject)
          .finally(() => waiting.delete(refuse));
      }),
    end: () => {
      isOver = true;
      for (const refuse of waiting) refuse();
    },
  };
};
