import type { Engine, EngineConnection } from "../store/engine.ts";
import { Refusal } from "./refusal.ts";

interface Session {
  readonly connection: EngineConnection;
  busy: boolean;
  timer: NodeJS.Timeout | undefined;
}

/** Connections that outlive a request: those that a `session_id` names. */
export interface Sessions {
  /** @throws {Refusal} 372 (none of that name, and one was asked for), 373 (a query is running in it), 202 (too many). */
  take(user: string, id: string, options: { readonly check: boolean; readonly seconds: number }): TakenSession;
  close(): void;
}
export interface TakenSession {
  readonly connection: EngineConnection;
  readonly fresh: boolean;
  /** Begins its time-out. */
  release(): void;
}

export const MAX_SESSION_SECONDS = 3_600;

export const sessionsOf = (engine: Engine, most: number): Sessions => {
  const sessions = new Map<string, Session>();
  const end = (key: string): void => {
    const session = sessions.get(key);
    sessions.delete(key);
    clearTimeout(session?.timer);
    if (session?.busy === false) session.connection.close();
  };
  return {
    take: (user, id, { check, seconds }) => {
      const key = `${user}\0${id}`;
      const known = sessions.get(key);
      if (known === undefined && check) throw new Refusal(372, "Session not found");
      if (known?.busy === true) throw new Refusal(373, "Session is locked by a concurrent client");
      if (known === undefined && sessions.size >= most) throw new Refusal(202, `Too many sessions. Maximum: ${most}`);
      const session = known ?? { connection: engine.connect(), busy: false, timer: undefined };
      sessions.set(key, session);
      session.busy = true;
      clearTimeout(session.timer);
      return {
        connection: session.connection,
        fresh: known === undefined,
        release: () => {
          session.busy = false;
          if (sessions.get(key) !== session) return session.connection.close();
          session.timer = setTimeout(() => end(key), seconds * 1_000);
          session.timer.unref();
        },
      };
    },
    close: () => {
      for (const key of sessions.keys()) end(key);
    },
  };
};
