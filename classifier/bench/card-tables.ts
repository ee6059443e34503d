import { z } from "zod";
import type { AccurateManifest } from "../src/accurate/manifest.ts";
import type { Manifest } from "../src/manifest.ts";

const percent = z.number().min(0).max(100);
const three = z.strictObject({ recall: percent, f1: percent, accuracy: percent });

const rowSchema = z.strictObject({
  set: z.string(),
  language: z.enum(["en", "ru"]),
  n: z.int(),
  unscored: z.int(),
  recall: percent,
  f1: percent,
  accuracy: percent,
  confusion: z.array(z.tuple([z.int(), z.int(), z.int(), z.int()])).length(3),
  calibration: z.strictObject({
    error: percent,
    bins: z.array(z.strictObject({ from: percent, n: z.int(), said: percent, right: percent })),
  }),
  rates: z.strictObject({ brands: z.int(), error: z.number(), bias: z.number() }).nullable(),
  majority: three,
  wink: three.nullable(),
  vader: three.nullable(),
  afinn: three.nullable(),
});

/** models/figures.json: what `evaluate` gave for the shipped files. */
export const figuresSchema = z.strictObject({
  model: z.string(),
  split: z.string(),
  rows: z.array(rowSchema),
  /** The accurate model on the same texts; null while there is none. */
  accurate: z.strictObject({ model: z.string(), rows: z.array(rowSchema) }).nullable(),
});
export type Figures = z.infer<typeof figuresSchema>;
type Row = Figures["rows"][number];

const tenth = (value: number | undefined): string => value?.toFixed(1) ?? "–";

const fileRows = (manifest: Manifest, accurate: AccurateManifest | null): readonly string[] => [
  "| model | language | file | what is in it | size | SHA-256 |",
  "|---|---|---|---|---|---|",
  ...(["en", "ru"] as const).map((language) => {
    const { file, features, bytes, sha256 } = manifest.files[language];
    return `| fast | ${language} | models/${file} | ${features} features | ${(bytes / 1024).toFixed(0)} KiB | \`${sha256}\` |`;
  }),
  ...(["en", "ru"] as const).flatMap((language) => {
    if (accurate === null) return [];
    const { file, layers, words, bytes, sha256 } = accurate.languages[language];
    return [
      `| accurate | ${language} | models/accurate/${file} | ${layers} layers, ${words} pieces of words | ${(bytes / 2 ** 20).toFixed(1)} MiB | \`${sha256}\` |`,
    ];
  }),
];

const setRows = (manifest: Manifest, rows: readonly Row[], accurate: readonly Row[]): readonly string[] => [
  "| set | language | texts trained on | dev texts | recall | F1 | accuracy | accurate model: recall | F1 | accuracy | most frequent label: F1 | accuracy | wink-nlp: recall | VADER: recall | AFINN: recall | left unscored |",
  "|---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|",
  ...rows.map((r) => {
    const a = accurate.find(({ set }) => set === r.set);
    const cells = [r.set, r.language, manifest.trainedOn[r.set] ?? 0, r.n, tenth(r.recall), tenth(r.f1)];
    cells.push(tenth(r.accuracy), tenth(a?.recall), tenth(a?.f1), tenth(a?.accuracy));
    cells.push(tenth(r.majority.f1), tenth(r.majority.accuracy));
    cells.push(tenth(r.wink?.recall), tenth(r.vader?.recall), tenth(r.afinn?.recall), r.unscored);
    return `| ${cells.join(" | ")} |`;
  }),
];

const sumOf = (counts: readonly (readonly number[])[], truth: number): number =>
  (counts[truth] ?? []).reduce((all, n) => all + n, 0);

/** Of a hundred texts that people called so, how many each label got; all sets of a language together. */
const confusionRows = (rows: readonly Row[], language: "en" | "ru"): readonly string[] => {
  const of = rows.filter((row) => row.language === language);
  const counts = [0, 1, 2].map((truth) =>
    [0, 1, 2, 3].map((given) => of.reduce((all, { confusion }) => all + (confusion[truth]?.[given] ?? 0), 0)),
  );
  return ["negative", "neutral", "positive"].map((label, truth) => {
    const n = Math.max(1, sumOf(counts, truth));
    const shares = (counts[truth] ?? []).map((count) => tenth((100 * count) / n));
    return `| ${language} | ${label} | ${n} | ${shares.join(" | ")} |`;
  });
};

const reliabilityRows = (rows: readonly Row[], language: "en" | "ru"): readonly string[] => {
  const of = rows.filter((row) => row.language === language).flatMap(({ calibration }) => calibration.bins);
  return [30, 40, 50, 60, 70, 80, 90].flatMap((from) => {
    const bins = of.filter((bin) => bin.from === from);
    const n = bins.reduce((all, bin) => all + bin.n, 0);
    if (n === 0) return [];
    const mean = (what: "said" | "right"): string => tenth(bins.reduce((all, bin) => all + bin.n * bin[what], 0) / n);
    return [`| ${language} | ${from} to ${from + 10} | ${n} | ${mean("said")} | ${mean("right")} |`];
  });
};

const rateLine = ({ set, rates, calibration }: Row): string =>
  rates === null
    ? `${set} ECE ${tenth(calibration.error)}`
    : `${set} ECE ${tenth(calibration.error)}, rate off by ${tenth(rates.error)} (${rates.bias < 0 ? "" : "+"}${tenth(rates.bias)}) over ${rates.brands} brands`;

/** How many texts its figures rest on. */
const accurateRead = ({ rows, accurate }: Figures): string => {
  const counts = (accurate?.rows ?? []).map(({ set, n }) => ({
    set,
    n,
    all: rows.find((row) => row.set === set)?.n ?? n,
  }));
  const part = counts.filter(({ n, all }) => n < all);
  if (part.length === 0) return "The accurate model's figures are on the same texts.";
  const whole = counts.filter(({ n, all }) => n === all).map(({ set, n }) => `${set} (${n})`);
  return `The accurate model read every dev text of ${whole.join(", ")}; of each other set at most ${Math.max(...part.map(({ n }) => n))}, spread over it: its recall there is sure to some five points.`;
};

/** The generated part of MODEL.md. */
export const cardTables = (manifest: Manifest, figures: Figures, accurate: AccurateManifest | null): string => {
  const measured = new Set(figures.rows.map((r) => r.set));
  const unmeasured = Object.entries(manifest.trainedOn).flatMap(([set, n]) =>
    measured.has(set) ? [] : [`${set} (${n})`],
  );
  const beside = figures.accurate === null ? "" : ` and \`${figures.accurate.model}\``;
  return [
    `Models \`${figures.model}\`${beside}, seed ${manifest.seed}.`,
    "",
    ...fileRows(manifest, accurate),
    "",
    ...setRows(manifest, figures.rows, figures.accurate?.rows ?? []),
    "",
    ...(figures.accurate === null ? [] : [accurateRead(figures), ""]),
    "Who is taken for whom, fast model: of 100 texts that people called so, how many got each label.",
    "",
    "| language | called | texts | negative | neutral | positive | unscored |",
    "|---|---|---|---|---|---|---|",
    ...(["en", "ru"] as const).flatMap((language) => confusionRows(figures.rows, language)),
    "",
    "How often labels of a probability are right, fast model, in percent.",
    "",
    "| language | probability | texts | said | right |",
    "|---|---|---|---|---|",
    ...(["en", "ru"] as const).flatMap((language) => reliabilityRows(figures.rows, language)),
    "",
    `Expected calibration error, and by how many points the rates of the brands of a set (30 texts or more) are off: ${figures.rows.map(rateLine).join("; ")}.`,
    "",
    "What stars beside a text add to the log-odds of negative, neutral and positive, from one star to five:",
    ...(["en", "ru"] as const).map(
      (language) => `${language} ${manifest.rating[language].map((shift) => `(${shift.join(", ")})`).join(", ")}.`,
    ),
    "",
    `Trained on without a dev split of their own: ${unmeasured.join(", ") || "none"}. Kept from fitting, to calibrate the probabilities: ${manifest.calibrationTexts} texts. Dropped because a dev file has the same text: ${manifest.droppedAsDevTexts}.`,
    "",
  ].join("\n");
};
