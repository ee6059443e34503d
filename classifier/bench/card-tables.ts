import { z } from "zod";
import type { Manifest } from "../src/manifest.ts";

const percent = z.number().min(0).max(100);
const three = z.strictObject({ recall: percent, f1: percent, accuracy: percent });

/** models/figures.json: what `evaluate` gave for the shipped files. */
export const figuresSchema = z.strictObject({
  model: z.string(),
  split: z.string(),
  rows: z.array(
    z.strictObject({
      set: z.string(),
      language: z.enum(["en", "ru"]),
      n: z.int(),
      unscored: z.int(),
      recall: percent,
      f1: percent,
      accuracy: percent,
      majority: three,
      wink: three.nullable(),
    }),
  ),
});
export type Figures = z.infer<typeof figuresSchema>;

/** The generated part of MODEL.md. */
export const cardTables = (manifest: Manifest, figures: Figures): string => {
  const files = (["en", "ru"] as const).map((language) => {
    const { file, features, bytes, sha256 } = manifest.files[language];
    return `| ${language} | models/${file} | ${features} | ${(bytes / 1024).toFixed(0)} KiB | \`${sha256}\` |`;
  });
  const rows = figures.rows.map(
    (r) =>
      `| ${r.set} | ${r.language} | ${manifest.trainedOn[r.set] ?? 0} | ${r.n} | ${r.recall.toFixed(1)} | ${r.f1.toFixed(1)} | ${r.accuracy.toFixed(1)} | ${r.majority.f1.toFixed(1)} | ${r.majority.accuracy.toFixed(1)} | ${r.wink?.recall.toFixed(1) ?? "–"} | ${r.wink?.f1.toFixed(1) ?? "–"} | ${r.unscored} |`,
  );
  const measured = new Set(figures.rows.map((r) => r.set));
  const unmeasured = Object.entries(manifest.trainedOn).flatMap(([set, n]) =>
    measured.has(set) ? [] : [`${set} (${n})`],
  );
  return [
    `Model \`${figures.model}\`, seed ${manifest.seed}.`,
    "",
    "| language | file | features | size | SHA-256 |",
    "|---|---|---|---|---|",
    ...files,
    "",
    "| set | language | texts trained on | dev texts | macro-averaged recall | macro F1 | accuracy | F1, always the most frequent label | accuracy, likewise | recall, wink-nlp's sentiment | F1, likewise | left unscored |",
    "|---|---|---|---|---|---|---|---|---|---|---|---|",
    ...rows,
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
