import { literalOf, type Params } from "./params.ts";
import { replacedPlaceholders } from "./sql-text.ts";

/**
 * The statement with its parameters as casts of literals, which is what the engine itself makes of `{ids:Array(String)}`:
 * for parameters that are too long for a URL.
 */
export const inlined = (sql: string, params: Params): string =>
  replacedPlaceholders(sql, (name, type) => {
    const value = params[name];
    return value === undefined ? null : `_CAST(${literalOf(value)}, ${literalOf(type)})`;
  });
