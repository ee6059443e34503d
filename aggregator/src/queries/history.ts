import {
  instantOf,
  millisOf,
  type EventId,
  type GivenLabel,
  type Instant,
  type Query,
  type Store,
} from "@molva/contracts";
import { z } from "zod";
import { FOREVER } from "../steps.ts";
import { recountMention, type RawFact } from "../verify/recount.ts";
import { readTold, type ToldFact, type ToldMention } from "./history-rows.ts";

/** What a mention was at one point of the log. */
export interface MentionState {
  /** Whether it is in the numbers: it was seen, is not gone at its source, and no live decision excludes it. */
  readonly counts: boolean;
  /** The label it has, or would have if it counted; null before its content is known. */
  readonly label: GivenLabel | null;
}

/** One thing that was learned of a mention, in the order of the log. */
export interface HistoryEntry {
  readonly kind: "content" | "gone" | "human" | "exclude" | "undo" | "choice";
  /** The fact's id, by which `undo` names it; null for the choice of a model. */
  readonly event: EventId | null;
  /** When it was observed or decided. */
  readonly at: Instant;
  /** When the log took it: `--as-of` this shows the numbers with it. */
  readonly knownAt: Instant;
  /** Who decided; the model for a content and a choice; null for a removal at the source. */
  readonly by: string | null;
  readonly reason: string | null;
  /** A person's label; a model's for a content. */
  readonly label: GivenLabel | null;
  readonly undoes: EventId | null;
  /** The undo that took it back; null while it stands. */
  readonly undoneBy: EventId | null;
  readonly before: MentionState;
  readonly after: MentionState;
}

export interface MentionHistory {
  readonly id: string;
  readonly brand: string;
  readonly source: string;
  readonly state: MentionState;
  /** Whose label it is; null when the model's is. */
  readonly labelledBy: string | null;
  /** The person's label was set on an earlier text. */
  readonly onEarlierText: boolean;
  /** When the newest decision was made: the next one must be later, or it would not count. Null without one. */
  readonly decidedAt: Instant | null;
  readonly entries: readonly HistoryEntry[];
}

const eventOf = (digits: string): EventId => BigInt(digits).toString(16).padStart(16, "0") as EventId;
const isNewerFirst = (a: { readonly first: string }, b: { readonly first: string }): number =>
  BigInt(a.first) > BigInt(b.first) ? -1 : BigInt(a.first) < BigInt(b.first) ? 1 : 0;

/** In the order of the log, the earliest copy of each fact only: `first` falls as the log grows. */
const inOrder = (facts: readonly ToldFact[]): readonly ToldFact[] => {
  const kept = new Map<string, ToldFact>();
  for (const fact of [...facts].sort(isNewerFirst)) {
    const key = `${fact.kind} ${fact.event} ${fact.model}`;
    if (!kept.has(key)) kept.set(key, fact);
  }
  return [...kept.values()];
};

const WORDLESS: ReadonlySet<string> = new Set(["gone", "exclude"]);

const stateOf = (facts: readonly RawFact[], ranks: ReadonlyMap<string, number>): MentionState => ({
  counts: facts.length > 0 && recountMention(facts, ranks) !== null,
  // What takes a mention out of the numbers leaves its label alone.
  label: (recountMention(
    facts.filter((fact) => !WORDLESS.has(fact.kind)),
    ranks,
  )?.label ?? null) as GivenLabel | null,
});

const undoneIn = (facts: readonly ToldFact[]): ReadonlyMap<string, string> =>
  new Map(facts.filter((fact) => fact.kind === "undo").map((fact) => [fact.undoes, fact.event]));

const newestOf = (facts: readonly ToldFact[]): ToldFact | undefined =>
  facts.reduce<ToldFact | undefined>(
    (newest, fact) =>
      newest === undefined ||
      fact.ver > newest.ver ||
      (fact.ver === newest.ver && BigInt(fact.event) > BigInt(newest.event))
        ? fact
        : newest,
    undefined,
  );

const DECISIONS: ReadonlySet<string> = new Set(["human", "exclude", "undo"]);
const isDecision = (fact: ToldFact): boolean => fact.kind === "human" || fact.kind === "exclude";

const byOf = (fact: ToldFact): string | null => {
  if (fact.kind === "content") return fact.model;
  return fact.kind === "gone" ? null : fact.by;
};

const entriesOf = ({ facts: told, choices }: ToldMention): readonly HistoryEntry[] => {
  const facts = inOrder(told);
  const undone = undoneIn(facts);
  // That copies of it came changes nothing of the mention itself.
  const steps = [...facts.filter((fact) => fact.kind !== "group"), ...choices].sort(isNewerFirst);
  const [known, ranks] = [[] as ToldFact[], new Map<string, number>()];
  let before: MentionState = { counts: false, label: null };
  return steps.flatMap((step): readonly HistoryEntry[] => {
    if ("kind" in step) known.push(step);
    else ranks.set(step.model, Math.max(step.rank, ranks.get(step.model) ?? 0));
    const after = stateOf(known, ranks);
    const was = before;
    before = after;
    const shared = { at: instantOf(step.ver), knownAt: instantOf(step.known), before: was, after };
    if ("kind" in step) {
      const undoneBy = undone.get(step.event);
      return [
        {
          ...shared,
          kind: step.kind as HistoryEntry["kind"],
          event: eventOf(step.event),
          by: byOf(step),
          reason: step.reason === "" ? null : step.reason,
          label: step.label === "" ? null : (step.label as GivenLabel),
          undoes: step.kind === "undo" ? eventOf(step.undoes) : null,
          undoneBy: isDecision(step) && undoneBy !== undefined ? eventOf(undoneBy) : null,
        },
      ];
    }
    // A choice is told where it changed this mention's label.
    if (was.label === after.label) return [];
    const { by, model } = step;
    return [{ ...shared, kind: "choice", event: null, by, reason: model, label: null, undoes: null, undoneBy: null }];
  });
};

const historyOf = (id: string, told: ToldMention): MentionHistory => {
  const facts = inOrder(told.facts);
  const contents = facts.filter((fact) => fact.kind === "content");
  const undone = undoneIn(facts);
  const person = newestOf(facts.filter((fact) => fact.kind === "human" && !undone.has(fact.event)));
  const decided = newestOf(facts.filter((fact) => DECISIONS.has(fact.kind)));
  const ranks = new Map<string, number>();
  for (const { model, rank } of told.choices) ranks.set(model, Math.max(rank, ranks.get(model) ?? 0));
  const read =
    person === undefined
      ? undefined
      : (newestOf(contents.filter((c) => c.ver <= person.ver)) ??
        contents.reduce<ToldFact | undefined>((a, b) => (a === undefined || b.ver < a.ver ? b : a), undefined));
  return {
    id,
    brand: told.facts[0]?.brand ?? "",
    source: told.facts[0]?.source ?? "",
    state: stateOf(facts, ranks),
    labelledBy: person?.by ?? null,
    onEarlierText: read !== undefined && read.input !== newestOf(contents)?.input,
    decidedAt: decided === undefined ? null : instantOf(decided.ver),
    entries: entriesOf(told),
  };
};

const ID = /^[0-9a-f]{32}$/;

/**
 * All that was learned of each of the mentions up to a point of the log, with what it changed. Ids that nothing is known of are absent.
 * @param asOf null: all that lies in the store.
 */
export const readHistories = async (
  store: Store,
  ids: readonly string[],
  asOf: Instant | null = null,
): Promise<ReadonlyMap<string, MentionHistory>> => {
  const until = asOf === null ? FOREVER : millisOf(asOf);
  const told = await readTold(
    store,
    ids.filter((id) => ID.test(id)),
    until,
  );
  return new Map([...told].map(([id, mention]) => [id, historyOf(id, mention)]));
};

/** What an event id names, and of which mention. */
export interface FoundEvent {
  readonly kind: "gone" | "human" | "exclude" | "undo";
  readonly id: string;
}

/** Facts without a date of their own all lie in one partition: the year of limbo. */
const EVENT: Query<{ readonly event: string }, FoundEvent> = {
  name: "find-event",
  sql: `SELECT toString(kind) AS kind, leftPad(lower(hex(f.id)), 32, '0') AS id FROM fact AS f
    WHERE hour = toDateTime(0, 'UTC') AND kind NOT IN ('content', 'group') AND f.event = toUInt64({event:String}) LIMIT 1`,
  params: z.strictObject({ event: z.string() }),
  row: z.object({ kind: z.enum(["gone", "human", "exclude", "undo"]), id: z.string() }),
};

/** The fact that 16 hex digits name; null when no person's decision and no removal has that id. */
export const findEvent = async (store: Store, event: string): Promise<FoundEvent | null> => {
  if (!/^[0-9a-f]{16}$/.test(event)) return null;
  return (await store.query(EVENT, { event: BigInt(`0x${event}`).toString() }))[0] ?? null;
};
