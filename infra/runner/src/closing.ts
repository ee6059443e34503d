import { PipelineError } from "@molva/contracts";

/** Who creates it closes it, in reverse order. (Node 20 has no `AsyncDisposableStack`.) */
export interface Closing extends AsyncDisposable {
  /** Remembers how to close what was just opened. */
  add(close: () => Promise<unknown>): void;
}

/**
 * Closes all, the last opened first, also when one of them fails; the first failure is thrown at the end.
 * @param deadlineMs for all together; what has not closed by then is left to the end of the process, and said.
 */
export const closing = (deadlineMs = 30_000): Closing => {
  const steps: (() => Promise<unknown>)[] = [];
  const all = async (): Promise<void> => {
    let failure: unknown = null;
    for (let close = steps.pop(); close !== undefined; close = steps.pop()) {
      await close().catch((error: unknown) => (failure ??= error));
    }
    if (failure !== null) throw failure instanceof Error ? failure : new Error(String(failure));
  };
  return {
    add: (close) => void steps.push(close),
    async [Symbol.asyncDispose]() {
      let timer: NodeJS.Timeout | undefined;
      const late = new Promise<never>((_, reject) => {
        const error = () =>
          new PipelineError(`Not everything closed within ${deadlineMs / 1000} s; what was acknowledged is kept`, {
            code: "STORE_UNAVAILABLE",
            recovery: "exit",
          });
        timer = setTimeout(() => reject(error()), deadlineMs);
      });
      try {
        await Promise.race([all(), late]);
      } finally {
        clearTimeout(timer);
      }
    },
  };
};
