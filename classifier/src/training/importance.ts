/** The set that stands for the language's main use keeps weight 1, all others this. */
const OTHERS = 0.5;
/** Keeps a class with few texts from being weighted without bound. */
const SMOOTHING = 20;

const MAIN_SETS: readonly string[] = ["tweeteval", "sentirueval"];

interface Labelled {
  readonly set: string;
  readonly label: 0 | 1 | 2;
}

/**
 * Weight of each text: classes are balanced inside each set, else the model learns "sounds like this set, so its most
 * frequent label" (LABELS.md §1b). Mean 1.
 */
export const importanceOf = (texts: readonly Labelled[]): Float32Array => {
  const counts = new Map<string, [number, number, number]>();
  for (const { set, label } of texts) {
    const of = counts.get(set) ?? [0, 0, 0];
    of[label] += 1;
    counts.set(set, of);
  }
  const raw = texts.map(({ set, label }) => {
    const of = counts.get(set) ?? [0, 0, 0];
    const classes = of.filter((n) => n > 0).length;
    return ((of[0] + of[1] + of[2]) / classes / (of[label] + SMOOTHING)) * (MAIN_SETS.includes(set) ? 1 : OTHERS);
  });
  const mean = raw.reduce((sum, w) => sum + w, 0) / Math.max(1, raw.length);
  return Float32Array.from(raw, (w) => w / mean);
};
