import type { Log } from "@molva/contracts";

export type Telling = (what: string, done: number, of: number, secondsLeft: number | null) => void;

export const silent: Log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

/** One line on stderr for each new step. */
export const createTelling = (): Telling => {
  let last = "";
  return (what, done, of, secondsLeft) => {
    if (what === last) return;
    last = what;
    process.stderr.write(
      `${what} (${done}/${of}${secondsLeft === null ? "" : `, ${Math.round(secondsLeft)} s left`})\n`,
    );
  };
};
