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

const waitingTurn = (): Waiting & { readonly promise: Promise<Session> } => {
  let settle: Waiting = { resolve: () => {}, reject: () => {} };
  const promise = new Promise<Session>((resolve, reject) => {
    settle = { resolve, reject };
  });
  return { ...settle, promise };
};

export const poolOf = (sessions: readonly Session[]): Pool => {
  const idle = [...sessions];
  const queue: Waiting[] = [];
  let closed: Error | null = null;
  let closing: Promise<void> | null = null;
  let allIdle = (): void => {};

  const release = (session: Session): void => {
    const next = queue.shift();
    if (next !== undefined) next.resolve(session);
    else if (idle.push(session) === sessions.length) allIdle();
  };

  const acquire = async (signal: AbortSignal | undefined): Promise<Session> => {
    const session = idle.pop();
    if (session !== undefined) return session;
    const turn = waitingTurn();
    queue.push(turn);
    try {
      return await orAborted(turn.promise, signal);
    } catch (error) {
      const at = queue.indexOf(turn);
      if (at >= 0) queue.splice(at, 1);
      // The turn may have come in the very moment of the abort.
      else void turn.promise.then(release, () => {});
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
      const done = (): void => release(session);
      result.then(done, done);
      return orAborted(result, signal);
    },
    close: async (reason) => {
      if (closing !== null) return closing;
      closed = reason;
      for (const waiting of queue.splice(0)) waiting.reject(reason);
      const finished = new Promise<void>((resolve) => {
        allIdle = resolve;
      });
      if (idle.length === sessions.length) allIdle();
      closing = finished.then(async () => {
        await Promise.all(sessions.map(async (session) => session.close()));
      });
      return closing;
    },
  };
};
