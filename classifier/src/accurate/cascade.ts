import { loadModel, type ModelInput, type Scored } from "../model.ts";
import { loadAccurateModel, readAccurateManifest, type AccurateOptions, type SlowModel } from "./model.ts";

/** Below this probability of its label the fast model is asked no further: `molva evaluate --cascade` prints what other values give. */
const SURE = 0.7;

export const cascadeName = (folder?: string): string => `molva-cascade@${readAccurateManifest(folder).version}`;

export const sureness = ({ probabilities }: Scored): number =>
  probabilities === null ? 1 : Math.max(probabilities.negative, probabilities.neutral, probabilities.positive);

/** The fast model first, the accurate one where the fast one is unsure. */
export const loadCascade = ({
  sure = SURE,
  ...options
}: AccurateOptions & { readonly sure?: number } = {}): SlowModel => {
  const fast = loadModel();
  const accurate = loadAccurateModel(options);
  return {
    name: cascadeName(options.folder),
    languages: fast.languages,
    score: fast.score,
    ...(fast.stretch === undefined ? {} : { stretch: fast.stretch }),
    label: async (inputs: readonly ModelInput[]) => {
      const answers = [...fast.score(inputs)];
      const unsure = answers.flatMap((scored, i) => (sureness(scored) < sure ? [i] : []));
      const second = await accurate.label(unsure.map((i) => inputs[i] as ModelInput));
      for (const [at, i] of unsure.entries()) answers[i] = second[at] as Scored;
      return answers;
    },
    close: accurate.close,
  };
};
