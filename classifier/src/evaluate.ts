import { LABELS } from "@molva/contracts";
import { countBrandRates, type BrandRates } from "./evaluation/brand-rates.ts";
import { countCalibration, type Calibration } from "./evaluation/calibration.ts";
import {
  countConfusion,
  figuresOf,
  majorityOf,
  onlyFigures,
  type Confusion,
  type Figures,
} from "./evaluation/confusion.ts";
import { loadRivals, RIVALS, type Rival } from "./evaluation/rivals.ts";
import { labelled, type Model, type Scored } from "./model.ts";
import { filesOf, readLabelled, type LabelledText } from "./training/labelled-texts.ts";

export type { Figures } from "./evaluation/confusion.ts";

/** Figures in percent, 0…100. */
export interface EvaluationRow extends Figures {
  readonly set: string;
  readonly language: "en" | "ru";
  readonly n: number;
  /** Texts the model left unscored: each counts as an error. */
  readonly unscored: number;
  readonly confusion: Confusion;
  readonly calibration: Calibration;
  /** How far the rates of the set's brands are off; null where no brand has texts enough. */
  readonly rates: BrandRates | null;
  /** What the same label for every text, the set's most frequent one, would get. */
  readonly majority: Figures;
  /** What wink-nlp's own sentiment gets in the same run: its sign as the label. Null in Russian, which it does not read; so the next two. */
  readonly wink: Figures | null;
  readonly vader: Figures | null;
  readonly afinn: Figures | null;
}

export interface EvaluationOptions {
  readonly dataDir: string;
  readonly split: string;
  readonly model: Model;
  /** Only these; all that have the split when left out. */
  readonly sets?: readonly string[];
  /** Hands the set's language over instead of having the model find it; for telling the two errors apart. */
  readonly tellLanguage?: boolean;
  /** Hands over the brand that a label is towards, where the set has one. */
  readonly tellBrand?: boolean;
  /** At most so many texts of each set, spread over it; left out: all. */
  readonly most?: number;
  readonly signal?: AbortSignal;
}

/** Texts asked at once. */
const TOGETHER = 512;

const classOf = (scored: Scored | undefined): number =>
  scored === undefined || scored.label === "unscored" ? 3 : LABELS.indexOf(scored.label);

const sureness = (scored: Scored | undefined): number =>
  Math.max(...Object.values(scored?.probabilities ?? { none: 0 }));

const textsOf = async (file: string, set: string): Promise<readonly LabelledText[]> => {
  const texts: LabelledText[] = [];
  for await (const row of readLabelled(file, set)) texts.push(row);
  return texts;
};

const spread = <T>(items: readonly T[], most = items.length): readonly T[] =>
  items.filter(
    (_, i) =>
      Math.floor((i * most) / items.length) !== Math.floor(((i - 1) * most) / items.length) || most >= items.length,
  );

/** One row a set that has the split. Texts only: stars that stand beside a text are not shown to the model. */
export const evaluate = async (options: EvaluationOptions): Promise<readonly EvaluationRow[]> => {
  const { dataDir, split, model, sets, tellLanguage = false, tellBrand = false, most, signal } = options;
  const rows: EvaluationRow[] = [];
  const rivals = await loadRivals();
  for (const { set, file } of await filesOf(dataDir, split)) {
    if (sets !== undefined && !sets.includes(set)) continue;
    const [confusion, calibration, rates] = [countConfusion(), countCalibration(), countBrandRates()];
    const beside = { wink: countConfusion(), vader: countConfusion(), afinn: countConfusion() };
    const texts = spread(await textsOf(file, set), most);
    const language = texts[0]?.language ?? "en";
    for (let from = 0; from < texts.length; from += TOGETHER) {
      signal?.throwIfAborted();
      const some = texts.slice(from, from + TOGETHER);
      const scored = await labelled(
        model,
        some.map((row) => ({
          title: null,
          text: row.text,
          rating: null,
          language: tellLanguage ? row.language : null,
          brand: tellBrand ? row.brand : null,
        })),
      );
      for (const [i, row] of some.entries()) {
        const given = classOf(scored[i]);
        confusion.add(row.label, given);
        if (given < 3) calibration.add(sureness(scored[i]), given === row.label);
        rates.add(row.brand, row.label - 1, given === 3 ? null : given - 1);
        if (row.language === "en")
          for (const rival of RIVALS) beside[rival].add(row.label, 1 + rivals[rival](row.text));
      }
    }
    const of = (rival: Rival): Figures | null =>
      language === "en" ? onlyFigures(figuresOf(beside[rival].table)) : null;
    rows.push({
      set,
      language,
      ...figuresOf(confusion.table),
      confusion: confusion.table,
      calibration: calibration.result(),
      rates: rates.result(),
      majority: majorityOf(confusion.table),
      wink: of("wink"),
      vader: of("vader"),
      afinn: of("afinn"),
    });
  }
  return rows;
};
