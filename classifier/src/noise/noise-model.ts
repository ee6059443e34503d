import { noiseFeatures, type NoiseInput } from "./features.ts";

/** Weights by hashed feature; the rest weighs nothing. */
export interface NoiseWeights {
  readonly bias: number;
  readonly weights: Readonly<Record<string, number>>;
}

interface Example {
  readonly features: readonly number[];
  readonly noise: boolean;
}

const EPOCHS = 30;
const RATE = 0.3;
const DECAY = 1e-3;

const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));

const sumOf = (weights: ReadonlyMap<number, number>, features: readonly number[]): number =>
  features.reduce((sum, feature) => sum + (weights.get(feature) ?? 0), 0) / Math.sqrt(Math.max(1, features.length));

/** A fixed order that looks like chance: the same examples give the same model. */
const inOrder = <T>(list: readonly T[], epoch: number): readonly T[] => {
  const step = [7919, 104_729, 1_299_709][epoch % 3] as number;
  const odd = list.length % step === 0 ? step + 2 : step;
  return list.map((_, i) => list[(i * odd + epoch) % list.length] as T);
};

/** Logistic regression with L2 decay by AdaGrad; both classes weigh the same, whatever their numbers. */
const fit = (examples: readonly Example[]): { bias: number; weights: Map<number, number> } => {
  const weights = new Map<number, number>();
  const squares = new Map<number, number>();
  const marked = examples.filter(({ noise }) => noise).length;
  const weigh = { true: examples.length / (2 * marked), false: examples.length / (2 * (examples.length - marked)) };
  let [bias, biasSquare] = [0, 1];
  for (let epoch = 0; epoch < EPOCHS; epoch += 1) {
    for (const { features, noise } of inOrder(examples, epoch)) {
      const scale = 1 / Math.sqrt(Math.max(1, features.length));
      const error = (sigmoid(bias + sumOf(weights, features)) - (noise ? 1 : 0)) * weigh[`${noise}`];
      for (const feature of features) {
        const gradient = error * scale + DECAY * (weights.get(feature) ?? 0);
        const square = (squares.get(feature) ?? 1e-2) + gradient ** 2;
        squares.set(feature, square);
        weights.set(feature, (weights.get(feature) ?? 0) - (RATE * gradient) / Math.sqrt(square));
      }
      biasSquare += error ** 2;
      bias -= (RATE * error) / Math.sqrt(biasSquare);
    }
  }
  return { bias, weights };
};

const SMALLEST = 0.01;

/** How much a mention looks like noise: 0…1, each class as likely beforehand. */
export const noiseScore = (model: NoiseWeights, input: NoiseInput): number => {
  const features = noiseFeatures(input);
  const sum = features.reduce((so, feature) => so + (model.weights[feature] ?? 0), 0);
  return sigmoid(model.bias + sum / Math.sqrt(Math.max(1, features.length)));
};

/** Of mentions with a score from `threshold` on, as cross-validation found them. */
export interface NoisePoint {
  readonly threshold: number;
  /** Marked and unmarked ones; unmarked ones stand for all of the brand. */
  readonly marked: number;
  readonly unmarked: number;
  /** marked / (marked + unmarked), 0…1, with its 95 % interval. An unmarked one may be noise that nobody marked yet: the truth is rather higher. */
  readonly precision: number;
  readonly low: number;
  readonly high: number;
  /** Of all marked ones. 0…1. */
  readonly recall: number;
}

export interface NoiseTraining {
  readonly model: NoiseWeights;
  readonly marked: number;
  readonly unmarked: number;
  readonly points: readonly NoisePoint[];
  /** The lowest threshold with the precision that was asked for; null: none, and the model must not act. */
  readonly chosen: NoisePoint | null;
}

/** Marked mentions, and unmarked ones, that there must be at least. */
export const LEAST_MARKED = 20;
const FOLDS = 5;
const THRESHOLDS = [0.5, 0.6, 0.7, 0.8, 0.85, 0.9, 0.93, 0.95, 0.97, 0.98, 0.99];

/** Wilson's interval of a share, 95 % (Wilson 1927). */
const wilson = (share: number, n: number): readonly [number, number] => {
  if (n === 0) return [0, 1];
  const z = 1.96;
  const middle = (share + z ** 2 / (2 * n)) / (1 + z ** 2 / n);
  const half = (z * Math.sqrt((share * (1 - share)) / n + z ** 2 / (4 * n ** 2))) / (1 + z ** 2 / n);
  return [Math.max(0, middle - half), Math.min(1, middle + half)];
};

export interface NoiseExamples {
  readonly marked: readonly NoiseInput[];
  readonly unmarked: readonly NoiseInput[];
  /** How many unmarked ones each given one stands for, 1 when all are given. */
  readonly unmarkedWeight: number;
}

/**
 * Learns what people mark as irrelevant. The precision is that on mentions whose fold was not learned from; the threshold is the lowest with
 * at least `precision`. Null with fewer than `LEAST_MARKED` of either.
 */
export const trainNoise = (
  { marked, unmarked, unmarkedWeight }: NoiseExamples,
  precision: number,
): NoiseTraining | null => {
  if (marked.length < LEAST_MARKED || unmarked.length < LEAST_MARKED) return null;
  const examples = [
    ...marked.map((input): Example => ({ features: noiseFeatures(input), noise: true })),
    ...unmarked.map((input): Example => ({ features: noiseFeatures(input), noise: false })),
  ];
  // By place within the class, so that each fold has its share of both; equal texts stay together, or one would tell of the other.
  const folds = new Map<string, number>();
  const foldOf = (example: Example, i: number): number => {
    const key = example.features.join(" ");
    const known = folds.get(key) ?? i % FOLDS;
    folds.set(key, known);
    return known;
  };
  const placed = examples.map((example, i) => ({ example, fold: foldOf(example, i) }));
  const scored: { score: number; noise: boolean }[] = [];
  for (let fold = 0; fold < FOLDS; fold += 1) {
    const rest = placed.filter((one) => one.fold !== fold).map(({ example }) => example);
    if (!rest.some(({ noise }) => noise) || rest.every(({ noise }) => noise)) continue;
    const { bias, weights } = fit(rest);
    for (const { example } of placed.filter((one) => one.fold === fold))
      scored.push({ score: sigmoid(bias + sumOf(weights, example.features)), noise: example.noise });
  }
  const points = THRESHOLDS.map((threshold): NoisePoint => {
    const above = scored.filter(({ score }) => score >= threshold);
    const right = above.filter(({ noise }) => noise).length;
    const wrong = (above.length - right) * unmarkedWeight;
    const share = right + wrong === 0 ? 0 : right / (right + wrong);
    const [low, high] = wilson(share, above.length);
    return {
      threshold,
      marked: right,
      unmarked: Math.round(wrong),
      precision: share,
      low,
      high,
      recall: right / marked.length,
    };
  });
  const { bias, weights } = fit(examples);
  const kept = [...weights].filter(([, weight]) => Math.abs(weight) >= SMALLEST);
  return {
    model: {
      bias,
      weights: Object.fromEntries(kept.map(([feature, weight]) => [feature, Math.round(weight * 1e4) / 1e4])),
    },
    marked: marked.length,
    unmarked: unmarked.length,
    points,
    chosen: points.find((point) => point.precision >= precision && point.marked >= LEAST_MARKED / 4) ?? null,
  };
};
