/** Chosen with whole sources left out of training (MODEL.md tells which) and on dev; weights never see a dev text. */
export interface LanguageSettings {
  /** Inverse strength of L2 of the logistic part, and of the NB-SVM part. */
  readonly c: number;
  readonly nbC: number;
  /** What the NB-SVM scores are multiplied with before they are added; 0 leaves them out. */
  readonly nbScale: number;
  readonly firstEpochs: number;
  readonly epochs: number;
  /** How far the figures of the word lists are spread: beside them each block of features has length 1. */
  readonly spread: number;
  /** Whether the NB-SVM part reads what the word lists say; the logistic part does. */
  readonly nbFigures: boolean;
  /** Columns that are kept. */
  readonly features: number;
  /** Rows a column must stand in, by block (words, pieces, shape). */
  readonly leastRows: readonly [number, number, number];
  /** Start of a training text that is read, in UTF-16 units. */
  readonly readUnits: number;
}

export const SETTINGS: Readonly<Record<"en" | "ru", LanguageSettings>> = {
  en: {
    c: 0.4,
    nbC: 0.1,
    nbScale: 3,
    firstEpochs: 2,
    epochs: 8,
    spread: 0.1,
    nbFigures: true,
    features: 40_000,
    leastRows: [2, 3, 1],
    readUnits: 1500,
  },
  ru: {
    c: 1,
    nbC: 0.1,
    nbScale: 1,
    firstEpochs: 2,
    epochs: 8,
    spread: 0.1,
    nbFigures: false,
    features: 45_000,
    leastRows: [2, 3, 1],
    readUnits: 1000,
  },
};
