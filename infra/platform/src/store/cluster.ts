import { createHash } from "node:crypto";
import { PipelineError } from "@molva/contracts";
import type { Migration } from "./migrate.ts";
import { codeOf, verbOf } from "./sql-text.ts";

/** A cluster as the server's `remote_servers` names it. `{shard}` and `{replica}` come from each server's macros. */
export interface ClusterOptions {
  readonly name: string;
  /** The path in Keeper. Default `/clickhouse/tables/{shard}/{database}`. */
  readonly keeperPath?: string;
}

const wrong = (problem: string): PipelineError =>
  new PipelineError(problem, { code: "STORE_REJECTED", recovery: "exit" });

const WHERE = "/clickhouse/tables/{shard}/{database}";
const LEADING_COMMENTS = /^(?:\s*--[^\n]*\n)*\s*/;

/**
 * What decides on which shard a row lies. It must be a function of the sort key, for FINAL never looks at two shards; and
 * facts and buckets of one brand and month must lie together, for a bucket is folded where its facts are. The brand alone
 * would put a sixth of all data on one shard (docs/clickhouse.md).
 */
const shardingKeyOf = (createTable: string): string => {
  const code = codeOf(createTable);
  const order = /\bORDER\s+BY\s*(\([^()]*\)|\w+)/i.exec(code)?.[1]?.replace(/[()]/g, "") ?? "";
  const columns = order.split(",").map((column) => column.trim());
  if (columns.includes("brand") && columns.includes("hour")) return "cityHash64(brand, toYYYYMM(hour))";
  const [first] = columns;
  if (first === undefined || !/^\w+$/.test(first))
    throw wrong("a table of a cluster needs ORDER BY with a column first");
  return `cityHash64(${first})`;
};

const createTable = (sql: string, { name, keeperPath = WHERE }: ClusterOptions): readonly string[] => {
  const table = /^CREATE\s+TABLE\s+IF\s+NOT\s+EXISTS\s+(\w+)/i.exec(sql);
  const engine = /\bENGINE\s*=\s*(\w*MergeTree)\b(?:\s*\(([^()]*)\))?/i.exec(sql);
  if (table?.[1] === undefined || engine?.[1] === undefined)
    throw wrong("a migration of a cluster makes tables by CREATE TABLE IF NOT EXISTS name … ENGINE = …MergeTree");
  const local = `${table[1]}_local`;
  const args = [
    `'${keeperPath}/${table[1]}'`,
    "'{replica}'",
    ...(engine[2] === undefined || engine[2] === "" ? [] : [engine[2]]),
  ];
  const replicated = sql
    .replace(table[0], `CREATE TABLE IF NOT EXISTS ${local} ON CLUSTER '${name}'`)
    .replace(engine[0], `ENGINE = Replicated${engine[1]}(${args.join(", ")})`)
    .replaceAll("non_replicated_deduplication_window", "replicated_deduplication_window");
  return [
    replicated,
    `CREATE TABLE IF NOT EXISTS ${table[1]} ON CLUSTER '${name}' AS ${local}\nENGINE = Distributed('${name}', currentDatabase(), ${local}, ${shardingKeyOf(sql)})`,
  ];
};

/** Both the local tables and the distributed one above them change; an index, a codec or a lifetime is for the local ones alone. */
const alterTable = (sql: string, { name }: ClusterOptions): readonly string[] => {
  const table = /^ALTER\s+TABLE\s+(\w+)/i.exec(sql);
  if (table?.[1] === undefined) throw wrong("a migration of a cluster changes tables by ALTER TABLE name …");
  const local = sql.replace(table[0], `ALTER TABLE ${table[1]}_local ON CLUSTER '${name}'`);
  // A column that is new with a codec is new above the local tables too, without it.
  const added = /\bADD\s+COLUMN\b/i.test(codeOf(sql)) ? sql.replaceAll(/\s+CODEC\((?:[^()]|\([^()]*\))*\)/gi, "") : sql;
  const columns = /\b(ADD|DROP|RENAME|MODIFY)\s+COLUMN\b/i.test(codeOf(sql)) && !/\b(CODEC|TTL)\b/i.test(codeOf(added));
  return columns ? [local, added.replace(table[0], `ALTER TABLE ${table[1]} ON CLUSTER '${name}'`)] : [local];
};

const onCluster = (sql: string, { name }: ClusterOptions): readonly string[] => {
  const view =
    /^(CREATE\s+(?:OR\s+REPLACE\s+)?(?:MATERIALIZED\s+)?VIEW\s+(?:IF\s+NOT\s+EXISTS\s+)?\w+|DROP\s+VIEW\s+IF\s+EXISTS\s+\w+)/i.exec(
      sql,
    );
  if (view !== null) return [sql.replace(view[0], `${view[0]} ON CLUSTER '${name}'`)];
  const drop = /^DROP\s+TABLE\s+IF\s+EXISTS\s+(\w+)/i.exec(sql);
  if (drop !== null) return [`${drop[0]} ON CLUSTER '${name}'`, `${drop[0]}_local ON CLUSTER '${name}'`];
  throw wrong(`a migration holds a statement that cannot be spread over a cluster: ${sql.slice(0, 60)}`);
};

/** One statement of a migration as the statements that a cluster needs, in order; each bears a second run, as it did. */
export const clusterStatements = (statement: string, cluster: ClusterOptions): readonly string[] => {
  const sql = statement.replace(LEADING_COMMENTS, "");
  const verb = verbOf(sql);
  if (verb === "INSERT") return [sql];
  if (verb === "ALTER") return alterTable(sql, cluster);
  return /^CREATE\s+TABLE/i.test(sql) ? createTable(sql, cluster) : onCluster(sql, cluster);
};

/**
 * The product's migrations for a cluster: replicated tables under distributed ones of the names that the program knows. A
 * pure rewriting, held by tests as text and by the engine's parser; it was run on no cluster.
 * @throws {PipelineError} `STORE_REJECTED` (exit) for a statement that it does not know how to spread.
 */
export const clusterMigrations = (migrations: readonly Migration[], cluster: ClusterOptions): readonly Migration[] => {
  if (!/^\w{1,100}$/.test(cluster.name)) throw wrong("a cluster's name holds letters, digits and _ only");
  return migrations.map((migration) => ({
    ...migration,
    // A store that was made without a cluster is told from one with it.
    hash: createHash("sha256")
      .update(`${migration.hash} ${cluster.name} ${cluster.keeperPath ?? WHERE}`)
      .digest("hex"),
    statements: migration.statements.flatMap((statement) => clusterStatements(statement, cluster)),
  }));
};

/** What every statement needs there beside its own settings: what was written is read, whichever replica answers. */
export const CLUSTER_SETTINGS: Readonly<Record<string, string | number>> = {
  distributed_foreground_insert: 1,
  distributed_product_mode: "local",
  insert_quorum: "auto",
  insert_quorum_parallel: 0,
  select_sequential_consistency: 1,
};
