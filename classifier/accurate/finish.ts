import { createHash } from "node:crypto";
import { copyFile, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fitTogether, type Pair } from "./fit-together.ts";
import { readHeldOut } from "../src/training/held-out.ts";
import { importanceOf } from "../src/training/importance.ts";
import type { LabelledText } from "../src/training/labelled-texts.ts";
import { isCalibrationText, trainingTexts } from "../src/training/train.ts";
import type { AccurateManifest } from "../src/accurate/manifest.ts";
import { openPool } from "../src/accurate/model.ts";
import { loadModel } from "../src/model.ts";
import { MARKS } from "./vocabulary.ts";

/** Labels carry it: change it with the weights. */
const NAME = "molva-accurate";
const VERSION = "1.1.0";

const sha256Of = async (file: string): Promise<string> =>
  createHash("sha256")
    .update(await readFile(file))
    .digest("hex");

const LANGUAGES = ["en", "ru"] as const;

const calibrationTexts = async (
  dataDir: string,
): Promise<Readonly<Record<"en" | "ru", readonly (LabelledText & { readonly importance: number })[]>>> => {
  const texts: { en: LabelledText[]; ru: LabelledText[] } = { en: [], ru: [] };
  for await (const { dropped, ...row } of trainingTexts(dataDir, await readHeldOut()))
    if (!dropped) texts[row.language].push(row);
  const kept = (of: readonly LabelledText[]) => {
    const importance = importanceOf(of);
    return of.flatMap((row, i) => (isCalibrationText(row.text) ? [{ ...row, importance: importance[i] ?? 0 }] : []));
  };
  return { en: kept(texts.en), ru: kept(texts.ru) };
};

/**
 * Puts the files that export.py wrote into `out`, fits on texts kept from fitting how much transformer and fast model count,
 * and writes the manifest. `most`: of so many texts a language, where time is short. Run again after `molva train`: the fast model's word counts in it.
 */
export const finish = async (dataDir: string, folder: string, out: string, most = Infinity): Promise<void> => {
  const languages: Partial<Record<"en" | "ru", AccurateManifest["languages"]["en"]>> = {};
  for (const language of LANGUAGES) {
    const [file, tokenizer] = [`${language}.onnx`, `${language}.json`];
    if (folder !== out) await copyFile(join(folder, tokenizer), join(out, tokenizer));
    const { model } = JSON.parse(await readFile(join(out, tokenizer), "utf8")) as { model: { vocab: object } };
    const { layers } = JSON.parse(await readFile(join(out, `${language}.shape.json`), "utf8")) as { layers: number };
    languages[language] = {
      file,
      sha256: await sha256Of(join(out, file)),
      bytes: (await stat(join(out, file))).size,
      tokenizer,
      tokenizerSha256: await sha256Of(join(out, tokenizer)),
      marks: [...MARKS[language]],
      layers,
      words: Object.keys(model.vocab).length,
      transformer: 1,
      linear: 0,
      shift: [0, 0, 0],
    };
  }
  const manifest = { name: NAME, version: VERSION, languages } as AccurateManifest;
  const texts = await calibrationTexts(dataDir);
  const fast = loadModel();
  const pool = openPool(manifest, out);
  for (const language of LANGUAGES) {
    const of = texts[language].filter((_, i, { length }) => i % Math.ceil(length / most) === 0);
    const quick = fast.score(of.map(({ text }) => ({ title: null, text, rating: null, language })));
    const scores = await pool.score(
      language,
      of.map(({ text }) => ({ text, brand: null })),
    );
    const pairs = of.flatMap(({ label, importance }, i): Pair[] => {
      const probabilities = quick[i]?.probabilities ?? null;
      const three = scores.subarray(3 * i, 3 * i + 3);
      return probabilities === null
        ? []
        : [{ scores: [three[0] ?? 0, three[1] ?? 0, three[2] ?? 0], probabilities, label, importance }];
    });
    const fitted = fitTogether(pairs);
    console.log(language, pairs.length, "texts", JSON.stringify(fitted));
    languages[language] = { ...manifest.languages[language], ...fitted, shift: [...fitted.shift] };
  }
  await pool.close();
  await writeFile(join(out, "manifest.json"), `${JSON.stringify({ ...manifest, languages }, null, 2)}\n`);
};
