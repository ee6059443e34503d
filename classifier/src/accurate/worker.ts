import { readFileSync } from "node:fs";
import { parentPort, workerData } from "node:worker_threads";
import { InferenceSession, Tensor } from "onnxruntime-node";
import { createTokens, type Tokenise } from "./tokens.ts";
import type { WorkerAnswer, WorkerFiles, WorkerRequest } from "./worker-messages.ts";

/** One thread of the accurate model: texts in, three scores a text out. Asked one request at a time. */
interface Loaded {
  readonly session: InferenceSession;
  readonly tokenise: Tokenise;
}

const files = workerData as WorkerFiles;
const loaded = new Map<string, Promise<Loaded>>();

const load = async ({ model, tokenizer, marks }: WorkerFiles[string]): Promise<Loaded> => ({
  session: await InferenceSession.create(model, {
    intraOpNumThreads: 1,
    interOpNumThreads: 1,
    executionMode: "sequential",
    graphOptimizationLevel: "all",
    executionProviders: ["cpu"],
  }),
  tokenise: createTokens(JSON.parse(readFileSync(tokenizer, "utf8")) as object, marks[0], marks[1]),
});

const loadedFor = (language: string): Promise<Loaded> => {
  const known = loaded.get(language);
  if (known !== undefined) return known;
  const told = files[language];
  if (told === undefined) throw new RangeError(`no model for ${language}`);
  const made = load(told);
  loaded.set(language, made);
  return made;
};

/** Tokens of one run, filled up to its longest text: what bounds memory. */
const MOST_TOKENS_A_RUN = 2048;

const answer = async ({ language, texts }: WorkerRequest): Promise<Float32Array> => {
  const { session, tokenise } = await loadedFor(language);
  const tokens = texts.map(({ text, brand }) => tokenise(text, brand));
  // Texts of like length together: the shorter ones of a run are filled up, and that is work for nothing.
  const order = [...tokens.keys()].toSorted((a, b) => (tokens[a]?.ids.length ?? 0) - (tokens[b]?.ids.length ?? 0));
  const scores = new Float32Array(texts.length * 3);
  for (let from = 0; from < order.length;) {
    let to = from + 1;
    while (to < order.length && (tokens[order[to] as number]?.ids.length ?? 0) * (to + 1 - from) <= MOST_TOKENS_A_RUN)
      to += 1;
    const run = order.slice(from, to);
    const longest = Math.max(...run.map((i) => tokens[i]?.ids.length ?? 0));
    const [ids, segments, real] = [0, 0, 0].map(() => new Int32Array(run.length * longest)) as [
      Int32Array,
      Int32Array,
      Int32Array,
    ];
    for (const [row, i] of run.entries()) {
      const { ids: of, brand } = tokens[i] as { ids: readonly number[]; brand: number };
      ids.set(of, row * longest);
      real.fill(1, row * longest, row * longest + of.length);
      segments.fill(1, row * longest + of.length - brand, row * longest + of.length);
    }
    const shape = [run.length, longest];
    const { scores: out } = await session.run({
      ids: new Tensor("int32", ids, shape),
      segments: new Tensor("int32", segments, shape),
      real: new Tensor("int32", real, shape),
    });
    const values = out?.data as Float32Array;
    for (const [row, i] of run.entries()) scores.set(values.subarray(row * 3, row * 3 + 3), i * 3);
    from = to;
  }
  return scores;
};

// oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread's port has no origin
const tell = (answer: WorkerAnswer): void => parentPort?.postMessage(answer);

parentPort?.on("message", (request: WorkerRequest) => {
  answer(request).then(
    (scores) => tell({ scores }),
    (error: unknown) => tell({ error: String(error) }),
  );
});
