import {
  isPipelineError,
  type Batch,
  type BatchHandler,
  type Bus,
  type Log,
  type Rejection,
  type Stage,
  type StageResult,
  type Subscription,
} from "@molva/contracts";
import type { OnStep } from "./bus/steps.ts";

export interface RunStageOptions {
  /** Milliseconds since any fixed point, for the duration in the log line. */
  readonly clock?: () => number;
  readonly onStep?: OnStep;
}

/**
 * The only consumer loop in the house: process, publish, dead letters, and only then is the batch acknowledged. Of a stage that writes nothing the
 * next batch is processed meanwhile; what comes of it waits for its turn.
 * A batch that fails for good, in processing or because its outputs are refused, is halved until the poison stands alone.
 * Outputs go into the lane their inputs came by. One log line a batch.
 */
export const runStage = async <In, Out>(
  stage: Stage<In, Out>,
  bus: Bus,
  log: Log,
  options: RunStageOptions = {},
): Promise<Subscription> => {
  const clock = options.clock ?? (() => performance.now());
  const onStep = options.onStep ?? (() => undefined);
  /** One at a time and in the order of the batches, for a stage may remember what it saw. */
  let last: Promise<unknown> = Promise.resolve();
  const process: Process<In, Out> = (batch, signal) => {
    const result = last.then(() => stage.process(batch, signal));
    last = result.then(nothing, nothing);
    return result;
  };
  /** What was begun before its turn; a second delivery begins anew. */
  const begun = new WeakMap<Batch<In>, Promise<StageResult<Out>>>();
  const prepare = (batch: Batch<In>, signal: AbortSignal): void => {
    const result = process(batch, signal);
    result.catch(() => undefined); // told to the handler, if the batch has its turn
    begun.set(batch, result);
  };
  const processed: Process<In, Out> = (batch, signal) => {
    const result = begun.get(batch) ?? process(batch, signal);
    begun.delete(batch);
    return result;
  };
  const handle: BatchHandler<In> = async (batch, signal) => {
    const started = clock();
    const place = placeOf(stage.name, batch);
    try {
      const { outputs, rejections } = await workOff({ ...stage, process: processed }, bus, batch, signal, onStep);
      log.info("stage.batch", {
        ...place,
        outputs,
        rejected: rejections.length,
        codes: codesOf(rejections),
        ms: Math.round(clock() - started),
      });
      return rejections;
    } catch (error) {
      const level = isPipelineError(error) && error.recovery === "exit" ? "error" : "warn";
      log[level]("stage.batch.failed", { ...place, ...faultOf(error), ms: Math.round(clock() - started) });
      throw error;
    }
  };
  const { batchMessages } = stage;
  const subscription = await bus.subscribe(stage.input, stage.name, handle, {
    ...(batchMessages === undefined ? {} : { batchMessages }),
    ...(stage.writesNothing === true ? { prepare } : {}),
  });
  return {
    done: subscription.done,
    stop: async () => {
      await subscription.stop();
      await last;
    },
  };
};

type Process<In, Out> = Stage<In, Out>["process"];

const nothing = (): void => {};

interface WorkedOff {
  readonly outputs: number;
  readonly rejections: readonly Rejection[];
}

/** A batch that fails for good is halved; `start` is its place in the batch that was delivered. */
const workOff = async <In, Out>(
  stage: Stage<In, Out>,
  bus: Bus,
  batch: Batch<In>,
  signal: AbortSignal,
  onStep: OnStep,
  start = 0,
): Promise<WorkedOff> => {
  try {
    return await processAndPublish(stage, bus, batch, signal, onStep, start);
  } catch (error) {
    if (!isPipelineError(error) || error.recovery !== "dead-letter") throw error;
    if (batch.messages.length <= 1) return { outputs: 0, rejections: [{ index: start, error }] };
    const middle = batch.messages.length >> 1;
    const left = await workOff(stage, bus, part(batch, 0, middle), signal, onStep, start);
    const right = await workOff(stage, bus, part(batch, middle), signal, onStep, start + middle);
    return { outputs: left.outputs + right.outputs, rejections: [...left.rejections, ...right.rejections] };
  }
};

/** `publish` refuses wrong outputs before it writes any, so halving after it repeats nothing. */
const processAndPublish = async <In, Out>(
  stage: Stage<In, Out>,
  bus: Bus,
  batch: Batch<In>,
  signal: AbortSignal,
  onStep: OnStep,
  start: number,
): Promise<WorkedOff> => {
  const { outputs, rejections }: StageResult<Out> = await stage.process(batch, signal);
  onStep("stage.processed");
  if (stage.output !== null) await bus.publish(stage.output, batch.lane, outputs);
  onStep("stage.published");
  return {
    outputs: outputs.length,
    rejections: rejections.map(({ index, error }) => ({ index: index + start, error })),
  };
};

const part = <T>(batch: Batch<T>, from: number, to?: number): Batch<T> => ({
  ...batch,
  messages: batch.messages.slice(from, to),
});

const placeOf = <T>(stage: string, { lane, partition, messages }: Batch<T>) => ({
  stage,
  lane,
  partition,
  from: String(messages[0]?.offset ?? ""),
  messages: messages.length,
});

/** How many of which code, e.g. `STORE_REJECTED:2`; absent when none was rejected. */
const codesOf = (rejections: readonly Rejection[]): string | undefined => {
  const counts = new Map<string, number>();
  for (const { error } of rejections) counts.set(error.code, (counts.get(error.code) ?? 0) + 1);
  return counts.size === 0 ? undefined : [...counts].map(([code, count]) => `${code}:${count}`).join(" ");
};

/** The message of an error that is not ours may quote what it stumbled over, a person's text: its name and place must do. */
const faultOf = (error: unknown) => {
  if (isPipelineError(error)) return { code: error.code, recovery: error.recovery, reason: error.message };
  if (!(error instanceof Error)) return { code: null, recovery: "retry", reason: typeof error };
  return {
    code: null,
    recovery: "retry",
    reason: error.name,
    at: error.stack
      ?.split("\n")
      .find((line) => line.startsWith("    at "))
      ?.trim(),
  };
};
