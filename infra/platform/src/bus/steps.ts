/** What a transaction of the log is for. One transaction may carry several (group commit). */
export type Work = "publish" | "acknowledge" | "register" | "retain" | "checkpoint";

/**
 * Every point between two steps of the log and of the consumer loop, in their order: `queued` (nothing written yet), `written`
 * (inside the transaction, before it is committed and flushed), `flushed` (on disk, nobody told yet), `done` (the caller is being told).
 */
export type Step =
  | `${Work}.${"queued" | "written" | "flushed" | "done"}`
  | "batch.read"
  | "batch.handled"
  | "stage.processed"
  | "stage.published";

/** Called at every step, synchronously: tests stop or kill the process there. It must not throw. */
export type OnStep = (step: Step) => void;
