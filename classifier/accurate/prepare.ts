import { createWriteStream } from "node:fs";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { finished } from "node:stream/promises";
import { isCalibrationText, trainingTexts } from "../src/training/train.ts";
import { importanceOf } from "../src/training/importance.ts";
import { readHeldOut } from "../src/training/held-out.ts";
import type { LabelledText } from "../src/training/labelled-texts.ts";
import { createTokens } from "../src/accurate/tokens.ts";
import { MARKS, cutUnigrams, cutWordPieces } from "./vocabulary.ts";

/** Sets whose label is towards their `brand`: half of their texts are read with it, half without. */
const TOWARDS: readonly string[] = ["dong2014_target", "rusentne", "sentirueval", "semeval14_absa", "brand_emotion"];

/**
 * What train.py reads, in `folder` (where origins.py has put the vocabularies): the tokenizers cut to what the training
 * texts need, the ids that stay, and every training text in tokens. The same code makes tokens in use: Python makes none.
 */
export const prepare = async (dataDir: string, folder: string): Promise<void> => {
  await mkdir(folder, { recursive: true });
  const heldOut = await readHeldOut();
  const texts: { en: LabelledText[]; ru: LabelledText[] } = { en: [], ru: [] };
  for await (const { dropped, ...row } of trainingTexts(dataDir, heldOut)) if (!dropped) texts[row.language].push(row);
  for (const language of ["en", "ru"] as const) {
    const of = texts[language];
    const origin = JSON.parse(
      await readFile(join(folder, language === "en" ? "en.tokenizer.json" : "ru.pieces.json"), "utf8"),
    ) as never;
    const { tokenizer, kept } = language === "en" ? cutWordPieces(origin) : cutUnigrams(origin, of);
    await writeFile(join(folder, `${language}.json`), JSON.stringify(tokenizer));
    await writeFile(join(folder, `${language}.kept.json`), JSON.stringify(kept));
    const tokens = createTokens(tokenizer, MARKS[language][0], MARKS[language][1]);
    const importance = importanceOf(of);
    const out = createWriteStream(join(folder, `${language}.train.jsonl`));
    let [longest, sum] = [0, 0];
    for (const [i, row] of of.entries()) {
      const brand = TOWARDS.includes(row.set) && i % 2 === 0 ? row.brand : null;
      const { ids, brand: tail } = tokens(row.text, brand);
      longest = Math.max(longest, ids.length);
      sum += ids.length;
      out.write(
        `${JSON.stringify({ ids, tail, label: row.label, weight: importance[i], set: row.set, held: isCalibrationText(row.text) })}\n`,
      );
    }
    out.end();
    await finished(out);
    console.log(
      language,
      of.length,
      "texts,",
      kept.length,
      "pieces,",
      (sum / of.length).toFixed(1),
      "tokens a text, at most",
      longest,
    );
  }
};
