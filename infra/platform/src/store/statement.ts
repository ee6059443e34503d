import { PipelineError, type Command, type Param, type Query } from "@molva/contracts";
import { bind, type Params } from "./params.ts";
import { placeholdersOf, splitStatements, verbOf } from "./sql-text.ts";

export interface Statement {
  /** With its name before it as a comment. */
  readonly sql: string;
  readonly verb: string;
  readonly placeholders: ReadonlyMap<string, string>;
}

type AnyParams = Readonly<Record<string, Param>>;

const refuse = (name: string, problem: string, recovery: "dead-letter" | "exit"): PipelineError =>
  new PipelineError(`query ${name}${problem}`, { code: "CONTRACT_VIOLATED", recovery, details: { query: name } });

/** Statements that would change what later statements of the session mean. */
const SESSION_VERBS: ReadonlySet<string> = new Set(["SET", "USE"]);

/** @throws {PipelineError} `CONTRACT_VIOLATED` (exit) for a text that is not one statement, or that changes the session. */
export const statementOf = (value: { readonly name: string; readonly sql: string }): Statement => {
  if (!/^[\w./ -]{1,100}$/.test(value.name))
    throw refuse(value.name.slice(0, 100), ": a name holds letters, digits, blanks and . / _ - only", "exit");
  const statements = splitStatements(value.sql);
  const [only] = statements;
  if (only === undefined || statements.length !== 1)
    throw refuse(value.name, `: it must hold one statement, and holds ${statements.length}`, "exit");
  const verb = verbOf(only);
  if (SESSION_VERBS.has(verb))
    throw refuse(
      value.name,
      `: ${verb} would change what later statements mean; write SETTINGS into the statement`,
      "exit",
    );
  return { sql: `/* ${value.name} */\n${only}`, verb, placeholders: placeholdersOf(only) };
};

/** @throws {PipelineError} `CONTRACT_VIOLATED` (dead-letter). */
export const boundParams = <P extends AnyParams>(
  value: Command<P> | Query<P, unknown>,
  statement: Statement,
  params: P,
): Params => {
  const parsed = value.params.safeParse(params);
  if (parsed.success) return bind(value.name, statement.placeholders, parsed.data);
  const issue = parsed.error.issues[0];
  throw refuse(
    value.name,
    `, parameter ${issue?.path.join(".") ?? ""}: ${issue?.message ?? "does not fit"}`,
    "dead-letter",
  );
};

/** @throws {PipelineError} `CONTRACT_VIOLATED` (exit): SQL and schema of a query differ. */
export const rowOf = <P, Row>(query: Query<P, Row>, row: unknown): Row => {
  const parsed = query.row.safeParse(row);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw refuse(
    query.name,
    `, column ${issue?.path.join(".") ?? ""} of the answer: ${issue?.message ?? "does not fit"}; change the SQL or the row's schema`,
    "exit",
  );
};
