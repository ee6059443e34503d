import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { clusterMigrations, migrationOf, openStore, readMigrations } from "../src/index.ts";

const path = mkdtempSync(join(tmpdir(), "molva-cluster-"));
afterAll(() => rmSync(path, { recursive: true, force: true }));

const CLUSTER = { name: "molva_cluster" };
const product = clusterMigrations(await readMigrations(), CLUSTER);
const statements = product.flatMap((migration) => migration.statements);
const about = (table: string): readonly string[] =>
  statements.filter((sql) => new RegExp(`\\b${table}(_local)? ON CLUSTER`).test(sql));

const one = (sql: string): readonly string[] =>
  clusterMigrations([migrationOf("0001-a.sql", sql)], CLUSTER)[0]?.statements ?? [];

/** Nothing of this ran on a cluster: it is held as text, and by the engine's own parser. */
describe("the tables of a cluster", () => {
  it("are replicated ones under distributed ones of the name that the program knows", () => {
    const [local, distributed] = about("fact");
    expect(local).toMatch(/^CREATE TABLE IF NOT EXISTS fact_local ON CLUSTER 'molva_cluster' \(/);
    expect(local).toContain(
      "ENGINE = ReplicatedReplacingMergeTree('/clickhouse/tables/{shard}/{database}/fact', '{replica}', first)",
    );
    expect(local).toContain("fsync_after_insert = 1");
    expect(distributed).toBe(
      "CREATE TABLE IF NOT EXISTS fact ON CLUSTER 'molva_cluster' AS fact_local\nENGINE = Distributed('molva_cluster', currentDatabase(), fact_local, cityHash64(brand, toYYYYMM(hour)))",
    );
  });

  it("keep facts and buckets of a brand and month together, and every version of a row on one shard", () => {
    const key = (table: string): string | undefined => /_local, (.*)\)$/.exec(about(table)[1] ?? "")?.[1];
    expect(key("bucket")).toBe(key("fact"));
    expect([key("place"), key("choice"), key("mention_text"), key("checkpoint")]).toEqual([
      "cityHash64(id)",
      "cityHash64(brand)",
      "cityHash64(id)",
      "cityHash64(key)",
    ]);
  });

  it("leave no table and no view of the product on one server alone", () => {
    expect(
      statements.filter((sql) => !sql.startsWith("INSERT") && !sql.includes("ON CLUSTER 'molva_cluster'")),
    ).toEqual([]);
    expect(
      statements.filter((sql) => /\bENGINE\s*=\s*\w*MergeTree/.test(sql) && !sql.includes("= Replicated")),
    ).toEqual([]);
  });

  it("are SQL to the engine", async () => {
    await using store = await openStore({ path, migrations: [] });
    const formatted = {
      name: "format",
      sql: "SELECT formatQuery({sql:String}) AS text",
      params: z.strictObject({ sql: z.string() }),
      row: z.strictObject({ text: z.string() }),
    };
    for (const sql of statements) {
      const [row] = await store.query(formatted, { sql });
      expect(row?.text.length).toBeGreaterThan(0);
    }
  });

  it("change together when a later migration changes one", () => {
    expect(one("ALTER TABLE fact ADD COLUMN IF NOT EXISTS late UInt8")).toEqual([
      "ALTER TABLE fact_local ON CLUSTER 'molva_cluster' ADD COLUMN IF NOT EXISTS late UInt8",
      "ALTER TABLE fact ON CLUSTER 'molva_cluster' ADD COLUMN IF NOT EXISTS late UInt8",
    ]);
    expect(one("ALTER TABLE fact ADD COLUMN IF NOT EXISTS body String DEFAULT '' CODEC(Delta(4), ZSTD(1))")).toEqual([
      "ALTER TABLE fact_local ON CLUSTER 'molva_cluster' ADD COLUMN IF NOT EXISTS body String DEFAULT '' CODEC(Delta(4), ZSTD(1))",
      "ALTER TABLE fact ON CLUSTER 'molva_cluster' ADD COLUMN IF NOT EXISTS body String DEFAULT ''",
    ]);
    expect(one("ALTER TABLE fact MODIFY SETTING index_granularity = 8192")).toHaveLength(1);
    expect(one("DROP TABLE IF EXISTS old")).toEqual([
      "DROP TABLE IF EXISTS old ON CLUSTER 'molva_cluster'",
      "DROP TABLE IF EXISTS old_local ON CLUSTER 'molva_cluster'",
    ]);
  });

  it("are another store than those of one server, and what cannot be spread is refused", async () => {
    const plain = await readMigrations();
    expect(product.map(({ hash }) => hash)).not.toEqual(plain.map(({ hash }) => hash));
    expect(() => one("CREATE TABLE IF NOT EXISTS a (n UInt8) ENGINE = Memory")).toThrow("MergeTree");
    expect(() => one("OPTIMIZE TABLE a")).toThrow("cannot be spread");
    expect(() => clusterMigrations(plain, { name: "a'b" })).toThrow("letters");
  });
});
