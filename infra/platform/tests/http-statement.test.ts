import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readEngineNames } from "../src/clickhouse-http/engine-names.ts";
import { Refusal } from "../src/clickhouse-http/refusal.ts";
import { readStatement, type EngineNames, type Statement } from "../src/clickhouse-http/statement.ts";
import { tokensOf } from "../src/clickhouse-http/tokens.ts";
import type { EngineConnection } from "../src/store/engine.ts";
import { serve, type Served } from "./http-support/served.ts";

let served: Served;
let names: EngineNames;
let engine: EngineConnection;
beforeAll(async () => {
  served = await serve();
  names = await readEngineNames(served.store.engine);
  engine = served.store.engine.connect();
});
afterAll(async () => {
  engine.close();
  await served.close();
});

const latin1 = (text: string): string => Buffer.from(text, "utf8").toString("latin1");
const read = (sql: string): Statement => readStatement(latin1(sql), names);
const codeOf = (sql: string): number => {
  try {
    read(sql);
    return 0;
  } catch (error) {
    if (error instanceof Refusal) return error.code;
    throw error;
  }
};

const marksIn = (text: string): number => text.split("MARK").length - 1;

/** Pieces whose kind is known by how they are made. */
const sealed = fc.oneof(
  fc
    .string({ unit: "binary" })
    .map((text) => ["text", `'${text.replaceAll("\\", "\\\\").replaceAll("'", "''")}'`] as const),
  fc.string().map((text) => ["name", `"${text.replaceAll("\\", "").replaceAll('"', '""')}"`] as const),
  fc.string().map((text) => ["name", `\`${text.replaceAll("\\", "").replaceAll("`", "``")}\``] as const),
  fc.string().map((text) => ["", `/* ${text.replaceAll(/[/*]/g, "")} */`] as const),
  fc.string().map((text) => ["", `--${text.replaceAll("\n", " ")}\n`] as const),
  fc.string().map((text) => ["", `// ${text.replaceAll("\n", " ")}\n`] as const),
  fc.string().map((text) => ["text", `$t$${text.replaceAll("$", "")}$t$`] as const),
  fc.constant(["text", "x'4F'"] as const),
  fc.stringMatching(/^[A-Za-z_][\w$]{0,8}$/).map((word) => ["word", word] as const),
  fc.constantFrom(...["(", ")", ",", ".", "+", "=", "{", "}", ";"].map((mark) => ["mark", mark] as const)),
);

describe("the tokens of a statement", () => {
  it("are what they were made of, whatever the texts, names and comments between them hold", () => {
    fc.assert(
      fc.property(fc.array(sealed, { maxLength: 12 }), (pieces) => {
        const tokens = [...tokensOf(latin1(pieces.map(([, text]) => text).join(" ")))];
        expect(tokens.map(({ kind }) => kind)).toEqual(pieces.map(([kind]) => kind).filter((kind) => kind !== ""));
      }),
      { numRuns: 1_000 },
    );
  });

  it("hide no code from the guard: what the engine's own lexer takes for code, ours does too", async () => {
    const fragment = fc.constantFrom(
      ..."' \" ` \\ '' \"\" `` /* */ -- // # #! \n $ $a$ $$ x' b' 'a' (  ) ; . , 1 1. 1e 0x 0x1p e- E+ p- - + _ é ’ “ \\' \\\\ file( MARK MARK( MARK. 1MARK".split(
        " ",
      ),
      " ",
      "\n",
    );
    const texts = fc.sample(fc.array(fragment, { minLength: 1, maxLength: 14 }), { numRuns: 15_000, seed: 20260311 });
    const accepted = texts
      .map((pieces) => `SELECT ${pieces.join("")}`)
      .flatMap((sql) => {
        try {
          return [{ sql, tokens: [...tokensOf(latin1(sql))] }];
        } catch {
          return [];
        }
      });
    const rows = accepted.map(({ sql }) => Buffer.from(sql).toString("hex"));
    const { bytes } = await engine.answer(
      `SELECT normalizeQueryKeepNames(unhex(arrayJoin([${rows.map((row) => `'${row}'`).join(",")}]))) AS code`,
      "JSONCompactEachRow",
    );
    const codes = Buffer.from(bytes)
      .toString("utf8")
      .trim()
      .split("\n")
      .map((line) => (JSON.parse(line) as [string])[0]);
    expect(codes).toHaveLength(accepted.length);
    const hidden = accepted.filter(({ tokens }, at) => {
      const seen = tokens.filter(({ kind }) => kind === "word" || kind === "name").map(({ text }) => text);
      return marksIn(codes[at] as string) > marksIn(seen.join(" "));
    });
    expect(hidden.map(({ sql }) => sql)).toEqual([]);
    expect(accepted.length).toBeGreaterThan(500);
  });

  it("are refused where they could be read in two ways", () => {
    for (const sql of [
      "SELECT 'a",
      'SELECT "a',
      "SELECT `a",
      "SELECT /* a",
      "SELECT $a$ b",
      "SELECT /* /* */ 1 */",
      "SELECT ‘a’",
      "SELECT x'\\'",
      "SELECT 1e--1",
      "SELECT 1.E+-1",
      "SELECT `a\\x62`",
      "SELECT\u00a01",
      "SELECT 1\0",
    ])
      expect(codeOf(sql), sql).toBe(62);
  });
});

describe("a statement", () => {
  it("is one; a semicolon at its end and in its texts is none", () => {
    for (const sql of [
      "SELECT 1; SELECT 2",
      "SELECT 1;\n-- a\nDROP TABLE t",
      "SELECT 1;;SELECT 2",
      "INSERT INTO t VALUES (1); SELECT 1",
    ])
      expect(codeOf(sql), sql).toBe(62);
    for (const sql of ["SELECT 1;", "SELECT ';' -- ;\n ;", "SELECT 1 /* ; */ ; -- end"])
      expect(codeOf(sql), sql).toBe(0);
  });

  it("that reads files or hosts is refused, however it is written", () => {
    const calls = [
      "SELECT * FROM file('/etc/passwd')",
      "SELECT file('/etc/passwd')",
      "SELECT * FROM `file`('/etc/passwd')",
      "SELECT * FROM FiLe /* a */ ('/etc/passwd')",
      "SELECT 1 IN (SELECT * FROM url('http://127.0.0.1'))",
      "WITH x AS (SELECT * FROM s3('http://a')) SELECT * FROM x",
      "INSERT INTO FUNCTION file('/tmp/a') SELECT 1",
      "INSERT INTO t SELECT * FROM remote('h', 'd', 't')",
      "INSERT INTO t VALUES (file('/etc/passwd'))",
      "INSERT INTO t FORMAT Values (file('/etc/passwd'))",
      "INSERT INTO t SELECT format x FROM file('/etc/passwd')",
      "DESCRIBE TABLE mysql('h', 'd', 't', 'u', 'p')",
      "EXPLAIN SELECT * FROM executable('id', 'CSV', 'a String')",
      "CREATE TABLE a AS url('http://127.0.0.1')",
      "CREATE VIEW v AS SELECT * FROM sqlite('/a', 'b')",
      "SELECT * FROM eval('SELECT 1')",
      "SELECT * FROM merge('default', 'a')",
      "SELECT * FROM filesystem('/etc')",
      "SELECT * FROM default.`/etc/passwd`",
      "SELECT * FROM `default`.`/etc/passwd`",
      'DESCRIBE "default" . a',
      "SELECT 1 IN default.a",
      "RENAME TABLE a TO default.b",
      "DROP DATABASE default",
      "SELECT hasColumnInTable('default', '/etc/passwd', 'a')",
      "CREATE TABLE a (n UInt8) ENGINE = File(CSV)",
      "CREATE TABLE a (n UInt8) ENGINE URL('http://127.0.0.1')",
      "CREATE TABLE a (n UInt8) ENGINE = `MySQL`('h')",
      "CREATE TABLE a (n UInt8) ENGINE = Distributed(c, d, t)",
      "CREATE DATABASE a ENGINE = Filesystem('/etc')",
      "CREATE DATABASE a ENGINE = Overlay('a', 'b')",
      "CREATE DICTIONARY a (n UInt8) PRIMARY KEY n SOURCE(FILE(path '/etc/passwd' format 'CSV'))",
      "SELECT 1 INTO OUTFILE '/tmp/a'",
      "SELECT 1 INTO /* a */ OUTFILE '/tmp/a'",
      "INSERT INTO t FROM INFILE '/etc/passwd' FORMAT CSV",
      "DROP TABLE a PARALLEL WITH BACKUP TABLE b TO File('c')",
      "ALTER TABLE t FREEZE",
      "ALTER TABLE t FETCH PARTITION 1 FROM '/a'",
      "BACKUP DATABASE a TO File('/tmp/a')",
      "RESTORE DATABASE a FROM File('/tmp/a')",
      "CREATE FUNCTION f AS x -> x",
      "CREATE USER u",
      "GRANT ALL ON *.* TO u",
    ];
    expect(calls.filter((sql) => codeOf(sql) !== 497)).toEqual([]);
  });

  it("that would change the server or the session is refused", () => {
    for (const sql of [
      "SYSTEM SHUTDOWN",
      "KILL QUERY WHERE 1",
      "USE system",
      "ATTACH TABLE a",
      "DETACH TABLE a",
      "EXECUTE AS a SELECT 1",
      "RENAME DATABASE a TO b",
    ])
      expect(codeOf(sql), sql).toBe(497);
    expect(read("SET max_threads = 1").kind).toBe("session");
  });

  it("may set what is on the list, and nothing that names a file, a disk or a host", () => {
    for (const sql of [
      "SELECT 1 SETTINGS max_threads = 1, join_use_nulls = 1 FORMAT CSV",
      "INSERT INTO t SETTINGS async_insert=0 FORMAT CSV",
      "CREATE TABLE t (n UInt8) ENGINE = MergeTree ORDER BY n SETTINGS index_granularity = 256",
      "SELECT settings FROM t",
    ])
      expect(codeOf(sql), sql).toBe(0);
    for (const sql of [
      "SELECT 1 SETTINGS format_schema = 'a:b'",
      "SELECT 1 SETTINGS max_threads = 1, allow_introspection_functions = 1",
      "SELECT * FROM (SELECT 1 SETTINGS dialect = 'prql')",
      "CREATE TABLE t (n UInt8) ENGINE = MergeTree ORDER BY n SETTINGS disk = disk(type = 'local', path = '/etc/')",
      "CREATE TABLE t (n UInt8) ENGINE = MergeTree ORDER BY n SETTINGS storage_policy = 'a'",
      "ALTER TABLE t MODIFY SETTING storage_policy = 'a'",
      "SET format_template_row = '/etc/passwd'",
    ])
      expect(codeOf(sql), sql).toBe(452);
  });

  it("tells whether it reads or writes, its format, and where the rows of an INSERT begin", () => {
    expect(read("/* a */ (SELECT 1) FORMAT JSON")).toMatchObject({ kind: "read", format: "JSON", rows: null });
    expect(read("WITH 1 AS a SELECT a")).toMatchObject({ kind: "read", format: null });
    for (const head of [
      "INSERT INTO t FORMAT CSV",
      "insert into `a;b`.t (n, `format`) format CSV",
      "INSERT INTO t SETTINGS async_insert=0 FORMAT CSV",
      "INSERT INTO TABLE t FORMAT CSV",
    ]) {
      const sql = `${head} \r\n1; DROP TABLE 'a`;
      expect(read(sql)).toMatchObject({
        kind: "write",
        format: "CSV",
        rows: { from: sql.indexOf("1;") },
        to: head.length,
      });
    }
    expect(read("INSERT INTO t FORMAT CSV\n\n1").rows?.from).toBe("INSERT INTO t FORMAT CSV\n".length);
    expect(read("INSERT INTO t SELECT 1").rows).toBeNull();
  });

  it("that is no SQL at all is called so", () => {
    for (const sql of ["", " ", "-- only words", "SELEC 1", "\u043f\u0440\u0438\u0432\u0435\u0442"])
      expect(codeOf(sql), sql).toBe(62);
  });
});
