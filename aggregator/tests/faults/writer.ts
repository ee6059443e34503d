import type { Batch, Fact, Stage, StageResult, Store } from "@molva/contracts";
import { stageOver, type StepName } from "../../src/stage.ts";
import { stepsOver, type Steps } from "../../src/steps.ts";
import { parkedSteps, type Kind } from "../support/parked.ts";
import type { Parking } from "./parking.ts";

export interface CrewOptions {
  readonly store: Store;
  /** Of the group. */
  readonly name: string;
  readonly kind: Kind;
  readonly random: () => number;
  readonly parking: Parking;
  /** Messages of a piece of a batch, on average. */
  readonly piece: number;
  readonly onStep: (step: StepName) => void;
  readonly onBatch: () => Promise<void>;
}

/** Writers that share the batches of one group, as several aggregators share a log. */
const WRITERS = 4;
/** Earlier pieces that may be told again. */
const REMEMBERED = 40;
const TOLD_AGAIN = 0.1;
/** How often a writer stands between what its reduce reads and what it writes: the place where the stale and the well informed meet. */
const STALE = 0.5;
/** Messages of the piece before with which a piece begins. */
const OVERLAP = 8;

type Piece = readonly [from: number, to: number];

const piecesOf = (length: number, piece: number, random: () => number): readonly Piece[] => {
  const cuts: Piece[] = [];
  for (let from = 0; from < length;) {
    const to = Math.min(length, from + 1 + Math.floor(random() * 2 * piece));
    cuts.push([Math.max(0, from - Math.floor(random() * OVERLAP)), to]);
    from = to;
  }
  return cuts;
};

const stepsOf = (store: Store, kind: Kind, random: () => number, gate: () => Promise<void>): Steps => {
  const parked = parkedSteps(store, kind, gate);
  if (kind !== "right") return parked;
  const plain = stepsOver(store);
  // Half of the reduces are the product's one statement; half stand still between what they read and what they write.
  return { ...parked, reduce: (...args) => (random() < 0.5 ? plain : parked).reduce(...args) };
};

const writerOf = (
  { store, kind, random, parking, onStep }: CrewOptions,
  name: string,
): ((work: readonly Batch<Fact>[], signal: AbortSignal) => Promise<readonly StageResult<never>[]>) => {
  const gate = () => parking.pass(name);
  const stage = stageOver(
    stepsOf(store, kind, random, () => parking.pass(name, STALE)),
    {
      onStep: async (step) => {
        onStep(step);
        await gate();
      },
    },
  );
  return async (work, signal) => {
    parking.begin(name);
    try {
      const results: StageResult<never>[] = [];
      for (const batch of work) results.push(await stage.process(batch, signal));
      return results;
    } finally {
      parking.end(name);
    }
  };
};

/**
 * The product's stage, or one of the two mistakes, by several writers side by side: each batch is cut into overlapping pieces that they
 * share, pieces of earlier batches are told again, and any of them is parked between any two steps while the others go on.
 */
export const crewOf = (options: CrewOptions): Stage<Fact, never> => {
  const { store, name, random } = options;
  const writers = Array.from({ length: WRITERS }, (_, i) => writerOf(options, `${name} ${i}`));
  const remembered: Batch<Fact>[] = [];
  const process = async (batch: Batch<Fact>, signal: AbortSignal): Promise<StageResult<never>> => {
    const rejected = new Map<number, StageResult<never>["rejections"][number]>();
    const cuts = piecesOf(batch.messages.length, options.piece, random);
    const shares = writers.map(() => [] as { readonly from: number | null; readonly batch: Batch<Fact> }[]);
    const give = (from: number | null, piece: Batch<Fact>): void =>
      void shares[Math.floor(random() * WRITERS)]?.push({ from, batch: piece });
    for (const [from, to] of cuts) {
      const piece = { ...batch, messages: batch.messages.slice(from, to) };
      give(from, piece);
      if (random() < TOLD_AGAIN && remembered.length > 0)
        give(null, remembered[Math.floor(random() * remembered.length)] as Batch<Fact>);
      remembered.push(piece);
      if (remembered.length > REMEMBERED) remembered.splice(Math.floor(random() * REMEMBERED), 1);
    }
    const done = await Promise.allSettled(
      writers.map(async (write, i) => {
        const share = shares[i] ?? [];
        const results = await write(
          share.map((one) => one.batch),
          signal,
        );
        for (const [j, { rejections }] of results.entries()) {
          const from = share[j]?.from ?? null;
          if (from === null) continue;
          for (const { index, error } of rejections) rejected.set(from + index, { index: from + index, error });
        }
      }),
    );
    for (const each of done) if (each.status === "rejected") throw each.reason;
    await options.onBatch();
    return { outputs: [], rejections: [...rejected.values()] };
  };
  return { ...stageOver(stepsOver(store)), name, process };
};
