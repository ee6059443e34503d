import { LABELS } from "@molva/contracts";
import { countConfusion, figuresOf } from "../evaluation/confusion.ts";
import { loadModel, type ModelInput, type Scored } from "../model.ts";
import { filesOf, readLabelled, type LabelledText } from "../training/labelled-texts.ts";
import { sureness } from "./cascade.ts";
import { loadAccurateModel, type AccurateOptions } from "./model.ts";

/** What a cascade that asks the accurate model below `sure` reaches, and how fast. */
export interface CascadeRow {
  /** 0: the fast model alone; 1: the accurate one alone. */
  readonly sure: number;
  /** Share of the texts that the accurate model reads, in percent. */
  readonly asked: number;
  /** Texts a second by the clock, of all sets together: the fast model on this thread, the accurate one on its own. */
  readonly perSecond: number;
  /** Mean over the sets of a language, in percent. */
  readonly recall: Readonly<Record<"en" | "ru", number>>;
  readonly f1: Readonly<Record<"en" | "ru", number>>;
}

export interface CascadeOptions extends AccurateOptions {
  readonly dataDir: string;
  readonly split: string;
  /** Left out: every set of the split. */
  readonly sets?: readonly string[];
  /** At most so many texts of each set, from its start. */
  readonly most?: number;
  readonly signal?: AbortSignal;
}

const THRESHOLDS = [0, 0.5, 0.6, 0.7, 0.8, 0.9, 1] as const;
const TOGETHER = 512;

const textsOf = async ({ dataDir, split, sets, most = 400 }: CascadeOptions): Promise<readonly LabelledText[]> => {
  const texts: LabelledText[] = [];
  for (const { set, file } of await filesOf(dataDir, split)) {
    if (sets !== undefined && !sets.includes(set)) continue;
    let count = 0;
    for await (const row of readLabelled(file, set)) {
      if (count === most) break;
      count += 1;
      texts.push(row);
    }
  }
  return texts;
};

const tenth = (value: number): number => Math.round(value * 10) / 10;

/** Both models read every text once; each row is then put together from their answers and from the time each took for them. */
export const measureCascade = async (options: CascadeOptions): Promise<readonly CascadeRow[]> => {
  const texts = await textsOf(options);
  const inputs = texts.map(({ text }): ModelInput => ({ title: null, text, rating: null, language: null }));
  const fast = loadModel();
  const accurate = loadAccurateModel(options);
  try {
    fast.score(inputs.slice(0, 2000));
    await accurate.label(inputs.filter((_, i) => i % 10 === 0).slice(0, 100));
    const began = performance.now();
    const quick = fast.score(inputs);
    const between = performance.now();
    const slow: Scored[] = [];
    for (let from = 0; from < inputs.length; from += TOGETHER) {
      options.signal?.throwIfAborted();
      slow.push(...(await accurate.label(inputs.slice(from, from + TOGETHER))));
    }
    const [ofFast, ofAccurate] = [(between - began) / inputs.length, (performance.now() - between) / inputs.length];
    const sets = [...new Set(texts.map(({ set }) => set))];
    return THRESHOLDS.map((sure) => {
      const tables = new Map(sets.map((set) => [set, countConfusion()]));
      let asked = 0;
      for (const [i, { set, label }] of texts.entries()) {
        const first = quick[i] as Scored;
        const again = sureness(first) < sure;
        if (again) asked += 1;
        const given = (again ? (slow[i] as Scored) : first).label;
        tables.get(set)?.add(label, given === "unscored" ? 3 : LABELS.indexOf(given));
      }
      const mean = (language: "en" | "ru", of: "recall" | "f1"): number => {
        const mine = sets.filter((set) => texts.find((text) => text.set === set)?.language === language);
        const sum = mine.reduce((all, set) => all + figuresOf(tables.get(set)?.table ?? [])[of], 0);
        return tenth(sum / Math.max(1, mine.length));
      };
      const share = asked / Math.max(1, texts.length);
      return {
        sure,
        asked: tenth(100 * share),
        perSecond: Math.round(1000 / ((sure === 1 ? 0 : ofFast) + share * ofAccurate)),
        recall: { en: mean("en", "recall"), ru: mean("ru", "recall") },
        f1: { en: mean("en", "f1"), ru: mean("ru", "f1") },
      };
    });
  } finally {
    await accurate.close();
  }
};
