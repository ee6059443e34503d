import { createClient, type ClickHouseClientConfigOptions } from "@clickhouse/client";
import { createChdbConnection } from "chdb/connection";
import { paramStatement, type Params } from "./params.ts";
import { sessionSettings, type Connect, type Limits, type Purpose, type Session } from "./session.ts";

const settingsText = (settings: Readonly<Record<string, string | number>>): string =>
  `SET ${Object.entries(settings)
    .map(([name, value]) => `${name}=${typeof value === "number" ? value : `'${value}'`}`)
    .join(", ")}`;

/**
 * The engine in this process. The only file that knows chDB and its client.
 *
 * Parameters go as `SET param_…` before the statement, not as `query_params`: chDB runs all statements with
 * `query_params` of a process one after the other, whatever their connection, and its streams take none.
 */
export const connectChdb =
  (path: string, database: string, limits: Limits): Connect =>
  async (purpose: Purpose): Promise<Session> => {
    const connection = createChdbConnection({ path });
    // Each side brings its own declarations of the same shape, in which one class has a private field.
    const client = createClient({ connection } as unknown as ClickHouseClientConfigOptions);
    const withParams = (sql: string, params: Params): string => [paramStatement(params), sql].filter((s) => s !== "").join(";\n");
    const session: Session = {
      run: async (sql, params) => {
        await client.command({ query: withParams(sql, params) });
      },
      rows: async (sql, params) => {
        const result = await client.query({ query: withParams(sql, params), format: "JSONEachRow" });
        return result.json();
      },
      stream: async function* (sql, params) {
        const set = paramStatement(params);
        if (set !== "") await client.command({ query: set });
        for await (const chunk of connection.chdb.queryStream(sql, { format: "JSONEachRow" })) yield chunk.rows();
      },
      insert: async (into, rows) => {
        await client.insert({ table: into, values: rows, format: "JSONCompactEachRow" });
      },
      close: async () => client.close(),
    };
    await session.run(settingsText(sessionSettings(limits, purpose)), {});
    await session.run(`CREATE DATABASE IF NOT EXISTS ${database} ENGINE = Atomic`, {});
    await session.run(`USE ${database}`, {});
    return session;
  };
