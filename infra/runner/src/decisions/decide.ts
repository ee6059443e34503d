import { eventIdOf, readHistories, type MentionFact, type MentionHistory } from "@molva/aggregator";
import {
  FACTS,
  instantOf,
  millisOf,
  type BrandId,
  type EventId,
  type GivenLabel,
  type Instant,
  type Label,
  type MentionId,
  type SourceId,
} from "@molva/contracts";
import type { Io } from "../io.ts";
import type { Runtime } from "../runtime.ts";

/** What a person decides of one mention. */
export type Wish =
  | {
      readonly type: "human";
      readonly id: string;
      readonly label: Label;
      readonly reason: string | null;
      /** The mention was drawn at random: the label measures the model, too. */
      readonly audit?: boolean;
    }
  | { readonly type: "exclude"; readonly id: string; readonly reason: string | null }
  | { readonly type: "undo"; readonly id: string; readonly undoes: EventId; readonly reason: string | null };

/** A decision that stands in the log, with what the mention was before and is now. */
export interface Decided {
  readonly id: string;
  readonly brand: string;
  /** By which `undo` names it; null when nothing had to be decided anew. */
  readonly event: EventId | null;
  readonly decidedAt: Instant | null;
  readonly old: GivenLabel | null;
  readonly new: GivenLabel | null;
  readonly countedBefore: boolean;
  /** Null with `--no-wait`: not known yet. */
  readonly counts: boolean | null;
}

const BATCH = 1_000;

/** Histories of the mentions; what is on its way into the numbers right now is waited for before an id is called unknown. */
export const knownHistories = async (
  runtime: Runtime,
  ids: readonly string[],
  signal: AbortSignal,
): Promise<ReadonlyMap<string, MentionHistory>> => {
  const found = await readHistories(runtime.store, ids);
  if (ids.every((id) => found.has(id)) || (await runtime.lag()) === 0) return found;
  await runtime.settled(signal);
  return readHistories(runtime.store, ids);
};

/** The same label by the same person, on the text as it is: deciding it again would change nothing. */
const standsAlready = (wish: Wish, by: string, history: MentionHistory): boolean =>
  wish.type === "human" &&
  wish.audit !== true &&
  history.labelledBy === by &&
  history.state.label === wish.label &&
  !history.onEarlierText;

const factOf = (wish: Wish, by: string, history: MentionHistory, decidedAt: Instant): MentionFact => {
  const shared = {
    mentionId: wish.id as MentionId,
    brandId: history.brand as BrandId,
    sourceId: history.source as SourceId,
    by,
    reason: wish.reason,
    decidedAt,
  };
  if (wish.type === "human") return { type: "human", ...shared, label: wish.label, audit: wish.audit === true };
  return wish.type === "exclude" ? { type: "exclude", ...shared } : { type: "undo", ...shared, undoes: wish.undoes };
};

/** A decision is later than every known one of its mention, whatever this machine's clock says: else it would not count. */
const laterThan = (now: Instant, known: Instant | null): Instant =>
  known === null || known < now ? now : instantOf(millisOf(known) + 1);

export interface DecideOptions {
  readonly by: string;
  /** Until every number follows; else until the log has it. */
  readonly wait: boolean;
  readonly io: Io;
}

/**
 * Publishes the decisions in the live lane, in their order. Every id must be in `histories`.
 * @throws {PipelineError} what the log throws; then a prefix of the decisions may stand, and the same call finishes the rest.
 */
export const decide = async (
  runtime: Runtime,
  wishes: readonly Wish[],
  histories: ReadonlyMap<string, MentionHistory>,
  { by, wait, io }: DecideOptions,
): Promise<readonly Decided[]> => {
  const latest = new Map<string, Instant | null>();
  const now = runtime.clock();
  const made = wishes.map((wish) => {
    const history = histories.get(wish.id) as MentionHistory;
    if (standsAlready(wish, by, history)) return { wish, history, fact: null };
    const decidedAt = laterThan(now, latest.get(wish.id) ?? history.decidedAt);
    latest.set(wish.id, decidedAt);
    return { wish, history, fact: factOf(wish, by, history, decidedAt) };
  });
  const facts = made.flatMap(({ fact }) => (fact === null ? [] : [fact]));
  for (let from = 0; from < facts.length; from += BATCH)
    await runtime.bus.publish(FACTS, "live", facts.slice(from, from + BATCH));
  if (wait) await settledFacts(runtime, io.signal);
  const after = wait ? await readHistories(runtime.store, [...histories.keys()]) : null;
  return made.map(({ wish, history, fact }): Decided => {
    const state = after?.get(wish.id)?.state;
    return {
      id: wish.id,
      brand: history.brand,
      event: fact === null ? null : eventIdOf(fact),
      decidedAt: fact === null || !("decidedAt" in fact) ? null : fact.decidedAt,
      old: history.state.label,
      new: state === undefined ? (wish.type === "human" ? wish.label : null) : state.label,
      countedBefore: history.state.counts,
      counts: state === undefined ? null : state.counts,
    };
  });
};

/** Decisions go straight to the aggregator: what still waits for the classifier need not be waited for. */
const settledFacts = (runtime: Runtime, signal: AbortSignal): Promise<void> =>
  Promise.race([runtime.bus.settled(FACTS, "aggregator", signal), runtime.failed]);
