import type { Worker } from "node:worker_threads";
import { PipelineError } from "@molva/contracts";
import { readManifest } from "../model.ts";
import { startThread } from "../thread.ts";
import { readsOf, requestOf, type ReadingAnswer, type ReadingSetting } from "./messages.ts";
import type { Read, Readable } from "./read-mention.ts";

/** Reads mentions beside the thread that asks. */
export interface ReadingThread {
  /** `name@version` of the model that reads: the fast one. */
  readonly model: string;
  /**
   * What `readMention` gives, in order; an error for a mention that it throws at. Requests are worked off in their order. With `sketches` what tells
   * copies stands beside it.
   * @throws {PipelineError} `CONTRACT_VIOLATED` (dead-letter) when the thread ended over one of the open requests: the next request starts another.
   */
  read(mentions: readonly Readable[], wanted?: { readonly sketches: boolean }): Promise<readonly (Read | Error)[]>;
  close(): Promise<void>;
}

export interface ReadingThreadOptions {
  /** The configuration's words for topics; left out: the built-in ones alone. */
  readonly topics?: ReadingSetting["topics"] | undefined;
}

interface Waiting {
  readonly done: (reads: readonly (Read | Error)[]) => void;
  readonly failed: (error: unknown) => void;
}

const lost = (cause: unknown): PipelineError =>
  new PipelineError(
    `The thread that labels mentions ended (${cause instanceof Error ? cause.message : String(cause)}): they are tried again in smaller batches; report what is left in the dead letters`,
    { code: "CONTRACT_VIOLATED", recovery: "dead-letter", cause },
  );

/** The thread is started with the first request and ends with `close`. */
export const openReadingThread = ({ topics = {} }: ReadingThreadOptions = {}): ReadingThread => {
  const { name, version } = readManifest();
  let worker: Worker | null = null;
  /** Of the running thread, the oldest first. */
  let waiting: Waiting[] = [];

  const start = (): Worker => {
    const started = startThread("reading/worker", { topics } satisfies ReadingSetting);
    const end = (cause: unknown): void => {
      if (worker !== started) return;
      const open = waiting;
      [worker, waiting] = [null, []];
      for (const { failed } of open) failed(lost(cause));
    };
    started.on("message", (answer: ReadingAnswer) => {
      const first = waiting.shift();
      if (waiting.length === 0) started.unref();
      first?.done(readsOf(answer));
    });
    started.on("error", end);
    started.on("exit", (code) => end(new Error(`exit ${code}`)));
    return started;
  };

  return {
    model: `${name}@${version}`,
    read: (mentions, { sketches } = { sketches: false }) =>
      new Promise((done, failed) => {
        worker ??= start();
        waiting.push({ done, failed });
        worker.ref();
        // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread has no origin
        worker.postMessage(requestOf(mentions, sketches));
      }),
    close: async () => {
      await worker?.terminate();
    },
  };
};
