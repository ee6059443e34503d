import type { Changes } from "./changes.ts";
import type { Runtime } from "./runtime.ts";

const LOOK_EVERY_MS = 2_000;

/**
 * Changes that other processes make: while anybody listens, the log is asked every two seconds how far the stages are, and
 * what has changed is announced.
 */
export const changesElsewhere = (changes: Changes, progress: Pick<Runtime, "horizon" | "lag">): Changes => {
  let known = "";
  let asking = false;
  const look = async (): Promise<void> => {
    const seen = JSON.stringify([await progress.horizon(), await progress.lag()]);
    if (seen === known) return;
    known = seen;
    changes.announce();
  };
  const ask = (): void => {
    if (asking) return;
    asking = true;
    // A log that is away is told by readiness, and by the page's own questions.
    void look()
      .catch(() => undefined)
      .finally(() => (asking = false));
  };
  let listeners = 0;
  let timer: NodeJS.Timeout | undefined;
  return {
    announce: () => changes.announce(),
    listen(listener) {
      const end = changes.listen(listener);
      listeners += 1;
      timer ??= setInterval(ask, LOOK_EVERY_MS);
      let listening = true;
      return () => {
        end();
        if (!listening) return;
        listening = false;
        listeners -= 1;
        if (listeners > 0) return;
        clearInterval(timer);
        timer = undefined;
      };
    },
  };
};
