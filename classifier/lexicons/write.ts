import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { readAfinn, readAfinnRu, readVader, type Valences } from "./human.ts";

/** Weaker ones say nothing. */
const LEAST = 0.1;

const byte = (value: number | undefined): number =>
  value === undefined || Math.abs(value) < LEAST ? 0 : Math.round(127 * value);

/** Writes LANGUAGE.tsv.gz, which training reads, from what vectors.py found and people rated. */
export const write = async (folder: string, afinnRu: string): Promise<void> => {
  const human: Readonly<Record<"en" | "ru", readonly Valences[]>> = {
    en: [readAfinn(), await readVader()],
    ru: [await readAfinnRu(afinnRu)],
  };
  for (const language of ["en", "ru"] as const) {
    const read = async (what: string): Promise<unknown> =>
      JSON.parse(await readFile(join(folder, `${language}.${what}.json`), "utf8"));
    const words = (await read("words")) as readonly (readonly [string, unknown])[];
    const values = (await read("values")) as readonly (readonly number[])[];
    const rows = words.flatMap(([word], i) => {
      const said = [...human[language].map((list) => byte(list.get(word))), ...(values[i] ?? []).map(byte)];
      return said.some((value) => value !== 0) ? [[word, ...said]] : [];
    });
    const lines = rows.toSorted(([a = ""], [b = ""]) => (a < b ? -1 : 1)).map((row) => `${row.join("\t")}\n`);
    const file = fileURLToPath(new URL(`${language}.tsv.gz`, import.meta.url));
    await writeFile(file, gzipSync(lines.join(""), { level: 9 }));
    console.log(language, lines.length, "words");
  }
};
