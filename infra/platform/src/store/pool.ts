import type { Session } from "./session.ts";

interface Waiting {
  readonly resolve: (session: Session) => void;
  readonly reject: (reason: unknown) => void;
}

/** Hands out sessions so that none runs two statements at once. First come, first served. */
export interface Pool {
  /**
   * Runs `work` alone on one session. With a signal the promise rejects at once when it aborts; the session stays taken
   * until the engine has finished.
   */
  use<T>(work: (session: Session) => Promise<T>, signal?: AbortSignal): Promise<T>;
  /** Refuses whoever waits, then resolves when every session has finished and is closed. */
  close(reason: Error): Promise<void>;
}

const aborted = (signal: AbortSignal): Promise<never> & { stop(): void } => {
  let stop = (): void => {};
  const promise = new Promise<never>((_, reject) => {
    const abort = (): void => reject(signal.reason as Error);
    signal.addEventListener("abort", abort, { once: true });
    stop = () => signal.removeEventListener("abort", abort);
  });
  return Object.assign(promise, { stop: () => stop() });
};

const orAborted = async <T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> => {
  if (signal === undefined) return promise;
  const abort = aborted(signal);
  try {
    return await Promise.race([promise, abort]);
  } finally {
    abort.stop();
  }
};

export const poolOf = (sessions: readonly Session[]): Pool => {
  const idle = [...sessions];
  const queue: Waiting[] = [];
  const running = new Set<Promise<unknown>>();
  let closed: Error | null = null;

  const release = (session: Session): void => {
    const next = queue.shift();
    if (next === undefined) idle.push(session);
    else next.resolve(session);
  };

  const acquire = async (signal: AbortSignal | undefined): Promise<Session> => {
    const session = idle.pop();
    if (session !== undefined) return session;
    let waiting: Waiting | null = null;
    const turn = new Promise<Session>((resolve, reject) => {
      waiting = { resolve, reject };
      queue.push(waiting);
    });
    try {
      return await orAborted(turn, signal);
    } catch (error) {
      const at = queue.indexOf(waiting as unknown as Waiting);
      if (at >= 0) queue.splice(at, 1);
      // The turn may have come in the very moment of the abort.
      else if (closed === null) void turn.then(release, () => {});
      throw error;
    }
  };

  return {
    use: async (work, signal) => {
      if (closed !== null) throw closed;
      signal?.throwIfAborted();
      const session = await acquire(signal);
      if (signal?.aborted === true) {
        release(session);
        throw signal.reason;
      }
      const result = work(session);
      const settled = result.then(
        () => release(session),
        () => release(session),
      );
      running.add(settled);
      void settled.then(() => running.delete(settled));
      return orAborted(result, signal);
    },
    close: async (reason) => {
      if (closed !== null) return;
      closed = reason;
      for (const waiting of queue.splice(0)) waiting.reject(reason);
      await Promise.all(running);
      await Promise.all(sessions.map((session) => session.close()));
    },
  };
};
