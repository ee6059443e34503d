import { LABELS } from "@molva/contracts";
import type { Model } from "./model.ts";
import { filesOf, readLabelled } from "./training/labelled-texts.ts";

/** In percent, 0…100. */
export interface Figures {
  /** Mean recall over the classes that the set has. */
  readonly recall: number;
  /** Mean F1 over the classes that the set has. */
  readonly f1: number;
  readonly accuracy: number;
}

/** Figures in percent, 0…100. */
export interface EvaluationRow extends Figures {
  readonly set: string;
  readonly language: "en" | "ru";
  readonly n: number;
  /** Texts the model left unscored: each counts as an error. */
  readonly unscored: number;
  /** What the same label for every text, the set's most frequent one, would get. */
  readonly majority: Figures;
  /** What wink-nlp's own sentiment gets in the same run: its sign as the label. Null in Russian, which it does not read. */
  readonly wink: Figures | null;
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

type Table = number[][];
const emptyTable = (): Table => [0, 1, 2].map(() => [0, 0, 0, 0]);

const count = (table: Table, truth: number, given: number): void => {
  const counts = table[truth] as number[];
  counts[given] = (counts[given] ?? 0) + 1;
};

const only = ({ recall, f1, accuracy }: Figures): Figures => ({ recall, f1, accuracy });

/** As if every text had been given the most frequent label. */
const majorityOf = (table: Table): Figures => {
  const sizes = table.map((counts) => counts.reduce((sum, n) => sum + n, 0));
  const most = sizes.indexOf(Math.max(...sizes));
  return only(figures(sizes.map((size) => [0, 1, 2, 3].map((given) => (given === most ? size : 0)))));
};

/** By set, from pairs of (true, given) with 3 for `unscored`. */
const figures = (table: Table): Figures & Pick<EvaluationRow, "n" | "unscored"> => {
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
  // Imported here: half a second that no other command needs.
  const { createWinkSentiment } = await import("./wink.ts");
  const winkSentiment = createWinkSentiment();
  for (const { set, file } of await filesOf(dataDir, split)) {
    if (sets !== undefined && !sets.includes(set)) continue;
    const [table, winkTable] = [emptyTable(), emptyTable()];
    let language: "en" | "ru" = "en";
    for await (const row of readLabelled(file, set)) {
      language = row.language;
      const [scored] = model.score([
        { title: null, text: row.text, rating: null, language: tellLanguage ? row.language : null },
      ]);
      const given = scored === undefined || scored.label === "unscored" ? 3 : LABELS.indexOf(scored.label);
      count(table, row.label, given);
      if (language === "en") count(winkTable, row.label, 1 + Math.sign(winkSentiment(row.text)));
    }
    const wink = language === "en" ? only(figures(winkTable)) : null;
    rows.push({ set, language, ...figures(table), majority: majorityOf(table), wink });
  }
  return rows;
};
