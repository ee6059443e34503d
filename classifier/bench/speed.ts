import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { z } from "zod";
import { KINDS, type Kind } from "./texts.ts";

const resultSchema = z.object({
  kind: z.enum(KINDS),
  title: z.string(),
  texts: z.int(),
  perSecond: z.number(),
  perCpuSecond: z.number(),
  peakMemory: z.number(),
});

export interface ClassifierSpeed {
  readonly name: string;
  readonly kind: Kind;
  /** What was read. */
  readonly title: string;
  readonly texts: number;
  /** Each text once, after others were read five times; language detection included. */
  readonly perSecond: number;
  /** By processor time, garbage collection included: what to compare on a machine that does other work too. */
  readonly perCpuSecond: number;
  /** `perCpuSecond` in parts of wink-nlp's on the same texts, of the medians. */
  readonly ratio: number;
  /** Highest resident memory of the process, MiB. */
  readonly peakMemory: number;
}

type Result = z.infer<typeof resultSchema>;

const measure = async (contender: "molva" | "wink", kind: Kind): Promise<Result> => {
  const file = fileURLToPath(new URL("./contender.ts", import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, [
    "--conditions=source",
    "--import",
    "tsx",
    file,
    contender,
    kind,
  ]);
  return resultSchema.parse(JSON.parse(stdout));
};

const ROUNDS = 3;

const median = (results: readonly Result[]): Result =>
  results.toSorted((a, b) => a.perCpuSecond - b.perCpuSecond)[Math.floor(results.length / 2)] as Result;

/** Our whole path next to wink-nlp's own sentiment on the same texts, in turns, each in its own process, three times. */
export const benchClassifier = async (): Promise<readonly ClassifierSpeed[]> => {
  const rows: ClassifierSpeed[] = [];
  for (const kind of KINDS) {
    const [ours, theirs]: [Result[], Result[]] = [[], []];
    for (let round = 0; round < ROUNDS; round += 1) {
      ours.push(await measure("molva", kind));
      theirs.push(await measure("wink", kind));
    }
    const [mine, wink] = [median(ours), median(theirs)];
    const ratio = Math.round((100 * mine.perCpuSecond) / wink.perCpuSecond) / 100;
    rows.push({ name: "molva classify (language, tokens, n-grams, label)", ...mine, ratio });
    rows.push({ name: "winkNLP(model, ['sbd', 'negation', 'sentiment'])", ...wink, ratio: 1 });
  }
  return rows;
};
