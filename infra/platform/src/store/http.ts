import { ClickHouseLogLevel, createClient } from "@clickhouse/client";
import { CLUSTER_SETTINGS, type ClusterOptions } from "./cluster.ts";
import { inlined } from "./inline-params.ts";
import type { Params } from "./params.ts";
import { sessionSettings, type Connect, type Limits, type Session } from "./session.ts";

export interface HttpAccess {
  /** For example `http://127.0.0.1:8123`. */
  readonly url: string;
  readonly user: string;
  readonly password: string;
  readonly cluster?: ClusterOptions;
}

/** Parameters travel in the URL, which is bounded; longer ones of a command become part of its text. */
const URL_PARAMS_CHARACTERS = 4_096;
/** How long an idle socket is kept. ClickHouse closes after 3 s by default; a socket must not die while a request leaves. */
const IDLE_SOCKET_MS = 2_000;
/** Beyond the engine's own limit, so that its answer, which says why, comes first. */
const GRACE_SECONDS = 30;

const lengthOf = (params: Params): number => encodeURIComponent(JSON.stringify(params)).length;

/**
 * A ClickHouse server over HTTP. Every statement carries its settings, for two statements may meet two connections of the
 * server: there is no session there that could keep them, and none that could leak.
 */
export const connectHttp =
  ({ url, user, password, cluster }: HttpAccess, database: string, limits: Limits): Connect =>
  async (purpose): Promise<Session> => {
    const own = sessionSettings(limits, purpose);
    const settings = cluster === undefined ? own : { ...own, ...CLUSTER_SETTINGS };
    const seconds = { write: limits.writeSeconds, read: limits.querySeconds, stream: 86_400 }[purpose];
    const closing = new AbortController();
    // No log of the client's: its lines would hold statements; ours hold names and codes.
    const common = { url, username: user, password, application: "molva", log: { level: ClickHouseLogLevel.OFF } };
    const client = createClient({
      ...common,
      database,
      request_timeout: (seconds + GRACE_SECONDS) * 1_000,
      max_open_connections: 1,
      compression: { request: true, response: true },
      keep_alive: { enabled: true, idle_socket_ttl: IDLE_SOCKET_MS },
      use_multipart_params_auto: true,
      clickhouse_settings: { ...settings, wait_end_of_query: purpose === "stream" ? 0 : 1 },
    });
    if (purpose === "write") {
      const first = createClient(common);
      try {
        const everywhere = cluster === undefined ? "" : ` ON CLUSTER '${cluster.name}'`;
        await first.command({ query: `CREATE DATABASE IF NOT EXISTS ${database}${everywhere} ENGINE = Atomic` });
      } finally {
        await first.close();
      }
    }
    return {
      run: async (sql, params) => {
        const long = lengthOf(params) > URL_PARAMS_CHARACTERS;
        await (long
          ? client.command({ query: inlined(sql, params) })
          : client.command({ query: sql, query_params: params }));
      },
      rows: async (sql, params, signal) => {
        const result = await client.query({
          query: sql,
          query_params: params,
          format: "JSONEachRow",
          ...(signal === undefined ? {} : { abort_signal: signal }),
        });
        return result.json();
      },
      stream: async function* (sql, params) {
        const result = await client.query({
          query: sql,
          query_params: params,
          format: "JSONEachRow",
          abort_signal: closing.signal,
        });
        try {
          for await (const rows of result.stream()) yield rows.map((row) => row.json());
        } finally {
          result.close();
        }
        if (closing.signal.aborted) throw new Error("the session was closed before the stream had ended");
      },
      insert: async (into, rows) => {
        await client.insert({ table: into, values: rows, format: "JSONCompactEachRow" });
      },
      close: async () => {
        closing.abort();
        await client.close();
      },
    };
  };
