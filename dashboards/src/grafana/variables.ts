import { VariableRefresh, VariableSort, type VariableModel } from "@grafana/schema";
import { PLUGIN, SOURCE } from "./query.ts";
import * as sql from "./queries.ts";
import type { Words } from "./words.ts";

const ALL = "$__all";

/** A variable that the store answers: the first column is the value, the second what is shown. */
const asked = (name: string, label: string, rawSql: string): VariableModel => ({
  type: "query",
  name,
  label,
  datasource: SOURCE,
  query: rawSql,
  refresh: VariableRefresh.onDashboardLoad,
  sort: VariableSort.disabled,
  regex: "",
  skipUrlSync: false,
});

const all = (words: Words): Partial<VariableModel> => ({
  multi: true,
  includeAll: true,
  current: { selected: true, text: [words.variables.all], value: [ALL] },
});

export const datasourceVariable = (words: Words): VariableModel => ({
  type: "datasource",
  name: "datasource",
  label: words.variables.datasource,
  query: PLUGIN,
  regex: "",
  refresh: VariableRefresh.onDashboardLoad,
  multi: false,
  includeAll: false,
  current: { selected: true, text: "Molva", value: "molva" },
  skipUrlSync: false,
});

export const brandsVariable = (words: Words): VariableModel => ({
  ...asked("brand", words.variables.brand, sql.brandVariable),
  ...all(words),
});

export const brandVariable = (words: Words): VariableModel => ({
  ...asked("brand", words.variables.brand, sql.brandVariable),
  multi: false,
  includeAll: false,
});

export const windowVariable = (words: Words): VariableModel => ({
  ...asked("window", words.variables.window, sql.windowVariable(words.language)),
  multi: false,
  includeAll: false,
  current: { selected: true, text: words.windows["168"], value: "168" },
});

/** Asked again when the brand changes. */
export const sourcesVariable = (words: Words): VariableModel => ({
  ...asked("source", words.variables.source, sql.sourceVariable),
  ...all(words),
});

export const labelVariable = (words: Words): VariableModel => {
  const options = [
    { selected: true, text: words.variables.all, value: "all" },
    ...Object.entries(words.labels).map(([value, text]) => ({ selected: false, text, value })),
  ];
  return {
    type: "custom",
    name: "label",
    label: words.variables.label,
    query: options.map(({ text, value }) => `${text} : ${value}`).join(", "),
    options,
    current: { selected: true, text: words.variables.all, value: "all" },
    multi: false,
    includeAll: false,
    skipUrlSync: false,
  };
};
