import { LABELS } from "@molva/contracts";
import type { Model } from "./model.ts";
import { filesOf, readLabelled } from "./training/labelled-texts.ts";

/** Figures in percent, 0…100. */
export interface EvaluationRow {
  readonly set: string;
  readonly language: "en" | "ru";
  readonly n: number;
  /** Texts the model left unscored: each counts as an error. */
  readonly unscored: number;
  /** Mean recall over the classes that the set has. */
  readonly recall: number;
  /** Mean F1 over the classes that the set has. */
  readonly f1: number;
  readonly accuracy: number;
}

export interface EvaluationOptions {
  readonly dataDir: string;
  readonly split: string;
  readonly model: Model;
  /** Only these; all that have the split when left out. */
  readonly sets?: readonly string[];
  /** Hands the set's language over instead of having the model find it; for telling the two errors apart. */
  readonly tellLanguage?: boolean;
}

const percent = (share: number): number => Math.round(share * 1000) / 10;

/** By set, from pairs of (true, given) with 3 for `unscored`. */
const figures = (
  table: readonly (readonly number[])[],
): Pick<EvaluationRow, "n" | "unscored" | "recall" | "f1" | "accuracy"> => {
  const at = (truth: number, given: number): number => table[truth]?.[given] ?? 0;
  const ofTruth = [0, 1, 2].map((truth) => [0, 1, 2, 3].reduce((sum, given) => sum + at(truth, given), 0));
  const ofGiven = [0, 1, 2].map((given) => [0, 1, 2].reduce((sum, truth) => sum + at(truth, given), 0));
  const n = ofTruth.reduce((sum, count) => sum + count, 0);
  const present = [0, 1, 2].filter((truth) => (ofTruth[truth] ?? 0) > 0);
  const mean = (of: (truth: number) => number): number =>
    percent(present.reduce((sum, truth) => sum + of(truth), 0) / Math.max(1, present.length));
  return {
    n,
    unscored: [0, 1, 2].reduce((sum, truth) => sum + at(truth, 3), 0),
    recall: mean((c) => at(c, c) / (ofTruth[c] ?? 1)),
    f1: mean((c) => (2 * at(c, c)) / ((ofTruth[c] ?? 0) + (ofGiven[c] ?? 0))),
    accuracy: percent((at(0, 0) + at(1, 1) + at(2, 2)) / Math.max(1, n)),
  };
};

/** One row a set that has the split. Texts only: stars that stand beside a text are not shown to the model. */
export const evaluate = async ({
  dataDir,
  split,
  model,
  sets,
  tellLanguage = false,
}: EvaluationOptions): Promise<readonly EvaluationRow[]> => {
  const rows: EvaluationRow[] = [];
  for (const { set, file } of await filesOf(dataDir, split)) {
    if (sets !== undefined && !sets.includes(set)) continue;
    const table = [0, 1, 2].map(() => [0, 0, 0, 0]);
    let language: "en" | "ru" = "en";
    for await (const row of readLabelled(file, set)) {
      language = row.language;
      const [scored] = model.score([
        { title: null, text: row.text, rating: null, language: tellLanguage ? row.language : null },
      ]);
      const given = scored === undefined || scored.label === "unscored" ? 3 : LABELS.indexOf(scored.label);
      const counts = table[row.label] as number[];
      counts[given] = (counts[given] ?? 0) + 1;
    }
    rows.push({ set, language, ...figures(table) });
  }
  return rows;
};
