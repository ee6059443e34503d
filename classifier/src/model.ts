import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { PipelineError, type GivenLabel, type Probabilities, type Rating } from "@molva/contracts";
import { baseLanguage, isSupported, languageOf, type SupportedLanguage } from "./language.ts";
import { manifestSchema, type Manifest } from "./manifest.ts";
import { normaliseText } from "./normalise.ts";
import { withRating } from "./rating.ts";
import { createScorer } from "./scorer.ts";
import { towardsBrand } from "./towards.ts";
import { calibrate, decodeWeights, type Three } from "./weights.ts";

/** What a model reads of a mention. */
export interface ModelInput {
  readonly title: string | null;
  readonly text: string;
  readonly rating: Rating | null;
  /** As the source tells it; null: not told. */
  readonly language: string | null;
  /** What the label is towards, as people write it; left out or null: the text as a whole. */
  readonly brand?: string | null;
}

export interface Scored {
  readonly label: GivenLabel;
  /** Null exactly when the label is `unscored`. */
  readonly probabilities: Probabilities | null;
  /** ISO 639-1 that was told or found; null when neither. */
  readonly language: string | null;
}

/** The port behind which every model stands. */
export interface Model {
  /** `name@version`. */
  readonly name: string;
  readonly languages: readonly string[];
  /** As many answers as inputs, in their order. Pure: equal inputs give equal answers. Never throws for a text. */
  score(inputs: readonly ModelInput[]): readonly Scored[];
  /**
   * What `score` says of the units from `from` to `to` of a text that `normaliseText` gave, in a language of the model, but for what stands across
   * their edges; there in a model that has it at hand of the text that was scored last. Null where it says nothing.
   */
  stretch?(text: string, from: number, to: number, language: string): Probabilities | null;
  /**
   * There in a model that takes its time in threads of its own: the answers that count for mentions, and `score` is then a quick word for
   * their clauses. Pure as `score` is. Rejects with `MODEL_MISSING` (exit) when its threads cannot go on.
   */
  label?(inputs: readonly ModelInput[]): Promise<readonly Scored[]>;
  /** Ends its threads; to be called where the model was loaded. */
  close?(): Promise<void>;
}

/** The model's answers that count, whether it gives them at once or not. */
export const labelled = async (model: Model, inputs: readonly ModelInput[]): Promise<readonly Scored[]> =>
  model.label === undefined ? model.score(inputs) : model.label(inputs);

const UNSCORED = { label: "unscored", probabilities: null } as const;

const four = (value: number): number => Math.round(value * 10_000) / 10_000;

/** Label and probabilities, to four digits, that agree. */
export const answerOf = (three: Three, language: string | null): Scored => {
  const negative = three[0];
  const neutral = three[1];
  const positive = three[2];
  const a = four(negative);
  const c = four(positive);
  const probabilities = { negative: a, neutral: Math.max(0, four(1 - a - c)), positive: c };
  const label = negative > neutral && negative >= positive ? "negative" : positive > neutral ? "positive" : "neutral";
  return { label, probabilities, language };
};

const SCRIPT = { en: /\p{Script=Latin}/u, ru: /\p{Script=Cyrillic}/u } as const;

/** The told language, unless its script is nowhere in the text: feeds state the site's language for every visitor. */
const languageFor = (told: string | null, words: string): string | null => {
  const base = told === null ? null : baseLanguage(told);
  if (base === null || base === "" || base === "und") return languageOf(words);
  if (!isSupported(base)) return base;
  return SCRIPT[base].test(words) ? base : (languageOf(words) ?? base);
};

/** Title and text, read as one. */
export const wordsOf = ({ title, text }: Pick<ModelInput, "title" | "text">): string =>
  title === null || title.trim() === "" ? text : text.trim() === "" ? title : `${title}.\n${text}`;

interface Scorer {
  /** Probabilities by words alone. */
  readonly ofWords: (text: string) => Three;
  readonly ofStretch: (text: string, from: number, to: number) => Three | null;
  readonly withStars: (words: Three, rating: Rating | null) => Three;
}
type Scorers = Readonly<Record<SupportedLanguage, Scorer>>;

const scoreOne = (input: ModelInput, scorers: Scorers): Scored => {
  const words = wordsOf(input);
  if (!/[\p{L}\p{N}\p{Extended_Pictographic}]/u.test(words)) {
    // A rating without words too: stars are counted as ratings, never as what a text says.
    return { ...UNSCORED, language: input.language === null ? null : baseLanguage(input.language) };
  }
  const language = languageFor(input.language, words);
  if (isSupported(language)) {
    const { ofWords, withStars } = scorers[language];
    const whole = ofWords(words);
    const { brand = null } = input;
    const said = brand === null ? whole : towardsBrand(words, whole, brand, ofWords);
    return answerOf(withStars(said, input.rating), language);
  }
  return { ...UNSCORED, language };
};

export const MODEL_FOLDER = fileURLToPath(new URL("../models/", import.meta.url));

const MANIFEST = "manifest.json";

type ReadFile = (file: string) => Buffer;

const fromFolder =
  (folder: string): ReadFile =>
  (file) => {
    try {
      return readFileSync(`${folder}/${file}`);
    } catch (cause) {
      throw new PipelineError(
        `The model file ${file} is missing in ${folder}: restore it from the repository, or run \`molva train\``,
        {
          code: "MODEL_MISSING",
          recovery: "exit",
          cause,
        },
      );
    }
  };

const manifestOf = (read: ReadFile): Manifest => manifestSchema.parse(JSON.parse(read(MANIFEST).toString("utf8")));

export const readManifest = (folder: string = MODEL_FOLDER): Manifest => manifestOf(fromFolder(folder));

const modelOf = (read: ReadFile): Model => {
  const manifest = manifestOf(read);
  const scorerOf = (language: SupportedLanguage): Scorers[SupportedLanguage] => {
    const { file, sha256 } = manifest.files[language];
    const bytes = read(file);
    if (createHash("sha256").update(bytes).digest("hex") !== sha256)
      throw new PipelineError(
        `${file} is not the file that manifest.json names: restore both from the repository, or run \`molva train\``,
        { code: "MODEL_MISSING", recovery: "exit" },
      );
    const weights = decodeWeights(bytes, file);
    const scorer = createScorer(weights);
    const evidence = manifest.rating[language];
    return {
      ofWords: (text) => calibrate(scorer.score(normaliseText(text)), weights),
      ofStretch: (text, from, to) => {
        const scores = scorer.stretch(text, from, to);
        return scores === null ? null : calibrate(scores, weights);
      },
      withStars: (words, rating) => withRating(words, rating, evidence),
    };
  };
  const scorers = { en: scorerOf("en"), ru: scorerOf("ru") };
  return {
    name: `${manifest.name}@${manifest.version}`,
    languages: ["en", "ru"],
    score: (inputs) => inputs.map((input) => scoreOne(input, scorers)),
    stretch: (text, from, to, language) => {
      const said = isSupported(language) ? scorers[language].ofStretch(text, from, to) : null;
      return said === null ? null : answerOf(said, language).probabilities;
    },
  };
};

/**
 * The trained English and Russian model from its files; no network; tens of milliseconds, after about half a second for what this package imports.
 * @throws {PipelineError} `MODEL_MISSING` (exit) when a file is absent, damaged, or not the one its manifest names.
 */
export const loadModel = (folder: string = MODEL_FOLDER): Model => modelOf(fromFolder(folder));

/** A model's files in base64 by their names: so it lies where no folder is at hand. About 4/3 of what the files weigh. */
export type PackedModel = Readonly<Record<string, string>>;

/** @throws {PipelineError} as `loadModel`. */
export const packModel = (folder: string = MODEL_FOLDER): PackedModel => {
  const read = fromFolder(folder);
  const { files } = manifestOf(read);
  return Object.fromEntries(
    [MANIFEST, files.en.file, files.ru.file].map((file) => [file, read(file).toString("base64")]),
  );
};

/** @throws {PipelineError} as `loadModel`. */
export const unpackModel = (packed: PackedModel): Model =>
  modelOf((file) => {
    const bytes = packed[file];
    if (bytes !== undefined) return Buffer.from(bytes, "base64");
    throw new PipelineError(`The saved model has no file ${file}: run \`molva replay\` with its folder once more`, {
      code: "MODEL_MISSING",
      recovery: "exit",
    });
  });
