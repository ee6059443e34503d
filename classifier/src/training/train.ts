import { createHash } from "node:crypto";
import { mkdir, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setImmediate as turn } from "node:timers/promises";
import { PipelineError, type Log } from "@molva/contracts";
import type { Manifest } from "../manifest.ts";
import { normaliseText, sameTextKey } from "../normalise.ts";
import type { RatingEvidence } from "../rating.ts";
import { createScorer } from "../scorer.ts";
import { calibrate, encodeWeights, type Weights } from "../weights.ts";
import { fitCalibration } from "./calibrate.ts";
import { createCorpus, keepColumns, type Corpus } from "./corpus.ts";
import { fit, idfOf, ratiosOf, valuesOf, type Linear, type Rows } from "./fit.ts";
import { readHeldOut } from "./held-out.ts";
import { importanceOf } from "./importance.ts";
import { filesOf, readLabelled, textHash, type LabelledText } from "./labelled-texts.ts";
import { createStopwatch, type TrainingProgress } from "./progress.ts";
import { ratingEvidenceOf } from "./rating-evidence.ts";
import { SETTINGS, type LanguageSettings } from "./settings.ts";
import { figuredBy, readWordLists, standardised, standardOf, type Figured, type Standard } from "./word-lists.ts";
import type { ValenceTable } from "../valences.ts";

export interface TrainingOptions {
  /** Holds one folder a set, each with `train.jsonl.gz` and perhaps `extra.jsonl.gz`. No other file is opened. */
  readonly dataDir: string;
  /** A folder; the model's files are put there when all are made. */
  readonly out: string;
  /** Labels carry it; left out, the shipped model's. A model that is to stand beside another needs one of its own. */
  readonly name?: { readonly name: string; readonly version: string };
  readonly log: Log;
  readonly onProgress?: (progress: TrainingProgress) => void;
  /** Hashes of texts not to train on; the committed list when left out. */
  readonly heldOut?: ReadonlySet<string>;
  readonly settings?: Readonly<Record<"en" | "ru", LanguageSettings>>;
  readonly signal?: AbortSignal;
}

export interface TrainingReport {
  readonly manifest: Manifest;
  readonly seconds: number;
  /** Highest resident memory that was seen, MiB. */
  readonly peakMemory: number;
}

const blank = { file: "", sha256: "", features: 0, bytes: 0 };
const MODEL_NAME = "molva-linear";
const MODEL_VERSION = "1.2.0";
const SEED = 20_261_122;
const NO_FIGURES: Figured = { width: 0, values: new Float32Array(0) };
/** One text in so many is kept from fitting and calibrates the probabilities. */
const CALIBRATION_SHARE = 25;
/** Whether this training text is kept from fitting; the accurate model keeps the same ones. */
export const isCalibrationText = (text: string): boolean =>
  Number.parseInt(textHash(text).slice(8), 16) % CALIBRATION_SHARE === 0;
/** Their `rating` is the label of the sentence in five classes, not stars that somebody gave beside it. */
const NOT_STARS: readonly string[] = ["sst5"];

/** Everything training reads, in order: all texts of the train files but those that a dev file has too. */
export const trainingTexts = async function* (
  dataDir: string,
  heldOut: ReadonlySet<string>,
): AsyncGenerator<LabelledText & { readonly dropped: boolean }> {
  for (const { set, file } of await filesOf(dataDir, "train"))
    for await (const row of readLabelled(file, set))
      if (sameTextKey(row.text) !== "") yield { ...row, dropped: heldOut.has(textHash(row.text)) };
};

/** The columns that move scores most: (largest − smallest weight) × root of the sum of squared values (LABELS.md §6). */
const strongest = (corpus: Corpus, values: Float32Array, weights: Float32Array, count: number): Corpus => {
  const squares = new Float64Array(corpus.keys.length);
  for (const [i, id] of corpus.ids.entries()) squares[id] = (squares[id] as number) + (values[i] as number) ** 2;
  const force = Float64Array.from(squares, (sum, id) => {
    const [a, b, c] = [weights[3 * id] as number, weights[3 * id + 1] as number, weights[3 * id + 2] as number];
    return (Math.max(a, b, c) - Math.min(a, b, c)) * Math.sqrt(sum);
  });
  if (force.length <= count) return corpus;
  const least = force.toSorted().at(-count) ?? 0;
  return keepColumns(corpus, (id) => (force[id] as number) >= least);
};

const summed = (parts: readonly { readonly linear: Linear; readonly scale: number }[]): Linear => {
  const [first] = parts;
  if (first === undefined) throw new RangeError("nothing to sum");
  const weights = new Float32Array(first.linear.weights.length);
  const figures = new Float64Array(first.linear.figures.length);
  const bias = new Float64Array(3);
  for (const { linear, scale } of parts) {
    for (let i = 0; i < figures.length; i += 1) figures[i] = (figures[i] as number) + scale * (linear.figures[i] ?? 0);
    for (let i = 0; i < weights.length; i += 1)
      weights[i] = (weights[i] as number) + scale * (linear.weights[i] as number);
    for (let c = 0; c < 3; c += 1) bias[c] = (bias[c] as number) + scale * (linear.bias[c] as number);
  }
  return { weights, figures, bias };
};

const quantised = (
  corpus: Corpus,
  idf: ReturnType<typeof idfOf>,
  linear: Linear,
  valences: ValenceTable,
  standard: Standard,
): Weights => {
  // The figures are read as they are: what made them alike goes into their weights and into the bias.
  const figures = Float32Array.from(linear.figures, (w, i) => w * (standard.scale[Math.floor(i / 3)] as number));
  const biasOf = (c: number): number =>
    standard.mean.reduce((sum, mean, k) => sum - mean * (figures[3 * k + c] as number), linear.bias[c] as number);
  const weightStep = linear.weights.reduce((top, w) => Math.max(top, Math.abs(w)), 1e-9) / 127;
  return {
    keys: corpus.keys,
    idf: idf.bytes,
    idfStep: idf.step,
    weights: Int8Array.from(linear.weights, (w) => Math.round(w / weightStep)),
    weightStep,
    bias: [biasOf(0), biasOf(1), biasOf(2)],
    sharpness: 1,
    shift: [0, 0, 0],
    valences,
    figures,
  };
};

const trainLanguage = async (
  texts: readonly LabelledText[],
  valences: ValenceTable,
  settings: LanguageSettings,
  tell: (stage: string, done: number, of: number) => void,
  signal: AbortSignal | undefined,
): Promise<{ readonly weights: Weights; readonly held: number; readonly rating: RatingEvidence }> => {
  const importance = importanceOf(texts);
  const held = texts.flatMap((row, i) => (isCalibrationText(row.text) ? [i] : []));
  const fitted = importance.slice();
  for (const i of held) fitted[i] = 0;
  const pause = async (): Promise<void> => {
    await turn();
    signal?.throwIfAborted();
  };
  tell("read", 0, texts.length);
  const read = texts.map((row) => row.text.slice(0, settings.readUnits));
  const all = await createCorpus(read, async (row) => {
    if (row % 1000 !== 999) return;
    tell("read", row + 1, texts.length);
    await pause();
  });
  const often = keepColumns(
    all,
    (id) => (all.rowsWith[id] as number) >= settings.leastRows[all.blocks[id] as 0 | 1 | 2],
  );
  const labels = Uint8Array.from(texts, (row) => row.label);
  const raw = figuredBy(valences, read);
  const standard = standardOf(raw, (row) => (fitted[row] as number) > 0, settings.spread);
  const figured = standardised(raw, standard);
  const rowsOf = (corpus: Corpus): Rows => ({
    corpus,
    values: valuesOf(corpus, idfOf(corpus)),
    labels,
    importance: fitted,
    figured,
  });
  const bothOn = async (rows: Rows, name: string, epochs: number): Promise<Linear> => {
    const onEpoch = (part: string) => (epoch: number) => {
      signal?.throwIfAborted();
      tell(`${name} ${part}`, epoch, epochs);
    };
    const logistic = await fit(rows, {
      loss: "softmax",
      c: settings.c,
      epochs,
      seed: SEED,
      ratios: null,
      onEpoch: onEpoch("logistic"),
    });
    if (settings.nbScale === 0) return logistic;
    const margin = await fit(settings.nbFigures ? rows : { ...rows, figured: NO_FIGURES }, {
      loss: "hinge",
      c: settings.nbC,
      epochs,
      seed: SEED + 1,
      ratios: ratiosOf(rows),
      onEpoch: onEpoch("nb-svm"),
    });
    return summed([
      { linear: logistic, scale: 1 },
      { linear: margin, scale: settings.nbScale },
    ]);
  };
  const wide = rowsOf(often);
  const first = await bothOn(wide, "all features", settings.firstEpochs);
  const narrow = strongest(often, wide.values, first.weights, settings.features);
  const kept = await bothOn(rowsOf(narrow), "kept features", settings.epochs);
  const weights = quantised(narrow, idfOf(narrow), kept, valences, standard);
  const scorer = createScorer(weights);
  const scored = held.flatMap((i) => {
    const row = texts[i];
    return row === undefined
      ? []
      : [{ ...row, scores: scorer.score(normaliseText(row.text)), importance: importance[i] ?? 0 }];
  });
  const calibrated = { ...weights, ...fitCalibration(scored) };
  const rated = scored.flatMap(({ rating, set, scores }) =>
    rating === null || NOT_STARS.includes(set) ? [] : [{ rating, probabilities: calibrate(scores, calibrated) }],
  );
  return { weights: calibrated, held: held.length, rating: ratingEvidenceOf(rated) };
};

/** Trains both languages from the train files below `dataDir` and writes the model to `out`. Equal inputs give equal bytes. */
export const train = async (options: TrainingOptions): Promise<TrainingReport> => {
  const watch = createStopwatch(options.onProgress);
  const heldOut = options.heldOut ?? (await readHeldOut());
  const trainedOn: Record<string, number> = {};
  const texts: { en: LabelledText[]; ru: LabelledText[] } = { en: [], ru: [] };
  let dropped = 0;
  for await (const { dropped: drop, ...row } of trainingTexts(options.dataDir, heldOut)) {
    if (drop) dropped += 1;
    else {
      texts[row.language].push(row);
      trainedOn[row.set] = (trainedOn[row.set] ?? 0) + 1;
    }
  }
  const made: { language: "en" | "ru"; bytes: Buffer; features: number; rating: RatingEvidence }[] = [];
  let calibrationTexts = 0;
  for (const language of ["en", "ru"] as const) {
    if (texts[language].length === 0)
      throw new PipelineError(`No training texts in ${language} below ${options.dataDir}: both languages are needed`, {
        code: "USAGE",
        recovery: "exit",
      });
    const { weights, held, rating } = await trainLanguage(
      texts[language],
      await readWordLists(language),
      (options.settings ?? SETTINGS)[language],
      (stage, done, of) => watch.tell(`${language}: ${stage}`, done, of),
      options.signal,
    );
    calibrationTexts += held;
    made.push({ language, bytes: encodeWeights(weights), features: weights.keys.length, rating });
    options.log.info("language trained", {
      language,
      texts: texts[language].length,
      features: weights.keys.length,
      sharpness: weights.sharpness,
    });
  }
  await mkdir(options.out, { recursive: true });
  const files: Manifest["files"] = { en: blank, ru: blank };
  const evidence: Manifest["rating"] = { en: [], ru: [] };
  for (const { language, bytes, features, rating } of made) {
    evidence[language] = rating.map(([a, b, c]) => [a, b, c]);
    const file = `${language}.bin`;
    await writeFile(join(options.out, `${file}.part`), bytes);
    await rename(join(options.out, `${file}.part`), join(options.out, file));
    files[language] = { file, sha256: createHash("sha256").update(bytes).digest("hex"), features, bytes: bytes.length };
  }
  const manifest: Manifest = {
    name: options.name?.name ?? MODEL_NAME,
    version: options.name?.version ?? MODEL_VERSION,
    seed: SEED,
    files,
    rating: evidence,
    trainedOn,
    calibrationTexts,
    droppedAsDevTexts: dropped,
  };
  await writeFile(join(options.out, "manifest.json"), `${JSON.stringify(manifest, null, 2)}\n`);
  return { manifest, ...watch.end() };
};
