import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { ListedMention, NsrRow } from "@molva/contracts";
import { brandIdFor, readImport, type ImportRow } from "@molva/crawlers";
import { parse } from "csv-parse/sync";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { ExportRow } from "../src/export/columns.ts";
import { xlsxPieces } from "../src/export/xlsx.ts";
import { openInProcess, type InProcess } from "./support/in-process.ts";

const FORMULAS = ['=HYPERLINK("http://x")', "+1", '-5 stars, "never"\nagain', "@cmd", "＝1+1"];
const REVIEWS = [...FORMULAS, "Отлично, спасибо", "a <b>bold</b> & plain text", "emoji 🙂 _x000D_ kept"];

let molva: InProcess;
beforeAll(async () => {
  molva = await openInProcess("export");
  const lines = Array.from({ length: 2_500 }, (_, i) =>
    JSON.stringify({
      id: `n${i}`,
      text: REVIEWS[i] ?? `Review number ${i}`,
      rating: (i % 5) + 1,
      publishedAt: new Date(Date.UTC(2026, 0, 1) + i * 3_600_000).toISOString(),
      brand: i % 2 === 0 ? "aurora" : "zenith",
    }),
  );
  await writeFile(join(molva.folder, "reviews.jsonl"), lines.join("\n"));
  const { code, err } = await molva.run(["import", "reviews.jsonl"]);
  if (code !== 0) throw new Error(err);
});
afterAll(() => molva[Symbol.asyncDispose]());

const bytesOf = async (pieces: AsyncIterable<Buffer>): Promise<Buffer> => {
  const all: Buffer[] = [];
  for await (const piece of pieces) all.push(piece);
  return Buffer.concat(all);
};
const streamOf = async function* (bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
};
const rowsOf = async (bytes: Buffer, sheet: string | null = null): Promise<readonly ImportRow[]> => {
  const found: ImportRow[] = [];
  const items = readImport(streamOf(bytes), {
    source: "file" as never,
    brand: null,
    brandOf: brandIdFor,
    map: {},
    zoneOf: () => "UTC",
    format: null,
    encoding: null,
    sheet,
    name: null,
    fetchedAt: "2027-01-01T00:00:00.000Z" as never,
    hashAuthor: () => "0".repeat(32),
  });
  for await (const item of items) if (item.type === "mention") found.push(item);
  return found;
};
const inert = (text: string): string => (FORMULAS.includes(text) ? `'${text}` : text);

describe("export mentions", () => {
  it("holds every mention once, beyond any page, in CSV, JSON Lines and a spreadsheet alike", async () => {
    const jsonl = (await molva.run(["export", "mentions", "--format", "jsonl"])).out
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line) as ListedMention);
    expect(jsonl).toHaveLength(2_500);
    expect(new Set(jsonl.map(({ id }) => id)).size).toBe(2_500);
    const listed = await molva.json<readonly ListedMention[]>(["mentions", "--limit", "10000"]);
    const inCommon = ({ id, text, label, publishedAt, provenance }: ListedMention): string =>
      JSON.stringify([id, text, label, publishedAt, provenance]);
    expect(jsonl.map(inCommon).toSorted()).toEqual(listed.map(inCommon).toSorted());
    const csv: readonly Readonly<Record<string, string>>[] = parse(
      (await molva.run(["export", "mentions", "--format", "csv"])).out,
      { columns: true },
    );
    expect(csv.map((row) => row["text"])).toEqual(jsonl.map(({ text }) => inert(text ?? "")));
    const sheet = await rowsOf((await molva.run(["export", "mentions", "--format", "xlsx"])).bytes);
    expect(sheet.map(({ mention }) => mention.text)).toEqual(jsonl.map(({ text }) => inert(text ?? "")));
  });

  it("begins no cell of a spreadsheet like a formula, and leaves JSON Lines and Parquet as they are", async () => {
    const csv = (await molva.run(["export", "mentions", "--format", "csv"])).out;
    const cells = (parse(csv) as readonly (readonly string[])[]).flat();
    expect(cells.filter((cell) => /^[=+\-@\t\r]/u.test(cell))).toEqual([]);
    await molva.run(["export", "mentions", "--format", "parquet", "--out", "all.parquet"]);
    const path = join(molva.folder, "all.parquet");
    expect((await readFile(path)).subarray(0, 4).toString()).toBe("PAR1");
    const connection = molva.runtime.engine?.connect();
    const answer = await connection?.answer(
      `SELECT text, publishedAt, confidence FROM file('${path}') WHERE text LIKE '=%' OR text LIKE '%🙂%' ORDER BY publishedAt`,
      "JSONEachRow",
    );
    const total = await connection?.answer(`SELECT count() AS n FROM file('${path}')`, "TSV");
    connection?.close();
    expect(
      Buffer.from(total?.bytes ?? [])
        .toString()
        .trim(),
    ).toBe("2500");
    const rows = Buffer.from(answer?.bytes ?? [])
      .toString()
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line) as { text: string; publishedAt: string });
    expect(rows.map(({ text }) => text)).toEqual([FORMULAS[0], REVIEWS.at(-1)]);
    expect(rows[0]?.publishedAt).toBe("2026-01-01 00:00:00.000");
  });

  it("takes the filters of mentions, and as of a time what was known then", async () => {
    const count = async (...words: readonly string[]) =>
      (await molva.run(["export", "mentions", "--format", "jsonl", ...words])).out.split("\n").length - 1;
    expect(await count("--brand", "zenith")).toBe(1_250);
    expect(await count("--from", "2026-01-02", "--to", "2026-01-03")).toBe(24);
    expect(await count("--brand", "aurora", "--search", "number 100")).toBe(6);
    expect(await count("--as-of", "2020-01-01")).toBe(0);
  });

  it("refuses a terminal for what is no text, and a folder that is not there, and keeps the old file", async () => {
    const refused = await molva.run(["export", "mentions", "--format", "xlsx"], { terminal: true });
    expect(refused).toMatchObject({ code: 2, out: "" });
    expect(refused.err).toContain("--out FILE");
    expect((await molva.run(["export", "mentions", "--format", "csv", "--out", "no/where.csv"])).code).toBe(2);
    expect((await molva.run(["export", "nsr", "--format", "csv", "--label", "negative"])).err).toContain(
      "--label does not go with export nsr",
    );
  });
});

describe("export nsr", () => {
  it("holds the rows of molva nsr, hour by hour over many months, and rolling", async () => {
    const asked = ["--brand", "aurora", "--step", "hour"];
    const rows = (await molva.run(["export", "nsr", "--format", "jsonl", ...asked])).out
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line) as NsrRow);
    // Every column that the command prints, to the last digit.
    expect(rows).toEqual(await molva.json<readonly NsrRow[]>(["nsr", ...asked]));
    const rolling = ["--brand", "aurora", "--window", "7d", "--step", "day"];
    const line = (await molva.run(["export", "nsr", "--format", "jsonl", ...rolling])).out
      .trimEnd()
      .split("\n")
      .map((text) => JSON.parse(text) as NsrRow);
    expect(line).toEqual(await molva.json<readonly NsrRow[]>(["nsr", ...rolling]));
    const split = ["--all", "--by", "source"];
    const sources = (await molva.run(["export", "nsr", "--format", "jsonl", "--step", "month", "--by", "source"])).out
      .trimEnd()
      .split("\n")
      .map((text) => JSON.parse(text) as NsrRow);
    expect(sources).toEqual(await molva.json<readonly NsrRow[]>(["nsr", ...split, "--step", "month"]));
    const [head, first] = (await molva.run(["export", "nsr", "--format", "csv", ...rolling])).out.split("\r\n");
    expect(head).toContain("negativeShare,negativeLow,negativeHigh,voiceShare");
    expect(first?.split(",")).toHaveLength(head?.split(",").length ?? 0);
  });
});

describe("a workbook", () => {
  const columns = [
    { name: "id", type: "text" },
    { name: "text", type: "text" },
    { name: "brand", type: "text" },
    { name: "n", type: "number" },
  ] as const;
  const rows = async function* (count: number): AsyncGenerator<ExportRow> {
    for (let i = 0; i < count; i += 1) yield { id: `i${i}`, text: `Row ${i}`, brand: "aurora", n: -i };
  };

  it("goes on on a further sheet where one is full", async () => {
    const bytes = await bytesOf(xlsxPieces(columns, rows(25), "mentions", 10));
    const names = await Promise.all(
      ["mentions", "mentions 2", "mentions 3"].map(async (sheet) => (await rowsOf(bytes, sheet)).length),
    );
    expect(names).toEqual([10, 10, 5]);
    expect((await rowsOf(bytes, "mentions 3")).at(-1)?.mention).toMatchObject({ text: "Row 24", extra: { n: "-24" } });
  });

  it("of rows that cannot be read to the end fails, and is no whole file", async () => {
    const broken = async function* (): AsyncGenerator<ExportRow> {
      yield { id: "1" };
      throw new Error("the store went away");
    };
    await expect(bytesOf(xlsxPieces(columns, broken(), "mentions"))).rejects.toThrow("went away");
  });
});
