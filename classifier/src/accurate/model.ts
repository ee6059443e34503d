import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { PipelineError } from "@molva/contracts";
import {
  MODEL_FOLDER,
  answerOf,
  loadModel,
  readManifest,
  wordsOf,
  type Model,
  type ModelInput,
  type Scored,
} from "../model.ts";
import { withRating } from "../rating.ts";
import { towardsBrand } from "../towards.ts";
import { softmax, type Three } from "../weights.ts";
import { accurateManifestSchema, type AccurateManifest } from "./manifest.ts";
import { createPool, type Pool } from "./pool.ts";

/** A model that takes its time in threads of its own, and has to be closed. */
export interface SlowModel extends Model {
  readonly label: NonNullable<Model["label"]>;
  readonly close: NonNullable<Model["close"]>;
}

export interface AccurateOptions {
  readonly folder?: string;
  /** Threads, at least 1; left out: one a core, four at most. */
  readonly threads?: number;
}

export const ACCURATE_FOLDER = fileURLToPath(new URL("../../models/accurate/", import.meta.url));

const missing = (file: string, cause?: unknown): PipelineError =>
  new PipelineError(
    `${file} is missing or not the file that its manifest names: restore classifier/models/accurate from the repository, or use the model "fast"`,
    { code: "MODEL_MISSING", recovery: "exit", cause },
  );

const bytesOf = (file: string): Buffer => {
  try {
    return readFileSync(file);
  } catch (cause) {
    throw missing(file, cause);
  }
};

export const readAccurateManifest = (folder: string = ACCURATE_FOLDER): AccurateManifest =>
  accurateManifestSchema.parse(JSON.parse(bytesOf(join(folder, "manifest.json")).toString("utf8")));

const checked = (file: string, sha256: string): string => {
  if (createHash("sha256").update(bytesOf(file)).digest("hex") !== sha256) throw missing(file);
  return file;
};

const LEAST = 5e-5;
/** Scores of a transformer and probabilities of the fast model, which sees words as they are written, make one judgement. */
export const together = (
  scores: Three,
  { negative, neutral, positive }: NonNullable<Scored["probabilities"]>,
  { transformer, linear, shift }: Pick<AccurateManifest["languages"]["en"], "transformer" | "linear" | "shift">,
): Three => {
  const fast = [negative, neutral, positive].map((p) => Math.log(Math.max(LEAST, p))) as unknown as Three;
  return softmax([
    transformer * scores[0] + linear * fast[0] + shift[0],
    transformer * scores[1] + linear * fast[1] + shift[1],
    transformer * scores[2] + linear * fast[2] + shift[2],
  ]);
};

/** Of a clause the fast model's word is enough. */
const clauseScorer =
  (fast: Model, language: string) =>
  (text: string): Three => {
    const said = fast.score([{ title: null, text, rating: null, language }])[0]?.probabilities ?? null;
    return said === null ? [1 / 3, 1 / 3, 1 / 3] : [said.negative, said.neutral, said.positive];
  };

const isKnown = (language: string | null): language is "en" | "ru" => language === "en" || language === "ru";

/** What the transformers alone say of texts in one language: for fitting how much they count. */
export const openPool = (manifest: AccurateManifest, folder: string, threads?: number): Pool =>
  createPool(
    Object.fromEntries(
      (["en", "ru"] as const).map((language) => {
        const { file, sha256, tokenizer, tokenizerSha256, marks } = manifest.languages[language];
        return [
          language,
          {
            model: checked(join(folder, file), sha256),
            tokenizer: checked(join(folder, tokenizer), tokenizerSha256),
            marks,
          },
        ];
      }),
    ),
    threads,
  );

/**
 * A small transformer for each language, in threads, with the fast model's word beside it. `label` gives its answers; `score`, for clauses and
 * where an answer is needed at once, the fast model's.
 * @throws {PipelineError} `MODEL_MISSING` (exit) when a file is absent or another; later, from `label`, when ONNX Runtime cannot be loaded.
 */
export const loadAccurateModel = ({ folder = ACCURATE_FOLDER, threads }: AccurateOptions = {}): SlowModel => {
  const manifest = readAccurateManifest(folder);
  const fast = loadModel();
  const evidence = readManifest(MODEL_FOLDER).rating;
  const pool = openPool(manifest, folder, threads);
  const label = async (inputs: readonly ModelInput[]): Promise<readonly Scored[]> => {
    const quick = fast.score(inputs.map((input) => ({ ...input, rating: null })));
    const answers = [...quick];
    await Promise.all(
      (["en", "ru"] as const).map(async (language) => {
        const of = quick.flatMap((scored, i) =>
          scored.probabilities !== null && scored.language === language ? [i] : [],
        );
        const scores = await pool.score(
          language,
          of.map((i) => {
            const input = inputs[i] as ModelInput;
            return { text: wordsOf(input), brand: input.brand ?? null };
          }),
        );
        for (const [at, i] of of.entries()) {
          const { probabilities, language: found } = quick[i] as Scored;
          if (probabilities === null || !isKnown(found)) continue;
          const three = [...scores.subarray(at * 3, at * 3 + 3)] as unknown as Three;
          const input = inputs[i] as ModelInput;
          const whole = together(three, probabilities, manifest.languages[language]);
          const { brand = null } = input;
          const words = brand === null ? whole : towardsBrand(wordsOf(input), whole, brand, clauseScorer(fast, found));
          answers[i] = answerOf(withRating(words, input.rating, evidence[language]), found);
        }
      }),
    );
    return answers;
  };
  return {
    name: `${manifest.name}@${manifest.version}`,
    languages: fast.languages,
    score: fast.score,
    ...(fast.stretch === undefined ? {} : { stretch: fast.stretch }),
    label,
    close: pool.close,
  };
};
