import type { DataQuery, DataSourceRef } from "@grafana/schema";

export const PLUGIN = "grafana-clickhouse-datasource";
/** The version whose query model and macros the dashboards are written for. */
const PLUGIN_VERSION = "4.20.0";

/** Whatever data source the variable names: HTTP, native, or another installation's. */
export const SOURCE: DataSourceRef = { type: PLUGIN, uid: "${datasource}" };

/** A query of the plugin as its SQL editor writes it. */
export interface ClickHouseQuery extends DataQuery, Record<string, unknown> {
  readonly rawSql: string;
}

const query = (rawSql: string, kind: { readonly queryType: string; readonly format: number }): ClickHouseQuery => ({
  refId: "A",
  datasource: SOURCE,
  pluginVersion: PLUGIN_VERSION,
  editorType: "sql",
  rawSql,
  ...kind,
});

/** The first column is the time; columns of text become labels of the series. */
export const timeSeries = (rawSql: string): ClickHouseQuery => query(rawSql, { queryType: "timeseries", format: 0 });
export const table = (rawSql: string): ClickHouseQuery => query(rawSql, { queryType: "table", format: 1 });
