import { PipelineError, type Command, type Log, type Param, type Query, type Store } from "@molva/contracts";
import { pipelineErrorOf } from "./engine-error.ts";
import { bind, type Params } from "./params.ts";
import { poolOf } from "./pool.ts";
import { blockOf } from "./rows.ts";
import type { Connect, Session } from "./session.ts";
import { placeholdersOf, splitStatements, verbOf } from "./sql-text.ts";

interface Statement {
  /** With its name before it as a comment. */
  readonly sql: string;
  readonly placeholders: ReadonlyMap<string, string>;
}

const refuse = (name: string, problem: string): PipelineError =>
  new PipelineError(`query ${name}: ${problem}`, { code: "CONTRACT_VIOLATED", recovery: "exit", details: { query: name } });

/** Statements that would change what later statements of the session mean. */
const SESSION_VERBS: ReadonlySet<string> = new Set(["SET", "USE"]);

const statementOf = (value: { readonly name: string; readonly sql: string }): Statement => {
  if (!/^[\w./ -]{1,100}$/.test(value.name)) throw refuse(value.name.slice(0, 100), "a name holds letters, digits, blanks and . / _ - only");
  const statements = splitStatements(value.sql);
  const [only] = statements;
  if (only === undefined || statements.length !== 1) throw refuse(value.name, `it must hold one statement, and holds ${statements.length}`);
  if (SESSION_VERBS.has(verbOf(only))) throw refuse(value.name, "SET and USE would change what later statements mean; write SETTINGS into the statement");
  return { sql: `/* ${value.name} */\n${only}`, placeholders: placeholdersOf(only) };
};

interface Parts {
  readonly writer: Session;
  readonly readers: readonly Session[];
  readonly connect: Connect;
  readonly log: Log;
}

const INSERT_SETTINGS = "async_insert=0, input_format_skip_unknown_fields=0, input_format_null_as_default=0, date_time_input_format='best_effort'";

/** The store over sessions of whatever engine. */
export const storeOver = (parts: Parts): Store & AsyncDisposable => {
  const writers = poolOf([parts.writer]);
  const readers = poolOf(parts.readers);
  const statements = new WeakMap<object, Statement>();

  const prepared = (value: { readonly name: string; readonly sql: string }): Statement => {
    const known = statements.get(value) ?? statementOf(value);
    statements.set(value, known);
    return known;
  };

  const bound = (value: Command<Readonly<Record<string, Param>>> | Query<Readonly<Record<string, Param>>, unknown>, statement: Statement, params: Params): Params => {
    const parsed = value.params.safeParse(params);
    if (parsed.success) return bind(value.name, statement.placeholders, parsed.data);
    const issue = parsed.error.issues[0];
    throw new PipelineError(`query ${value.name}, parameter ${issue?.path.join(".") ?? ""}: ${issue?.message ?? "does not fit"}`, {
      code: "CONTRACT_VIOLATED",
      recovery: "dead-letter",
      details: { query: value.name },
    });
  };

  const rowOf = <P, Row>(query: Query<P, Row>, row: unknown): Row => {
    const parsed = query.row.safeParse(row);
    if (parsed.success) return parsed.data;
    const issue = parsed.error.issues[0];
    throw new PipelineError(`query ${query.name}, column ${issue?.path.join(".") ?? ""} of the answer: ${issue?.message ?? "does not fit"}; change the SQL or the row's schema`, {
      code: "CONTRACT_VIOLATED",
      recovery: "exit",
      details: { query: query.name },
    });
  };

  const translated = async <T>(name: string, work: Promise<T>, signal?: AbortSignal): Promise<T> => {
    try {
      return await work;
    } catch (error) {
      if (signal?.aborted === true && error === signal.reason) throw error;
      throw pipelineErrorOf(error, name);
    }
  };

  const close = async (): Promise<void> => {
    const reason = new PipelineError("The store is closed.", { code: "STORE_UNAVAILABLE", recovery: "exit" });
    await Promise.all([writers.close(reason), readers.close(reason)]);
  };

  return {
    insert: async (table, rows) => {
      if (rows.length === 0) return;
      const block = blockOf(table, rows);
      const into = `${table.name} (${block.columns.map((c) => `\`${c}\``).join(", ")}) SETTINGS ${INSERT_SETTINGS}`;
      await translated(`insert into ${table.name}`, writers.use((session) => session.insert(into, block.rows)));
    },
    execute: async (command, params) => {
      const statement = prepared(command);
      const values = bound(command as never, statement, params);
      await translated(command.name, writers.use((session) => session.run(statement.sql, values)));
    },
    query: async (query, params, signal) => {
      const statement = prepared(query);
      const values = bound(query as never, statement, params);
      const rows = await translated(query.name, readers.use((session) => session.rows(statement.sql, values), signal), signal);
      return rows.map((row) => rowOf(query, row));
    },
    stream: async function* (query, params) {
      const statement = prepared(query);
      const values = bound(query as never, statement, params);
      const session = await translated(query.name, parts.connect("stream"));
      try {
        for await (const rows of session.stream(statement.sql, values)) {
          for (const row of rows) yield rowOf(query, row);
        }
      } catch (error) {
        throw pipelineErrorOf(error, query.name);
      } finally {
        await session.close();
      }
    },
    close,
    [Symbol.asyncDispose]: close,
  };
};
