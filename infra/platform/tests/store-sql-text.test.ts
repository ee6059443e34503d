import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { placeholdersOf, splitStatements, verbOf } from "../src/store/sql-text.ts";

/** Stretches in which a semicolon separates nothing. */
const sealed = fc.oneof(
  fc.string().map((text) => `'${text.replaceAll("\\", "\\\\").replaceAll("'", "''")}'`),
  fc.string().map((text) => `"${text.replaceAll("\\", "\\\\").replaceAll('"', '\\"')}"`),
  fc.string().map((text) => `\`${text.replaceAll("\\", "\\\\").replaceAll("`", "``")}\``),
  fc.string().map((text) => `/* ${text.replaceAll("/", "")} */ x`),
  fc.string().map((text) => `--${text.replaceAll("\n", " ")}\nx`),
  fc.string().map((text) => `$t$${text.replaceAll("$", "")}$t$`),
  fc.constantFrom("x", "SELECT 1", "(a + b)", "$5", "a - b", "a / b"),
);
const statement = fc.array(sealed, { minLength: 1, maxLength: 6 }).map((parts) => parts.join(" "));

describe("the text of SQL", () => {
  it("is split where its statements end and nowhere else", () => {
    fc.assert(
      fc.property(fc.array(statement, { minLength: 1, maxLength: 5 }), (statements) => {
        expect(splitStatements(statements.join("\n;\n"))).toEqual(statements.map((text) => text.trim()));
      }),
      { numRuns: 500 },
    );
  });

  it("has no statement in comments, blanks and empty pieces", () => {
    for (const sql of ["", " ;; ", "-- a; b", "/* a; */ ; # b;\n", "--"]) expect(splitStatements(sql)).toEqual([]);
  });

  it("is one statement when a quote or comment never ends", () => {
    for (const sql of ["SELECT 'a; b", "SELECT 1 /* a; b", "SELECT `a; b", "SELECT $a$; b", "SELECT ‘a; b"])
      expect(splitStatements(sql)).toEqual([sql]);
  });

  it("tells its placeholders with their types, and none from texts and comments", () => {
    const sql = `SELECT {a:UInt32}, { b : DateTime64(3, 'UTC') }, {list:Array(Nullable(String))} -- {c:String}
      , '{d:String}', {'key': 1}, /* {e:Int8} */ {a:UInt32}`;
    expect([...placeholdersOf(sql)]).toEqual([
      ["a", "UInt32"],
      ["b", "DateTime64(3, 'UTC')"],
      ["list", "Array(Nullable(String))"],
    ]);
  });

  it("tells its verb, whatever stands before it", () => {
    for (const sql of ["insert into t select 1", "/* SET */ -- USE\n(INSERT", "# x\nInsert"])
      expect(verbOf(sql)).toBe("INSERT");
  });
});
