import { PipelineError, type Store } from "@molva/contracts";
import { pipelineErrorOf } from "./engine-error.ts";
import { checkOf, engineTypeOf } from "./engine-type.ts";
import { poolOf } from "./pool.ts";
import { nativeOf } from "./native.ts";
import { blockOf, checkBlock, plainOf, type Columns } from "./rows.ts";
import type { Connect, Session } from "./session.ts";
import { boundParams, rowOf, statementOf, type Statement } from "./statement.ts";

interface Parts {
  readonly writer: Session;
  readonly readers: readonly Session[];
  /** For streams, which have a session each. */
  readonly connect: Connect;
}

/** In the text of every insert: what travels with the statement cannot leak into the next, and holds over HTTP alike. */
const INSERT_SETTINGS =
  "async_insert=0, input_format_skip_unknown_fields=0, input_format_null_as_default=0, date_time_input_format='best_effort'";

/**
 * Of rows with one key those of an insert stay, as those of two inserts always did, until parts are merged: doing that for each insert first took
 * over a third of what the engine needs for thirty columns, and readers ask for FINAL in any case.
 */
const THOUSANDS = `${INSERT_SETTINGS}, optimize_on_insert=0`;

const COLUMNS =
  "SELECT name, type, default_kind FROM system.columns WHERE database = currentDatabase() AND table = {table:String} ORDER BY position";

/** A failure of the engine in our words; an abort stays what the signal says. */
const translated = async <T>(name: string, work: Promise<T>, signal?: AbortSignal): Promise<T> => {
  try {
    return await work;
  } catch (error) {
    if (signal?.aborted === true && error === signal.reason) throw error;
    throw pipelineErrorOf(error, name);
  }
};

const readColumns = async (session: Session, table: string): Promise<Columns> => {
  const rows = (await session.rows(COLUMNS, { table })) as readonly {
    readonly name: string;
    readonly type: string;
    readonly default_kind: string;
  }[];
  if (rows.length === 0) {
    throw new PipelineError(
      `insert into ${table}: there is no such table; let the program migrate the store, then start again`,
      {
        code: "STORE_REJECTED",
        recovery: "exit",
        details: { table },
      },
    );
  }
  return {
    checks: new Map(rows.map((row) => [row.name, checkOf(engineTypeOf(row.type))])),
    types: new Map(rows.map((row) => [row.name, row.type])),
    required: rows.filter((row) => row.default_kind === "").map((row) => row.name),
  };
};

/** The store over sessions of whatever engine: one that writes, several that read, one more for each stream. */
export const storeOver = (parts: Parts): Store & AsyncDisposable => {
  const writers = poolOf([parts.writer]);
  const readers = poolOf(parts.readers);
  const streams = new Set<Session>();
  const statements = new WeakMap<object, Statement>();
  const tables = new Map<string, Columns>();
  let closed: PipelineError | null = null;

  const prepared = (value: { readonly name: string; readonly sql: string }): Statement => {
    const statement = statements.get(value) ?? statementOf(value);
    statements.set(value, statement);
    return statement;
  };

  const columnsOf = async (session: Session, table: string): Promise<Columns> => {
    const columns = tables.get(table) ?? (await readColumns(session, table));
    tables.set(table, columns);
    return columns;
  };

  const close = async (): Promise<void> => {
    closed ??= new PipelineError("The store is closed.", { code: "STORE_UNAVAILABLE", recovery: "exit" });
    await Promise.all([
      writers.close(closed),
      readers.close(closed),
      ...[...streams].map(async (session) => session.close()),
    ]);
  };

  return {
    insert: async (table, rows) => {
      if (rows.length === 0) return;
      const work = writers.use(async (session) => {
        const block = await blockOf(table, rows);
        const into = `${table.name} (${block.columns.map((column) => `\`${column}\``).join(", ")})`;
        const columns = await columnsOf(session, table.name);
        const settings = table.typed === true ? THOUSANDS : INSERT_SETTINGS;
        const native = session.insertNative === undefined ? null : await nativeOf(columns, block);
        if (native !== null) return session.insertNative?.(into, settings, native);
        const plain = await plainOf(block);
        checkBlock(columns, block, plain);
        return session.insert(`${into} SETTINGS ${settings}`, plain);
      });
      await translated(`insert into ${table.name}`, work);
    },
    execute: async (command, params) => {
      const statement = prepared(command);
      const values = boundParams(command, statement, params);
      const work = writers.use(async (session) => session.run(statement.sql, values));
      await translated(command.name, work);
      if (statement.verb !== "INSERT") tables.clear();
    },
    query: async (query, params, signal) => {
      const statement = prepared(query);
      const values = boundParams(query, statement, params);
      const work = readers.use(async (session) => session.rows(statement.sql, values, signal), signal);
      const rows = await translated(query.name, work, signal);
      return rows.map((row) => rowOf(query, row));
    },
    stream: async function* (query, params) {
      const statement = prepared(query);
      const values = boundParams(query, statement, params);
      if (closed !== null) throw closed;
      const session = await translated(query.name, parts.connect("stream"));
      streams.add(session);
      try {
        // It may have been closed while the session came up.
        if (closed !== null) throw closed;
        for await (const rows of session.stream(statement.sql, values)) {
          for (const row of rows) yield rowOf(query, row);
        }
      } catch (error) {
        throw closed ?? pipelineErrorOf(error, query.name);
      } finally {
        streams.delete(session);
        await session.close();
      }
    },
    close,
    [Symbol.asyncDispose]: close,
  };
};
