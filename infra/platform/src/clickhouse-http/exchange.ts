import type { IncomingMessage, ServerResponse } from "node:http";
import { setTimeout as pause } from "node:timers/promises";
import type { Answering } from "./answer.ts";
import type { Engine } from "../store/engine.ts";
import { chosenEncoding } from "./encodings.ts";
import { headerLines } from "./formats.ts";
import type { HttpLimits } from "./limits.ts";
import { prepareOnce, prepareSession } from "./prepare.ts";
import { readQuery } from "./query.ts";
import { Refusal } from "./refusal.ts";
import { paramStatement, runQuery } from "./run-query.ts";
import { MAX_SESSION_SECONDS, sessionsOf, type TakenSession } from "./sessions.ts";
import { askedSettings, settingStatements } from "./settings.ts";
import { slotsOf } from "./slots.ts";
import type { EngineNames } from "./statement.ts";
import { authenticate, type HttpUser } from "./users.ts";

interface Parts {
  readonly engine: Engine;
  readonly names: EngineNames;
  readonly users: readonly HttpUser[];
  readonly limits: HttpLimits;
}

const KILL_AGAIN_MS = 100;

/** One request with one query, from the password to the last byte of the answer. */
export interface Exchange {
  answer(request: IncomingMessage, response: ServerResponse, url: URLSearchParams, queryId: string): Promise<void>;
  close(): Promise<void>;
}

const databaseOf = (url: URLSearchParams, request: IncomingMessage, own: string): string => {
  const header = request.headers["x-clickhouse-database"];
  const asked = url.get("database") ?? (typeof header === "string" ? header : "");
  // The engine's own `default` shows the files of the machine; who names none gets the store's.
  if (asked === "" || asked.toLowerCase() === "default") return own;
  if (!/^\w{1,100}$/.test(asked)) throw new Refusal(81, `Database ${asked.slice(0, 60)} does not exist`);
  return asked;
};

const refuseUnsupported = (url: URLSearchParams): void => {
  for (const name of ["compress", "decompress"])
    if ((url.get(name) ?? "0") !== "0")
      throw new Refusal(
        48,
        `${name}=1 is not supported; use Content-Encoding and Accept-Encoding with enable_http_compression=1`,
      );
};

export const exchangeOver = ({ engine, names, users, limits }: Parts): Exchange => {
  const slots = slotsOf(limits.queries, limits.threads);
  const sessions = sessionsOf(engine, limits.sessions);
  const running = new Map<string, Promise<void>>();
  const stoppers = new Map<string, () => void>();
  let closing = false;

  /** Stops a statement wherever it is; the connection that runs it ends in an error of its own. */
  const kill = async (mark: string): Promise<void> => {
    const connection = engine.connect();
    try {
      await connection.answer(`KILL QUERY WHERE Settings['log_comment'] = '${mark}' ASYNC`, "Null");
    } catch {
      // It had ended by itself.
    } finally {
      connection.close();
    }
  };

  const taken = (user: HttpUser, url: URLSearchParams): TakenSession => {
    const id = url.get("session_id");
    // A reader's session has nothing to keep: it can neither set nor make anything.
    if (id === null || id === "" || user.readonly) {
      const connection = engine.connect();
      return { connection, fresh: true, release: () => connection.close() };
    }
    const seconds = Math.min(Number(url.get("session_timeout")) || 60, MAX_SESSION_SECONDS);
    return sessions.take(user.name, id.slice(0, 200), { check: url.get("session_check") === "1", seconds });
  };

  const run = async (
    request: IncomingMessage,
    response: ServerResponse,
    url: URLSearchParams,
    user: HttpUser,
    queryId: string,
  ): Promise<void> => {
    const startedAt = process.hrtime.bigint();
    const query = await readQuery(request, url, names, limits);
    const { kind } = query.statement;
    const get = request.method !== "POST";
    if (kind !== "read" && (user.readonly || get))
      throw new Refusal(
        164,
        `${user.name}: Cannot execute query in readonly mode.${get && !user.readonly ? " For queries over HTTP, method GET implies readonly. You should use method POST for modifying queries." : ""}`,
      );
    const pinned = url.has("session_id") && !user.readonly;
    if (kind === "session" && !pinned)
      throw new Refusal(497, "SET outside of a session: send a session_id, or the setting in the URL");
    const asked = askedSettings(url, user, names.settings);
    const format =
      query.statement.format ??
      url.get("default_format") ??
      String(request.headers["x-clickhouse-format"] ?? "TabSeparated");
    if (!/^\w{1,60}$/.test(format)) throw new Refusal(36, "The name of the format is not one");
    const isWhole =
      kind !== "read" ||
      query.statement.whole ||
      url.get("wait_end_of_query") === "1" ||
      asked.has("extremes") ||
      asked.has("output_format_json_array_of_rows") ||
      headerLines(format) === null;
    const settings = settingStatements(asked, user, limits, { whole: isWhole, get: get && !pinned, mark: queryId });
    const database = databaseOf(url, request, engine.database);
    const session = taken(user, url);
    let undo = async (): Promise<void> => {};
    const stop = new AbortController();
    let isOver = false;
    const gone = async (): Promise<void> => {
      stop.abort(new Refusal(236, closing ? "The server is shutting down" : "The client is gone"));
      // The statement may be about to begin, and is found only once it has.
      for (; !isOver; await pause(KILL_AGAIN_MS)) await kill(queryId);
    };
    const onClose = (): void => void gone();
    stoppers.set(queryId, onClose);
    response.once("close", onClose);
    let answering: Answering;
    try {
      const wanted = { database, asked, mark: queryId, ...settings, params: paramStatement(query.params) };
      if (pinned) undo = await prepareSession(session.connection, session.fresh, wanted);
      else await prepareOnce(session.connection, wanted);
      answering = await runQuery(
        {
          query,
          isWhole,
          idleMs: limits.idleMs,
          signal: stop.signal,
          heading: {
            queryId: /^[\w.-]{1,100}$/.test(url.get("query_id") ?? "") ? (url.get("query_id") as string) : queryId,
            timezone: asked.get("session_timezone") ?? "UTC",
            format,
            encoding:
              url.get("enable_http_compression") === "1" ? chosenEncoding(request.headers["accept-encoding"]) : null,
            startedAt,
            // Molva's own store, whose client is pinned.
            readsBlock: (request.headers["user-agent"] ?? "").startsWith("molva clickhouse-js/"),
          },
        },
        session.connection,
        slots,
        response,
      );
    } finally {
      isOver = true;
      stoppers.delete(queryId);
      response.off("close", onClose);
      await undo().catch(() => {});
      session.release();
    }
    await answering.end();
  };

  return {
    answer: async (request, response, url, queryId) => {
      const user = authenticate(users, request.headers, url);
      refuseUnsupported(url);
      if (closing) throw new Refusal(236, "The server is shutting down");
      const leave = slots.admit();
      const work = run(request, response, url, user, queryId);
      running.set(
        queryId,
        work.catch(() => {}),
      );
      try {
        await work;
      } finally {
        running.delete(queryId);
        leave();
      }
    },
    close: async () => {
      closing = true;
      for (const stop of stoppers.values()) stop();
      await Promise.all(running.values());
      sessions.close();
    },
  };
};
