import { readFile } from "node:fs/promises";
import { parse } from "yaml";

/**
 * What happens to a panel's SQL on its way to the store: Grafana's page fills in the variables, the ClickHouse plugin blanks comments
 * and expands its macros. Written from what those two do (grafana/clickhouse-datasource 4.20: macros.go; grafana/macropro: Interpolate,
 * StripComments; @grafana/scenes: the format `singlequote`), their slips included: quoting does not double backslashes, and the search
 * for comments does not know backslashes at all.
 */
export interface Asked {
  readonly from: number;
  readonly to: number;
  /** `$__interval`, seconds. */
  readonly interval: number;
  readonly variables: Readonly<Record<string, string | readonly string[]>>;
}

const singleQuoted = (value: string): string => `'${value.replaceAll("'", "\\'")}'`;
const listOf = (value: string | readonly string[]): readonly string[] => (typeof value === "string" ? [value] : value);

const withVariables = (sql: string, variables: Asked["variables"]): string =>
  sql.replace(/\$\{(\w+)(?::(\w+))?\}|\$(\w+)|\[\[(\w+?)\]\]/g, (whole, braced, format, bare, bracketed) => {
    const value = variables[(braced ?? bare ?? bracketed) as string];
    if (value === undefined) return whole as string;
    return format === "singlequote" ? listOf(value).map(singleQuoted).join(",") : listOf(value).join(",");
  });

const literalEnd = (sql: string, from: number): number => {
  const quote = sql[from];
  let at = from + 1;
  while (at < sql.length) {
    if (sql[at] !== quote) at += 1;
    else if (sql[at + 1] === quote) at += 2;
    else return at + 1;
  }
  return at;
};

const commentEnd = (sql: string, at: number): number => {
  const ends = (mark: string, from: number): number => {
    const found = sql.indexOf(mark, from);
    return found < 0 ? sql.length : found + (mark === "\n" ? 0 : mark.length);
  };
  if (sql.startsWith("--", at) || sql[at] === "#") return ends("\n", at);
  return sql.startsWith("/*", at) ? ends("*/", at + 2) : at;
};

const withoutComments = (sql: string): string => {
  let out = "";
  let at = 0;
  while (at < sql.length) {
    const end = sql[at] === "'" || sql[at] === '"' ? literalEnd(sql, at) : at;
    const comment = end > at ? at : commentEnd(sql, at);
    if (end > at) out += sql.slice(at, end);
    else out += comment > at ? " ".repeat(comment - at) : sql[at];
    at = Math.max(end, comment, at + (end > at || comment > at ? 0 : 1));
  }
  return out;
};

const dateTime = (seconds: number): string => `toDateTime(${seconds})`;

const MACROS: Readonly<Record<string, (asked: Asked, argument: string) => string>> = {
  fromTime: ({ from }) => dateTime(from),
  toTime: ({ to }) => dateTime(to),
  timeFilter: ({ from, to }, column) => `${column} >= ${dateTime(from)} AND ${column} <= ${dateTime(to)}`,
  timeInterval: ({ interval }, column) =>
    `toStartOfInterval(toDateTime(${column}), INTERVAL ${Math.max(1, Math.trunc(interval))} second)`,
  interval_s: ({ interval }) => String(Math.max(1, Math.trunc(interval))),
};

/** Anywhere in the text, inside quotes too: the plugin does not look. */
const withMacros = (sql: string, asked: Asked): string =>
  Object.keys(MACROS)
    .sort((a, b) => b.length - a.length || (a < b ? -1 : 1))
    .reduce(
      (text, name) =>
        text.replace(new RegExp(`\\$__${name}(?![A-Za-z0-9_])(?:\\(([^()]*)\\))?`, "g"), (_, argument: string) =>
          (MACROS[name] as (typeof MACROS)[string])(asked, argument?.trim() ?? ""),
        ),
      sql,
    );

export const expanded = (sql: string, asked: Asked): string =>
  withMacros(withoutComments(withVariables(sql, asked.variables)), asked);

const file = async (path: string): Promise<string> =>
  readFile(new URL(`../../../../dashboards/grafana/${path}`, import.meta.url), "utf8");

export interface Panel {
  readonly id: number;
  readonly type: string;
  readonly title: string;
  readonly targets?: readonly [{ readonly rawSql: string; readonly format: number }];
  readonly fieldConfig?: { readonly overrides: readonly { readonly matcher: { readonly options: string } }[] };
}

export interface Dashboard {
  readonly panels: readonly Panel[];
  readonly templating: {
    readonly list: readonly { readonly name: string; readonly type: string; readonly query: string }[];
  };
  readonly annotations: {
    readonly list: readonly { readonly name: string; readonly target: { readonly rawSql: string } }[];
  };
}

/** A dashboard as it is committed and provisioned. */
export const readDashboard = async (language: "en" | "ru", name: "overview" | "brand"): Promise<Dashboard> =>
  JSON.parse(await file(`dashboards/${language}/${name}.json`)) as Dashboard;

export interface Rule {
  readonly uid: string;
  readonly condition: string;
  readonly noDataState: string;
  readonly data: readonly {
    readonly refId: string;
    readonly model: {
      readonly type?: string;
      readonly rawSql?: string;
      readonly expression?: string;
      readonly reducer?: string;
      readonly conditions?: readonly [
        { readonly evaluator: { readonly type: string; readonly params: readonly [number] } },
      ];
    };
  }[];
}

export const readRules = async (): Promise<readonly Rule[]> => {
  const { groups } = parse(await file("provisioning/alerting/molva.yaml")) as {
    readonly groups: readonly { readonly rules: readonly Rule[] }[];
  };
  return groups.flatMap((group) => group.rules);
};
