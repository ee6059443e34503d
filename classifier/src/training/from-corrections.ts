import { createHash } from "node:crypto";
import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { PipelineError } from "@molva/contracts";
import { countConfusion, figuresOf, onlyFigures, type Figures } from "../evaluation/confusion.ts";
import type { Manifest } from "../manifest.ts";
import { MODEL_FOLDER, readManifest } from "../model.ts";
import { normaliseText } from "../normalise.ts";
import { createScorer } from "../scorer.ts";
import { decodeWeights, encodeWeights, type Weights } from "../weights.ts";
import { adapt, type Correction } from "./adapt.ts";
import { textHash } from "./labelled-texts.ts";

export interface CorrectedText extends Correction {
  readonly language: "en" | "ru";
}

export interface CorrectionsOptions {
  /** Texts with the labels that people gave them. */
  readonly texts: readonly CorrectedText[];
  /** Where the new model goes. */
  readonly out: string;
  /** What its labels carry: another than the shipped model's. */
  readonly name: { readonly name: string; readonly version: string };
}

/** What people's labels are worth: each text is judged by a model that did not see it, five parts in turn. In percent. */
export interface CorrectionsRow {
  readonly language: "en" | "ru";
  readonly n: number;
  readonly before: Figures;
  readonly after: Figures;
}

const FOLDS = 5;
/** Fewer say nothing about a language: its weights stay. */
export const LEAST_CORRECTIONS = 20;
const SEED = 20_261_122;

/** Texts of the same words are in the same part. */
const foldOf = ({ text }: Correction): number => Number.parseInt(textHash(text).slice(0, 8), 16) % FOLDS;

const given = (w: Weights): ((text: string) => 0 | 1 | 2) => {
  const scorer = createScorer(w);
  return (text) => {
    const raw = scorer.score(normaliseText(text));
    const [a, b, c] = [0, 1, 2].map((k) => (raw[k] ?? 0) * w.sharpness + (w.shift[k] ?? 0)) as [number, number, number];
    return a > b && a >= c ? 0 : c > b ? 2 : 1;
  };
};

const crossValidated = async (
  w: Weights,
  texts: readonly CorrectedText[],
): Promise<Pick<CorrectionsRow, "before" | "after">> => {
  const [before, after] = [countConfusion(), countConfusion()];
  const shipped = given(w);
  for (let fold = 0; fold < FOLDS; fold += 1) {
    const seen = texts.filter((text) => foldOf(text) !== fold);
    const learned = given(await adapt(w, seen, SEED));
    for (const { text, label } of texts.filter((other) => foldOf(other) === fold)) {
      before.add(label, shipped(text));
      after.add(label, learned(text));
    }
  }
  return { before: onlyFigures(figuresOf(before.table)), after: onlyFigures(figuresOf(after.table)) };
};

/**
 * The shipped model, moved by one's own labels, in `out`; and what that is worth on labels it has not seen. Needs no training texts.
 * @throws {PipelineError} `USAGE` (exit) when no language has `LEAST_CORRECTIONS` labelled texts.
 */
export const trainFromCorrections = async ({
  texts,
  out,
  name,
}: CorrectionsOptions): Promise<readonly CorrectionsRow[]> => {
  const shipped = readManifest();
  if (
    !(["en", "ru"] as const).some(
      (language) => texts.filter((text) => text.language === language).length >= LEAST_CORRECTIONS,
    )
  )
    throw new PipelineError(
      `People have labelled ${texts.length} texts; ${LEAST_CORRECTIONS} of one language are needed: molva relabel, molva audit`,
      { code: "USAGE", recovery: "exit" },
    );
  const files: Manifest["files"] = { ...shipped.files };
  const rows: CorrectionsRow[] = [];
  await mkdir(out, { recursive: true });
  for (const language of ["en", "ru"] as const) {
    const { file } = shipped.files[language];
    const weights = decodeWeights(await readFile(join(MODEL_FOLDER, file)), file);
    const of = texts.filter((text) => text.language === language);
    const enough = of.length >= LEAST_CORRECTIONS;
    if (enough) rows.push({ language, n: of.length, ...(await crossValidated(weights, of)) });
    const learned = enough ? await adapt(weights, of, SEED) : weights;
    const bytes = encodeWeights(learned);
    await writeFile(join(out, `${file}.part`), bytes);
    await rename(join(out, `${file}.part`), join(out, file));
    files[language] = {
      file,
      sha256: createHash("sha256").update(bytes).digest("hex"),
      features: learned.keys.length,
      bytes: bytes.length,
    };
  }
  const trainedOn = { ...shipped.trainedOn, corrections: texts.length };
  await writeFile(
    join(out, "manifest.json"),
    `${JSON.stringify({ ...shipped, ...name, files, trainedOn }, null, 2)}\n`,
  );
  return rows;
};
