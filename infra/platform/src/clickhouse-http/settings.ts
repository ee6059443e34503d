import type { HttpLimits } from "./limits.ts";
import { HTTP_ONLY, isHarmlessSetting, isReaderSetting } from "./lists.ts";
import { Refusal } from "./refusal.ts";
import type { HttpUser } from "./users.ts";

/** A text as a literal of the engine. `value` as Latin-1 or not: only ASCII is escaped. */
export const quoted = (value: string): string => `'${value.replace(/[\\']/g, "\\$&").replaceAll("\0", "\\0")}'`;

const ceiling = (asked: string | undefined, limit: number): string => {
  const number = Number(asked);
  return String(asked === undefined || !(number > 0) || number > limit ? limit : number);
};

/**
 * The settings that a request asks for in its URL, checked.
 * @throws {Refusal} 115 (no such setting), 452 (not through this interface), 164 (not by this user).
 */
export const askedSettings = (
  url: URLSearchParams,
  user: HttpUser,
  known: ReadonlySet<string>,
): ReadonlyMap<string, string> => {
  const settings = new Map<string, string>();
  for (const [name, value] of url) {
    if (HTTP_ONLY.has(name) || name.startsWith("param_")) continue;
    if (!known.has(name)) throw new Refusal(115, `Unknown setting '${name.slice(0, 80)}'`);
    if (!isHarmlessSetting(name))
      throw new Refusal(452, `Setting ${name} should not be changed through this interface`);
    if (user.readonly && !isReaderSetting(name))
      throw new Refusal(164, `Cannot modify '${name}' setting in readonly mode.`);
    settings.set(name, value);
  }
  return settings;
};

/**
 * The statements that a connection begins with: what every query has, then what this one asks for, `readonly` last, for
 * nothing could be set after it.
 */
export const settingStatements = (
  asked: ReadonlyMap<string, string>,
  user: HttpUser,
  limits: HttpLimits,
  options: { readonly whole: boolean; readonly get: boolean; readonly mark: string },
): { readonly first: string; readonly last: string } => {
  const all = new Map<string, string>([
    ["session_timezone", "UTC"],
    ["async_insert", "0"],
    ...asked,
    ["max_memory_usage", ceiling(asked.get("max_memory_usage"), limits.memoryBytes)],
    [
      "max_execution_time",
      user.readonly
        ? ceiling(asked.get("max_execution_time"), limits.readerSeconds)
        : (asked.get("max_execution_time") ?? String(limits.writerSeconds)),
    ],
    // What `KILL QUERY` finds it by.
    ["log_comment", options.mark],
    // Parameters are counted as part of the text; the text itself was measured before.
    ["max_query_size", String(512 * 1024 ** 2)],
  ]);
  all.delete("readonly");
  if (options.whole) {
    all.set("max_result_bytes", ceiling(asked.get("max_result_bytes"), limits.answerBytes));
    all.set("result_overflow_mode", asked.get("result_overflow_mode") ?? "throw");
  }
  const first = `SET ${[...all].map(([name, value]) => `${name} = ${quoted(value)}`).join(", ")}`;
  const own = asked.get("readonly");
  const readonly = user.readonly ? "1" : own === "1" || own === "2" ? own : options.get ? "2" : "0";
  return { first, last: readonly === "0" ? "" : `SET readonly = ${readonly}` };
};
