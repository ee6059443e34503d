import type { Engine } from "../store/engine.ts";
import type { EngineNames } from "./statement.ts";

const NAMES = `SELECT 'tableFunctions' AS kind, name FROM system.table_functions
  UNION ALL SELECT 'engines', name FROM system.table_engines
  UNION ALL SELECT 'engines', name FROM system.database_engines
  UNION ALL SELECT 'settings', name FROM system.settings
  UNION ALL SELECT 'version', version()`;

/** What this very engine has, so that a newer one is not trusted with what it has learnt. */
export const readEngineNames = async (engine: Engine): Promise<EngineNames & { readonly version: string }> => {
  const connection = engine.connect();
  try {
    const { bytes } = await connection.answer(NAMES, "TabSeparated");
    const rows = Buffer.from(bytes)
      .toString("utf8")
      .split("\n")
      .map((line) => line.split("\t") as [string, string]);
    const named = (kind: string): readonly string[] => rows.filter(([of]) => of === kind).map(([, name]) => name);
    const lower = (kind: string): ReadonlySet<string> => new Set(named(kind).map((name) => name.toLowerCase()));
    return {
      tableFunctions: lower("tableFunctions"),
      // Databases can have these too, and no list of the engine tells them.
      engines: new Set([...lower("engines"), "overlay", "lazy", "materializedmysql"]),
      settings: new Set(named("settings")),
      version: named("version")[0] ?? "unknown",
    };
  } finally {
    connection.close();
  }
};
