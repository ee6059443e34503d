import { availableParallelism } from "node:os";
import type { Worker } from "node:worker_threads";
import { PipelineError } from "@molva/contracts";
import { startThread } from "../thread.ts";
import type { WorkerAnswer, WorkerFiles, WorkerRequest, WorkerText } from "./worker-messages.ts";

/** Texts handed to a thread at a time: enough for a full run, few enough that all threads have work. */
const SLICE = 48;

interface Job {
  readonly request: WorkerRequest;
  readonly done: (scores: Float32Array) => void;
  readonly failed: (error: unknown) => void;
}

export interface Pool {
  /** Three scores a text, in order. Rejects when a thread dies or the files cannot be read. */
  score(language: string, texts: readonly WorkerText[]): Promise<Float32Array>;
  close(): Promise<void>;
}

const broken = (cause: unknown): PipelineError =>
  new PipelineError(
    `The accurate model stopped (${cause instanceof Error ? cause.message : String(cause)}): run \`npm ci\`, or use the model "fast"`,
    { code: "MODEL_MISSING", recovery: "exit", cause },
  );

/** Threads that are started with the first question and end with `close`. @param threads at least 1; left out: one a core, four at most. */
export const createPool = (files: WorkerFiles, threads = Math.min(4, availableParallelism())): Pool => {
  const waiting: Job[] = [];
  const idle: Worker[] = [];
  const all = new Set<Worker>();
  const busy = new Map<Worker, Job>();
  let closed = false;

  const next = (worker: Worker): void => {
    const job = waiting.shift();
    if (job === undefined) {
      worker.unref();
      idle.push(worker);
      return;
    }
    busy.set(worker, job);
    worker.ref();
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread has no origin
    worker.postMessage(job.request);
  };
  const lost = (worker: Worker, cause: unknown): void => {
    all.delete(worker);
    const at = idle.indexOf(worker);
    if (at >= 0) idle.splice(at, 1);
    busy.get(worker)?.failed(broken(cause));
    busy.delete(worker);
    if (all.size === 0) for (const job of waiting.splice(0)) job.failed(broken(cause));
  };
  const start = (): void => {
    const worker = startThread("accurate/worker", files);
    all.add(worker);
    worker.on("message", (answer: WorkerAnswer) => {
      const job = busy.get(worker);
      busy.delete(worker);
      if ("scores" in answer) job?.done(answer.scores);
      else job?.failed(broken(answer.error));
      next(worker);
    });
    worker.on("error", (cause) => lost(worker, cause));
    worker.on("exit", (code) => lost(worker, new Error(`a thread ended with ${code}`)));
    next(worker);
  };
  const ask = (request: WorkerRequest): Promise<Float32Array> =>
    new Promise((done, failed) => {
      if (closed) {
        failed(broken("it is closed"));
        return;
      }
      waiting.push({ request, done, failed });
      const worker = idle.pop();
      if (worker !== undefined) next(worker);
      else if (all.size < threads) start();
    });
  return {
    score: async (language, texts) => {
      const slices: Promise<Float32Array>[] = [];
      for (let from = 0; from < texts.length; from += SLICE)
        slices.push(ask({ language, texts: texts.slice(from, from + SLICE) }));
      const scores = new Float32Array(texts.length * 3);
      for (const [i, slice] of (await Promise.all(slices)).entries()) scores.set(slice, i * SLICE * 3);
      return scores;
    },
    close: async () => {
      closed = true;
      for (const job of waiting.splice(0)) job.failed(broken("it was closed"));
      await Promise.all([...all].map((worker) => worker.terminate()));
    },
  };
};
