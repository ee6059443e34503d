import type { Io } from "./io.ts";
import { progressBar } from "./progress.ts";
import type { Runtime } from "./runtime.ts";

const LOOK_EVERY_MS = 200;

/** Waits until every number follows from what stands in the log, with a bar for as long as that takes. */
export const settledWithBar = async (runtime: Runtime, io: Io): Promise<void> => {
  const bar = progressBar(io, "Labelling and counting", "messages");
  // A mention passes the log twice, as an observation and as a fact: the lag may grow before it falls.
  let most = 0;
  const look = async (): Promise<void> => {
    const lag = await runtime.lag();
    most = Math.max(most, lag);
    bar.update(most - lag, most);
  };
  const timer = setInterval(() => void look().catch(() => undefined), LOOK_EVERY_MS);
  try {
    await runtime.settled(io.signal);
  } finally {
    clearInterval(timer);
    bar.end();
  }
};
