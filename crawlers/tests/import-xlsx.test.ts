import { describe, expect, it } from "vitest";
import { importText } from "./import-support.ts";
import { packed, textRow, workbook } from "./workbook.ts";

const HEAD = ["id", "text", "rating", "date", "city"];
const ROWS = [
  ["a1", "Очень довольна, спасибо", "5", "2026-03-01", "Москва"],
  ["a2", 'Waited "two" hours, <never> again; & left', "1", "2026-03-02T14:05", "Berlin"],
  ["a3", "", "4", "2026-03-03", ""],
  ["a4", "", "", "2026-03-03", ""],
];
const asCsv = (rows: readonly (readonly string[])[]): string =>
  rows.map((row) => row.map((cell) => `"${cell.replaceAll('"', '""')}"`).join(",")).join("\n");
const asSheet = (rows: readonly (readonly string[])[]): string => rows.map((row, i) => textRow(i + 1, row)).join("");

describe("a spreadsheet", () => {
  it("gives the same mentions and the same rejected rows as the same table in CSV", async () => {
    const sheet = await importText(await workbook({ rows: asSheet([HEAD, ...ROWS]) }), { name: "x.xlsx" }, 7);
    const csv = await importText(asCsv([HEAD, ...ROWS]), { name: "x.csv" });
    expect(sheet.plan).toMatchObject({ format: "xlsx", columns: csv.plan.columns });
    expect(sheet.rows.map(({ mention, hash }) => ({ mention, hash }))).toEqual(
      csv.rows.map(({ mention, hash }) => ({ mention, hash })),
    );
    expect(sheet.rejected.map(({ line, reason, raw }) => [line, reason, raw])).toEqual(
      csv.rejected.map(({ line, reason, raw }) => [line, reason, raw]),
    );
    expect(sheet.rows).toHaveLength(3);
  });

  it("is read as people see it: shared words, dates, times, computed formulas, gaps, rich text", async () => {
    const bytes = await workbook({
      shared: [
        "<t>text</t>",
        "<t>date</t>",
        "<r><t>Good </t></r><r><t>place</t></r><rPh><t>no</t></rPh>",
        "<t>two_x000A_lines</t>",
      ],
      formats: ["dd.mm.yyyy\\ hh:mm", "0.00&quot;d&quot;", "[$-419]d\\ mmmm\\ yyyy;@"],
      rows: `<row r="2"><c r="A2" t="s"><v>0</v></c><c r="C2" t="s"><v>1</v></c><c r="D2" t="str"><v>sum</v></c><c r="E2" t="inlineStr"><is><t>flag</t></is></c></row>
        <row r="4"><c r="A4" t="s"><v>2</v></c><c r="C4" s="1"><v>46082.604166666664</v></c><c r="D4" s="2"><f>A1+2</f><v>12.5</v></c><c r="E4" t="b"><v>1</v></c></row>
        <row r="5"><c r="A5" t="s"><v>3</v></c><c r="C5" s="3"><v>46083</v></c><c r="D5" t="e"><v>#DIV/0!</v></c></row>`,
    });
    const { rows } = await importText(bytes);
    expect(
      rows.map(({ line, mention }) => [
        line,
        mention.text,
        mention.publishedAt.at,
        mention.publishedAt.precision,
        mention.extra,
      ]),
    ).toEqual([
      [4, "Good place", "2026-03-01T14:30:00.000Z", "minute", { sum: "12.5", flag: "true" }],
      [5, "two\nlines", "2026-03-02T00:00:00.000Z", "day", {}],
    ]);
  });

  it("counts days from 1904 where the workbook does", async () => {
    const rows = `${textRow(1, ["text", "date"])}<row r="2"><c t="inlineStr"><is><t>Fine</t></is></c><c s="1"><v>44621</v></c></row>`;
    const { rows: found } = await importText(await workbook({ rows, formats: ["yyyy-mm-dd"], from1904: true }));
    expect(found[0]?.mention.publishedAt.at).toBe("2026-03-02T00:00:00.000Z");
  });

  it("is one sheet: the first that is not hidden, or the one that is named", async () => {
    const before = '<sheet name="Old" sheetId="2" state="hidden" r:id="rId9"/>';
    const bytes = await workbook({ rows: asSheet([HEAD, ...ROWS]), before });
    expect((await importText(bytes)).rows).toHaveLength(3);
    expect((await importText(bytes, { sheet: "reviews" })).rows).toHaveLength(3);
    await expect(importText(bytes, { sheet: "May" })).rejects.toThrow(/no sheet "May"; its sheets are Old, Reviews/u);
  });

  it("that is a bomb, damaged, of before 2007 or no workbook is refused with words", async () => {
    const bomb = await workbook({ rows: `${textRow(1, ["text"])}<!--${" ".repeat(80 * 1024 * 1024)}-->` });
    expect(bomb.length).toBeLessThan(1024 * 1024);
    await expect(importText(bomb)).rejects.toThrow(/MiB when unpacked/u);
    const whole = await workbook({ rows: asSheet([HEAD, ...ROWS]) });
    await expect(importText(whole.subarray(0, -30))).rejects.toThrow(/no complete XLSX/u);
    await expect(importText(await packed({ "a.txt": "hello" }))).rejects.toThrow(/no XLSX workbook/u);
    await expect(importText(Buffer.from("d0cf11e0a1b11ae100000000", "hex"))).rejects.toThrow(/save it as XLSX/u);
    const deep = await workbook({ rows: "<a>".repeat(10_000) });
    await expect(importText(deep)).rejects.toThrow(/nested too deeply/u);
  });

  it("of tens of thousands of rows is streamed", async () => {
    const many = Array.from({ length: 50_000 }, (_, i) => textRow(i + 2, [`id-${i}`, `Row ${i}`])).join("");
    const bytes = await workbook({ rows: `${textRow(1, ["id", "text"])}${many}` });
    const { rows } = await importText(bytes);
    expect(rows).toHaveLength(50_000);
    expect(rows.at(-1)?.mention.text).toBe("Row 49999");
  });
});
