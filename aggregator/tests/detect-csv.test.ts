import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { CSV_START, detectLine, type CsvState } from "../src/index.ts";
import { momentOf } from "../src/detect/detect-csv.ts";

const runLines = (
  lines: readonly string[],
): { readonly rows: readonly string[]; readonly errors: readonly string[] } => {
  let state: CsvState = CSV_START;
  const rows: string[] = [];
  const errors: string[] = [];
  for (const line of lines) {
    const result = detectLine(state, line);
    state = result.state;
    if (result.row !== null) rows.push(result.row);
    if (result.error !== null) errors.push(result.error);
  }
  return { rows, errors };
};

const stamp = (i: number): string => new Date(Date.UTC(2026, 2, 1) + i * 300_000).toISOString();
const shown = (i: number): string => stamp(i).slice(0, 19).replace("T", " ");

describe("a moment", () => {
  it.each([
    "2026-03-01T09:05:00Z",
    "2026-03-01 09:05:00",
    "2026-03-01 09:05",
    "2026-03-01T12:05:00+03:00",
    "2026-03-01 09:05:00.000",
    "1772355900",
    "1772355900000",
  ])("is read from %s", (text) => {
    expect(momentOf(text)).toBe(Date.UTC(2026, 2, 1, 9, 5));
  });

  it.each(["yesterday", "2026-02-31 10:00:00", "2026-03-01 25:00:00", "", "01.03.2026"])(
    "is not read from %j",
    (text) => {
      expect(momentOf(text)).toBeNull();
    },
  );
});

it("gives every row back as it stood, with its score and alert, whether there is a header or not", () => {
  const body = Array.from({ length: 30 }, (_, i) => `${shown(i)},${i % 7}`);
  const bare = runLines(body);
  expect(bare.rows).toEqual(body.map((line) => `${line},0,0`));
  expect(runLines(["timestamp,value", ...body])).toEqual(bare);
  expect(
    runLines(["\uFEFFid,Value,Timestamp", ...body.map((line, i) => `${i},${line.split(",").reverse().join(",")}`)]),
  ).toEqual(bare);
});

it("alerts once on a burst after two quiet days, whatever way the times are written", () => {
  const value = (i: number): number => (i >= 800 && i < 812 ? 400 : 20 + (i % 9));
  for (const write of [stamp, shown, (i: number) => String(Date.parse(stamp(i)) / 1000)]) {
    const { rows } = runLines(Array.from({ length: 1_000 }, (_, i) => `${write(i)},${value(i)}`));
    const alerts = rows.flatMap((row, i) => (row.endsWith(",1") ? [i] : []));
    expect(alerts).toHaveLength(1);
    expect(alerts[0]).toBeGreaterThanOrEqual(800);
    expect(alerts[0]).toBeLessThan(803);
  }
});

it("names wrong lines by their number and goes on", () => {
  const { rows, errors } = runLines([
    "timestamp,value",
    `${shown(0)},4`,
    "soon,5",
    `${shown(1)},many`,
    "",
    shown(2),
    `${shown(3)},-2`,
    `${shown(0)},9`,
    `${shown(4)},6`,
  ]);
  expect(errors.map((error) => error.slice(0, 27))).toEqual([
    'line 3: "soon" is no time; ',
    'line 4: "many" is no count;',
    "line 6: expected timestamp,",
    'line 7: "-2" is no count; w',
    "line 8: 2026-03-01 00:00:00",
  ]);
  expect(rows).toEqual([`${shown(0)},4,0,0`, `${shown(0)},9,0,0`, `${shown(4)},6,0,0`]);
});

it("takes a missing value for a gap and not for a zero", () => {
  const value = (i: number): string => (i >= 600 && i < 650 ? "" : "50");
  const { rows, errors } = runLines(Array.from({ length: 900 }, (_, i) => `${shown(i)},${value(i)}`));
  expect([rows.length, errors, rows[620]]).toEqual([900, [], `${shown(620)},,0,0`]);
  expect(rows.some((row) => row.endsWith(",1"))).toBe(false);
});

it("survives any line", () => {
  fc.assert(
    fc.property(fc.array(fc.string(), { maxLength: 20 }), (lines) => {
      const { rows } = runLines(lines);
      for (const row of rows) expect(row).toMatch(/,[01]$/);
    }),
  );
});
