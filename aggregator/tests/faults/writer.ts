import type { Batch, Fact, Stage, StageResult, Store } from "@molva/contracts";
import { stageOver, type StepName } from "../../src/stage.ts";
import { stepsOver, type Steps } from "../../src/steps.ts";
import { parkedSteps, type Kind } from "../support/parked.ts";
import type { Parking } from "./parking.ts";
import { sleepersOver } from "./sleepers.ts";

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
  readonly onSleeper: () => void;
  readonly onBatch: () => Promise<void>;
}

export interface Crew {
  readonly stage: Stage<Fact, never>;
  /** For when all is through: those that still stand between reading and writing write what they had read. */
  wake(): Promise<void>;
}

/** Writers that share the batches of one group, as several aggregators share a log. */
const WRITERS = 4;
/** Writers of one life that read and are not heard of until its end; the first batch has one, later ones now and then. */
const SLEEPERS = 3;
const SLEEPS = 0.1;
/** Earlier pieces that may be told again. */
const REMEMBERED = 40;
const TOLD_AGAIN = 0.1;
/** How often a writer stands between what its reduce reads and what it writes: the place where the stale and the well informed meet. */
const STALE = 0.5;
/** Batches of fewer messages than this part of a piece are not shared out. */
const SHARED_FROM = 0.5;
/** Messages of the piece before with which a piece begins. */
const OVERLAP = 8;

/** Messages of a batch, by their place in it. */
type Piece = readonly number[];

/**
 * Pairs of pieces of the same stretch of the batch, so that two writers are at the same hours; a tenth of it is in both. A small batch is
 * one writer's: a call of the stage costs much the same for a hundred messages as for a thousand.
 */
const pairsOf = (length: number, piece: number, random: () => number): readonly (readonly [Piece, Piece])[] => {
  if (length < piece * SHARED_FROM) return [[Array.from({ length }, (_, i) => i), []]];
  const pairs: (readonly [Piece, Piece])[] = [];
  for (let from = 0; from < length;) {
    const to = Math.min(length, from + 2 + Math.floor(random() * 4 * piece));
    const pair: [number[], number[]] = [[], []];
    for (let i = Math.max(0, from - Math.floor(random() * OVERLAP)); i < to; i += 1) {
      const whose = random();
      if (whose < 0.55) pair[0].push(i);
      if (whose >= 0.45) pair[1].push(i);
    }
    pairs.push(pair);
    from = to;
  }
  return pairs;
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
  const stage = stageOver(
    stepsOf(store, kind, random, () => parking.pass(name, "read", STALE)),
    {
      onStep: async (step) => {
        onStep(step);
        await parking.pass(name, step);
      },
    },
  );
  return async (work, signal) => {
    parking.begin(name);
    try {
      const results: StageResult<never>[] = [];
      for (const batch of work) {
        // Else all would insert at once, and whoever reads would see what the others have.
        await parking.pass(name, "nothing", STALE);
        results.push(await stage.process(batch, signal));
      }
      return results;
    } finally {
      parking.end(name);
    }
  };
};

/**
 * The product's stage, or one of the two mistakes, by several writers side by side: each batch is dealt out to them in overlapping
 * pieces, pieces of earlier batches are told again, and any of them is parked between any two steps while the others go on.
 */
export const crewOf = (options: CrewOptions): Crew => {
  const { store, name, random } = options;
  const sleepers = sleepersOver(store, options.kind, random);
  const writers = Array.from({ length: WRITERS }, (_, i) => writerOf(options, `${name} ${i}`));
  const remembered: Batch<Fact>[] = [];
  const process = async (batch: Batch<Fact>, signal: AbortSignal): Promise<StageResult<never>> => {
    const isOneMore = sleepers.count < SLEEPERS && (sleepers.count === 0 || random() < SLEEPS);
    if (isOneMore) {
      options.onSleeper();
      await sleepers.add(batch, signal);
    }
    const rejected = new Map<number, StageResult<never>["rejections"][number]>();
    const shares = writers.map(() => [] as { readonly piece: Piece | null; readonly batch: Batch<Fact> }[]);
    const give = (writer: number, piece: Piece | null, told: Batch<Fact>): void =>
      void shares[writer % WRITERS]?.push({ piece, batch: told });
    for (const pair of pairsOf(batch.messages.length, options.piece, random)) {
      const first = Math.floor(random() * WRITERS);
      const second = first + 1 + Math.floor(random() * (WRITERS - 1));
      for (const [i, piece] of pair.entries()) {
        if (piece.length === 0) continue;
        const messages = piece.map((place) => batch.messages[place] as (typeof batch.messages)[number]);
        give(i === 0 ? first : second, piece, { ...batch, messages });
        if (random() < TOLD_AGAIN && remembered.length > 0)
          give(
            Math.floor(random() * WRITERS),
            null,
            remembered[Math.floor(random() * remembered.length)] as Batch<Fact>,
          );
        remembered.push({ ...batch, messages });
        if (remembered.length > REMEMBERED) remembered.splice(Math.floor(random() * REMEMBERED), 1);
      }
    }
    const done = await Promise.allSettled(
      writers.map(async (write, i) => {
        const share = shares[i] ?? [];
        const results = await write(
          share.map((one) => one.batch),
          signal,
        );
        for (const [j, { rejections }] of results.entries()) {
          const piece = share[j]?.piece ?? null;
          if (piece === null) continue;
          for (const { index, error } of rejections) {
            const place = piece[index] as number;
            rejected.set(place, { index: place, error });
          }
        }
      }),
    );
    for (const each of done) if (each.status === "rejected") throw each.reason;
    await options.onBatch();
    return { outputs: [], rejections: [...rejected.values()] };
  };
  return { stage: { ...stageOver(stepsOver(store)), name, process }, wake: sleepers.wake };
};
