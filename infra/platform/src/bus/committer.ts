import { setImmediate as nextTurn } from "node:timers/promises";
import { asBusError, busClosed, busFull, missingBytesOf, type Room } from "./bus-errors.ts";
import { startDraft, type Draft } from "./draft.ts";
import type { Environment } from "./lmdb-environment.ts";
import type { LogHeads } from "./log-heads.ts";
import type { OnStep, Work } from "./steps.ts";

export interface CommitterOptions {
  readonly dir: string;
  readonly environment: Environment;
  readonly heads: LogHeads;
  readonly clock: () => number;
  /** Bytes free on the disk of the folder. */
  readonly freeBytes: () => number;
  readonly reserveBytes: number;
  readonly onStep: OnStep;
  /** Called with the topics that a transaction moved, once it is on disk. */
  readonly onCommitted: (topics: ReadonlySet<string>) => void;
}

export interface Committer {
  /** Resolves once what `write` put into the draft is on disk. `bytes` is what it will add, for the room on disk and the size of the transaction. */
  submit(work: Work, bytes: number, write: (draft: Draft) => void): Promise<void>;
  /** Writes what is queued, then refuses all else. */
  close(): Promise<void>;
}

interface Job {
  readonly work: Work;
  readonly bytes: number;
  readonly write: (draft: Draft) => void;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/** Calls that wait together share one transaction, and so one fsync, up to this size; a larger call goes alone. */
const MAX_TRANSACTION_BYTES = 16 * 1024 * 1024;
/** Copy-on-write: a transaction needs new pages for what it changes too, not for the new bytes alone. */
const PAGES_FACTOR = 2;
const PAGES_FLOOR = 256 * 1024;

/** Group commit: one transaction at a time, and all that came in while it was flushed goes into the next. */
export const startCommitter = (options: CommitterOptions): Committer => {
  const { dir, environment, heads, onStep } = options;
  let queue: Job[] = [];
  let running: Promise<void> | null = null;
  let closed = false;

  const roomFor = (jobs: readonly Job[]): Room => ({
    neededBytes: jobs.reduce((sum, job) => sum + job.bytes, 0) * PAGES_FACTOR + PAGES_FLOOR,
    freeBytes: options.freeBytes(),
    reserveBytes: options.reserveBytes,
  });

  /** Intake stops while there is still room to work off what was taken in. */
  const refuseWithoutRoom = (jobs: readonly Job[]): void => {
    const intake = jobs.filter((job) => job.work === "publish");
    if (intake.length === 0) return;
    const room = roomFor(intake);
    if (missingBytesOf(room) === 0) return;
    const withReusable = { ...room, freeBytes: room.freeBytes + environment.reusableBytes() };
    if (missingBytesOf(withReusable) > 0) throw busFull(dir, withReusable);
  };

  const commit = async (jobs: readonly Job[]): Promise<void> => {
    refuseWithoutRoom(jobs);
    const announce = (phase: "written" | "flushed" | "done"): void =>
      jobs.forEach((job) => onStep(`${job.work}.${phase}`));
    const draft = startDraft(environment, heads, options.clock());
    await environment.commit(() => {
      for (const job of jobs) job.write(draft);
      announce("written");
    });
    announce("flushed");
    const moved = draft.settle();
    announce("done");
    for (const job of jobs) job.resolve();
    options.onCommitted(moved);
  };

  /** One call too large for the disk must not take the others down with it. */
  const commitOrSplit = async (jobs: readonly Job[]): Promise<void> => {
    try {
      await commit(jobs);
    } catch (error) {
      const [only] = jobs;
      if (jobs.length === 1 && only !== undefined) only.reject(asBusError(dir, roomFor(jobs), error));
      else for (const job of jobs) await commitOrSplit([job]);
    }
  };

  const drain = async (): Promise<void> => {
    await nextTurn();
    while (queue.length > 0) {
      const count = countWithin(queue, MAX_TRANSACTION_BYTES);
      const jobs = queue.slice(0, count);
      queue = queue.slice(count);
      await commitOrSplit(jobs);
    }
    running = null;
  };

  return {
    submit: (work, bytes, write) =>
      new Promise<void>((resolve, reject) => {
        if (closed) {
          reject(busClosed(dir));
          return;
        }
        queue.push({ work, bytes, write, resolve, reject });
        onStep(`${work}.queued`);
        running ??= drain();
      }),
    close: async () => {
      closed = true;
      await running;
    },
  };
};

const countWithin = (jobs: readonly Job[], limit: number): number => {
  let bytes = 0;
  let count = 0;
  for (const job of jobs) {
    bytes += job.bytes;
    if (count > 0 && bytes > limit) break;
    count += 1;
  }
  return count;
};
