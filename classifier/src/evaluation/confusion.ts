/** How often a text of each true class (negative, neutral, positive) was given each label; the last column: `unscored`. */
export type Confusion = readonly (readonly [number, number, number, number])[];

/** In percent, 0…100. */
export interface Figures {
  /** Mean recall over the classes that the set has. */
  readonly recall: number;
  /** Mean F1 over the classes that the set has. */
  readonly f1: number;
  readonly accuracy: number;
}

type Counts = [number, number, number, number];

export interface ConfusionCount {
  add(truth: number, given: number): void;
  readonly table: Confusion;
}

export const countConfusion = (): ConfusionCount => {
  const table: Counts[] = [0, 1, 2].map(() => [0, 0, 0, 0]);
  return {
    add: (truth, given) => {
      const counts = table[truth];
      if (counts !== undefined) counts[given] = (counts[given] ?? 0) + 1;
    },
    table,
  };
};

export const percent = (share: number): number => Math.round(share * 1000) / 10;

const sum = (counts: readonly number[]): number => counts.reduce((all, count) => all + count, 0);

/** A text left unscored counts as an error. */
export const figuresOf = (table: Confusion): Figures & { readonly n: number; readonly unscored: number } => {
  const at = (truth: number, given: number): number => table[truth]?.[given] ?? 0;
  const ofTruth = [0, 1, 2].map((truth) => sum(table[truth] ?? []));
  const ofGiven = [0, 1, 2].map((given) => sum([0, 1, 2].map((truth) => at(truth, given))));
  const n = sum(ofTruth);
  const present = [0, 1, 2].filter((truth) => (ofTruth[truth] ?? 0) > 0);
  const mean = (of: (truth: number) => number): number => percent(sum(present.map(of)) / Math.max(1, present.length));
  return {
    n,
    unscored: sum([0, 1, 2].map((truth) => at(truth, 3))),
    recall: mean((c) => at(c, c) / (ofTruth[c] ?? 1)),
    f1: mean((c) => (2 * at(c, c)) / ((ofTruth[c] ?? 0) + (ofGiven[c] ?? 0))),
    accuracy: percent((at(0, 0) + at(1, 1) + at(2, 2)) / Math.max(1, n)),
  };
};

export const onlyFigures = ({ recall, f1, accuracy }: Figures): Figures => ({ recall, f1, accuracy });

/** As if every text had been given the most frequent label. */
export const majorityOf = (table: Confusion): Figures => {
  const sizes = table.map(sum);
  const most = sizes.indexOf(Math.max(...sizes));
  return onlyFigures(
    figuresOf(sizes.map((size) => [0, 1, 2, 3].map((given) => (given === most ? size : 0)) as unknown as Counts)),
  );
};
