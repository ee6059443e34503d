import type { EngineConnection } from "../store/engine.ts";
import { quoted } from "./settings.ts";

interface Wanted {
  readonly database: string | null;
  /** What the request asks to be set. */
  readonly asked: ReadonlyMap<string, string>;
  readonly mark: string;
  readonly first: string;
  readonly last: string;
  readonly params: string;
}

const runAll = async (connection: EngineConnection, statements: readonly string[]): Promise<void> => {
  const text = statements.filter((statement) => statement !== "").join(";\n");
  if (text !== "") await connection.answer(text, "Null");
};

/** A connection that serves one query and is thrown away: what was set cannot leak into another. */
export const prepareOnce = async (connection: EngineConnection, wanted: Wanted): Promise<void> => {
  await runAll(connection, [`USE \`${wanted.database}\``, wanted.first]);
  await runAll(connection, [wanted.params, wanted.last]);
};

const valuesOf = async (
  connection: EngineConnection,
  names: readonly string[],
): Promise<readonly (readonly [string, string])[]> => {
  const list = names.map(quoted).join(", ");
  const { bytes } = await connection.answer(
    `SELECT name, value FROM system.settings WHERE name IN (${list})`,
    "JSONCompactEachRow",
  );
  const lines = Buffer.from(bytes).toString("utf8").split("\n");
  return lines.filter((line) => line !== "").map((line) => JSON.parse(line) as [string, string]);
};

/**
 * The connection of a session: what the URL sets holds for this query, what a `SET` of the session set comes back after it.
 * @returns what undoes it.
 */
export const prepareSession = async (
  connection: EngineConnection,
  fresh: boolean,
  wanted: Wanted,
): Promise<() => Promise<void>> => {
  const use = wanted.database === null ? "" : `USE \`${wanted.database}\``;
  await runAll(connection, fresh ? [use, wanted.first] : [use, `SET log_comment = ${quoted(wanted.mark)}`]);
  const asked = [...wanted.asked].filter(([name]) => name !== "readonly");
  const before =
    asked.length === 0 || fresh
      ? []
      : await valuesOf(
          connection,
          asked.map(([name]) => name),
        );
  const set = (pairs: readonly (readonly [string, string])[]): string =>
    pairs.length === 0 ? "" : `SET ${pairs.map(([name, value]) => `${name} = ${quoted(value)}`).join(", ")}`;
  await runAll(connection, [fresh ? "" : set(asked), wanted.params]);
  const undo = fresh ? asked.map(([name]) => `SET ${name} = DEFAULT`) : [set(before)];
  return async () => runAll(connection, undo);
};
