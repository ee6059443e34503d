import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { gunzipSync } from "node:zlib";
import { wordKey } from "../hash.ts";
import { Scanner } from "../scanner.ts";
import { normaliseText } from "../normalise.ts";
import { createValenceReader, FIGURES, valenceFinder, type ValenceTable } from "../valences.ts";

/** A line a word: the word as the scanner reads it, then a whole number of −127…127 for each list, parted by tabs. MODEL.md tells where they are from. */
const FOLDER = fileURLToPath(new URL("../../lexicons/", import.meta.url));

export const readWordLists = async (language: "en" | "ru"): Promise<ValenceTable> => {
  const text = gunzipSync(await readFile(`${FOLDER}${language}.tsv.gz`)).toString("utf8");
  const rows = text.trimEnd().split("\n");
  const cells = rows.map((row) => row.split("\t"));
  return {
    keys: Int32Array.from(cells, ([word = ""]) => wordKey(word)),
    lists: (cells[0]?.length ?? 1) - 1,
    values: Int8Array.from(cells.flatMap(([, ...values]) => values.map(Number))),
  };
};

export interface Figured {
  /** Figures a text. */
  readonly width: number;
  readonly values: Float32Array;
}

/** What the lists say of each text. */
export const figuredBy = (table: ValenceTable, texts: readonly string[]): Figured => {
  const width = table.lists * FIGURES;
  const values = new Float32Array(texts.length * width);
  const [read, valencesOf, scanner] = [createValenceReader(table.lists), valenceFinder(table), new Scanner()];
  const said = new Int32Array(scanner.keys.length);
  const out = new Float64Array(width);
  for (const [at, text] of texts.entries()) {
    scanner.scan(normaliseText(text));
    for (let i = 0; i < scanner.count; i += 1)
      said[i] = scanner.sizes[i] === 0 ? 0 : valencesOf(scanner.keys[i] as number);
    read(scanner.marks, said, 0, scanner.count, out);
    values.set(out, at * width);
  }
  return { width, values };
};

export interface Standard {
  readonly mean: Float64Array;
  /** What a figure's distance from its mean is multiplied with. */
  readonly scale: Float64Array;
}

/** So that each figure has mean 0 and spread `spread` over the texts that count. */
export const standardOf = ({ width, values }: Figured, counts: (row: number) => boolean, spread: number): Standard => {
  const [mean, scale] = [new Float64Array(width), new Float64Array(width)];
  let n = 0;
  for (let at = 0; at < values.length; at += 1) {
    if (!counts(Math.floor(at / width))) continue;
    const [k, value] = [at % width, values[at] as number];
    if (k === 0) n += 1;
    mean[k] = (mean[k] as number) + value;
    scale[k] = (scale[k] as number) + value * value;
  }
  for (let k = 0; k < width; k += 1) {
    const m = (mean[k] as number) / Math.max(1, n);
    const variance = (scale[k] as number) / Math.max(1, n) - m * m;
    mean[k] = m;
    scale[k] = variance > 1e-9 ? spread / Math.sqrt(variance) : 0;
  }
  return { mean, scale };
};

export const standardised = ({ width, values }: Figured, { mean, scale }: Standard): Figured => ({
  width,
  values: values.map((value, at) => (value - (mean[at % width] as number)) * (scale[at % width] as number)),
});
