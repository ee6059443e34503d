import { noteTopic, type Note } from "@molva/testing";
import type { Log, LogFields, Topic } from "@molva/contracts";

/** Notes of several brands, so that they lie in several partitions. */
export const spreadTopic = (name: string): Topic<Note> => ({
  ...noteTopic(name),
  key: ({ id }) => `brand-${id % 16}`,
});

interface Heard {
  readonly log: Log;
  readonly events: readonly string[];
  /** Resolves once an event was logged so many times in all. */
  heard(event: string, times: number): Promise<LogFields | undefined>;
}

/** A log that a test can wait on. */
export const listeningLog = (): Heard => {
  const events: string[] = [];
  const waiting: { event: string; times: number; resolve: (fields: LogFields | undefined) => void }[] = [];
  const count = (event: string): number => events.filter((each) => each === event).length;
  const take = (event: string, fields?: LogFields): void => {
    events.push(event);
    for (const waiter of waiting) if (waiter.event === event && count(event) >= waiter.times) waiter.resolve(fields);
  };
  return {
    events,
    log: { debug: take, info: take, warn: take, error: take },
    heard: (event, times) =>
      new Promise((resolve) => {
        if (count(event) >= times) resolve(undefined);
        else waiting.push({ event, times, resolve });
      }),
  };
};
