import type { Io } from "./io.ts";
import { progressBar } from "./progress.ts";
import type { Runtime } from "./runtime.ts";

const LOOK_EVERY_MS = 200;
/** After so long without a message worked off it is told what is waited for. */
const STILL_AFTER_MS = 10_000;

/** Waits until every number follows from what stands in the log, with a bar for as long as that takes. */
export const settledWithBar = async (runtime: Runtime, io: Io): Promise<void> => {
  const bar = progressBar(io, "Labelling and counting", "messages");
  // A mention passes the log twice, as an observation and as a fact: the lag may grow before it falls.
  let most = 0;
  let [last, since, said] = [-1, performance.now(), false];
  const look = async (): Promise<void> => {
    const lag = await runtime.lag();
    most = Math.max(most, lag);
    bar.update(most - lag, most);
    if (lag !== last) [last, since, said] = [lag, performance.now(), false];
    if (said || lag === 0 || performance.now() - since < STILL_AFTER_MS) return;
    said = true;
    io.err(
      `Waiting for ${lag} messages to be labelled and counted, and nothing moves: is a process with the classifier and the aggregator running (molva start --only classifier,aggregator)? The log has every row; Ctrl-C ends the waiting, not the work.\n`,
    );
  };
  const timer = setInterval(() => void look().catch(() => undefined), LOOK_EVERY_MS);
  try {
    await runtime.settled(io.signal);
  } finally {
    clearInterval(timer);
    bar.end();
  }
};
