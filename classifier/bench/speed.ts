import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { z } from "zod";

const resultSchema = z.object({
  title: z.string(),
  texts: z.int(),
  perSecond: z.number(),
  perCpuSecond: z.number(),
  peakMemory: z.number(),
});

export interface ClassifierSpeed {
  readonly name: string;
  /** What was read. */
  readonly title: string;
  readonly texts: number;
  /** Each text once, after 300 to warm up; language detection included. */
  readonly perSecond: number;
  /** By processor time, garbage collection included: what to compare on a machine that does other work too. */
  readonly perCpuSecond: number;
  /** Highest resident memory of the process, MiB. */
  readonly peakMemory: number;
}

const measure = async (contender: "molva" | "wink", name: string): Promise<ClassifierSpeed> => {
  const file = fileURLToPath(new URL("./contender.ts", import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, [
    "--conditions=source",
    "--import",
    "tsx",
    file,
    contender,
  ]);
  return { name, ...resultSchema.parse(JSON.parse(stdout)) };
};

/** Our whole path next to wink-nlp's own sentiment on the same texts, one after the other, each in its own process. */
export const benchClassifier = async (): Promise<readonly ClassifierSpeed[]> => [
  await measure("molva", "molva classify (language, tokens, n-grams, label)"),
  await measure("wink", "winkNLP(model, ['sbd', 'negation', 'sentiment'])"),
];
