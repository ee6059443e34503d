import { randomUUID } from "node:crypto";
import { mkdirSync, readFileSync, rmSync } from "node:fs";
import { rm, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { createClient, type ClickHouseClientConfigOptions } from "@clickhouse/client";
import { Session as RawSession } from "chdb";
import { createChdbConnection, type ChdbConnection } from "chdb/connection";
import { PipelineError } from "@molva/contracts";
import type { Answer, Engine, EngineConnection } from "./engine.ts";
import { paramStatement, type Params } from "./params.ts";
import { sessionSettings, type Connect, type Limits, type Purpose, type Session } from "./session.ts";

/** Open sessions by folder. The engine binds one folder per process, and says so in words that help nobody. */
const open = new Map<string, number>();

const count = (folder: string, by: 1 | -1): void => {
  const sessions = (open.get(folder) ?? 0) + by;
  if (sessions > 0) open.set(folder, sessions);
  else open.delete(folder);
};

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
};

/** The process that holds the folder, as the engine wrote it down; null when it is gone. */
const holderOf = (folder: string): number | null => {
  try {
    const pid = Number(/^PID: (\d+)/.exec(readFileSync(join(folder, "status"), "utf8"))?.[1]);
    return Number.isInteger(pid) && pid !== process.pid && isAlive(pid) ? pid : null;
  } catch {
    return null;
  }
};

const openError = (folder: string, cause: unknown): PipelineError => {
  const holder = holderOf(folder);
  if (holder !== null) {
    return new PipelineError(
      `The folder ${folder} is in use by process ${holder}. Stop that process, or give the command another folder.`,
      {
        code: "FOLDER_LOCKED",
        recovery: "exit",
        cause,
        details: { pid: holder },
      },
    );
  }
  return new PipelineError(
    `The store in ${folder} does not open. See that the folder is on a local disk, may be written, and holds nothing but the store.`,
    {
      code: "STORE_UNAVAILABLE",
      recovery: "exit",
      cause,
    },
  );
};

const openOne = <T>(folder: string, make: () => T): T => {
  const other = [...open.keys()].find((path) => path !== folder);
  if (other !== undefined) {
    throw new PipelineError(
      `This process has the store in ${other} open, and one process can have one. Close it first; for a second store beside it, open another database of the same folder.`,
      {
        code: "USAGE",
        recovery: "exit",
      },
    );
  }
  try {
    return make();
  } catch (error) {
    throw openError(folder, error);
  }
};

const settingsText = (settings: Readonly<Record<string, string | number>>): string =>
  `SET ${Object.entries(settings)
    .map(([name, value]) => `${name}=${typeof value === "number" ? value : `'${value}'`}`)
    .join(", ")}`;

/**
 * The engine in this process. The only file that knows chDB and its client.
 *
 * Parameters go as `SET param_…` before the statement and not as `query_params`: chDB runs all statements with
 * `query_params` of a process one after the other, whatever their connection. Either way the engine binds them as
 * values; they never become part of the statement.
 */
export const connectChdb =
  (path: string, database: string, limits: Limits): Connect =>
  async (purpose: Purpose): Promise<Session> => {
    const folder = resolve(path);
    makeInbox(folder);
    const connection = openOne<ChdbConnection>(folder, () => createChdbConnection({ path: folder }));
    // Each side brings its own declarations of the same shape, in which one class has a private field.
    const client = createClient({ connection } as unknown as ClickHouseClientConfigOptions);
    count(folder, 1);
    let closed = false;

    const withParams = (sql: string, params: Params): string =>
      [paramStatement(params), sql].filter((part) => part !== "").join(";\n");
    const session: Session = {
      run: async (sql, params) => {
        await client.command({ query: withParams(sql, params) });
      },
      rows: async (sql, params) => {
        const result = await client.query({ query: withParams(sql, params), format: "JSONEachRow" });
        return result.json();
      },
      stream: async function* (sql, params) {
        // The client holds the whole answer before it gives the first row.
        const set = paramStatement(params);
        if (set !== "") await client.command({ query: set });
        for await (const chunk of connection.chdb.queryStream(sql, { format: "JSONEachRow" })) yield chunk.rows();
        // A stream that is closed from outside ends as if it were complete.
        if (closed) throw new Error("the session was closed before the stream had ended");
      },
      insert: async (into, rows) => {
        await client.insert({ table: into, values: rows, format: "JSONCompactEachRow" });
      },
      insertNative: async (into, settings, block) =>
        throughFile(folder, block, async (place) => {
          await client.command({ query: `INSERT INTO ${into} ${place} SETTINGS ${settings} FORMAT Native` });
        }),
      close: async () => {
        if (closed) return;
        closed = true;
        await client.close();
        count(folder, -1);
      },
    };
    try {
      if (purpose === "write") await session.run(`CREATE DATABASE IF NOT EXISTS ${database} ENGINE = Atomic`, {});
      await session.run(`USE ${database}`, {});
      await session.run(settingsText(sessionSettings(limits, purpose)), {});
      return session;
    } catch (error) {
      await session.close();
      throw openError(folder, error);
    }
  };

/**
 * Rows lie in a file for as long as their INSERT runs. Behind the statement itself the engine would take them for rows only up
 * to the first empty line, and for statements from there on.
 */
const INBOX = "molva-inbox";

const throughFile = async <T>(folder: string, data: Buffer, insert: (place: string) => Promise<T>): Promise<T> => {
  const file = join(folder, INBOX, `${randomUUID()}.rows`);
  try {
    await writeFile(file, data, { mode: 0o600, flag: "wx" });
    return await insert(`FROM INFILE '${file.replace(/[\\']/g, "\\$&")}' COMPRESSION 'none'`);
  } finally {
    await rm(file, { force: true });
  }
};

const connectRaw = (folder: string): EngineConnection => {
  const session = openOne(folder, () => new RawSession(folder));
  count(folder, 1);
  let closed = false;
  return {
    answer: async (sql, format): Promise<Answer> => {
      const result = await session.queryAsync(sql, { format });
      return { bytes: result.bytes(), rowsRead: result.rowsRead, bytesRead: result.bytesRead };
    },
    stream: async function* (sql, format) {
      for await (const chunk of session.queryStream(sql, { format })) yield { bytes: chunk.raw(), rows: chunk.numRows };
    },
    insert: async ({ head, tail }, data) =>
      throughFile(folder, data, async (place) => {
        const result = await session.queryAsync(`${head} ${place} ${tail}`, { format: "Null" });
        return result.rowsRead;
      }),
    close: () => {
      if (closed) return;
      closed = true;
      session.close();
      count(folder, -1);
    },
  };
};

const inboxes = new Set<string>();

/** Removes what a killed process left, once: one process has the folder, and may open several stores in it. */
const makeInbox = (folder: string): void => {
  if (inboxes.has(folder)) return;
  inboxes.add(folder);
  rmSync(join(folder, INBOX), { recursive: true, force: true });
  mkdirSync(join(folder, INBOX), { mode: 0o700 });
};

/** The engine in this process for those who speak its own language: the HTTP interface. */
export const chdbEngine = (path: string, database: string): Engine => {
  const folder = resolve(path);
  makeInbox(folder);
  return { database, connect: () => connectRaw(folder) };
};
