/**
 * The reference: a batch program over the events as the log took them. It knows no store and no SQL, and is written apart from
 * `src/fold-sql.ts` and `src/verify/recount.ts`, after docs/data-model.md alone. Only the identity of an event is the product's.
 */
import { LANES, millisOf, type Fact, type Lane } from "@molva/contracts";
import { eventIdOf, type MentionFact } from "../../src/index.ts";

/** A fact as it stands in the log. */
export interface Taken {
  readonly fact: Fact;
  readonly lane: Lane;
  readonly offset: bigint;
  /** Milliseconds since 1970. */
  readonly known: number;
}

/** The numbers of one brand in one hour, by name; what is 0 is absent. */
export type Numbers = Map<string, number | string>;
/** By brand, then by hour (seconds since 1970). */
export type Folded = ReadonlyMap<string, ReadonlyMap<number, Numbers>>;

export interface Counted {
  readonly id: string;
  readonly at: number;
  readonly coarse: boolean;
  readonly label: string;
  readonly group: string | null;
}

type Content = Extract<Fact, { readonly type: "content" }>;

interface Event<F extends Fact = Fact> {
  readonly id: string;
  readonly fact: F;
  readonly taken: Taken;
}

const HOUR = 3_600_000;
const ORDER = ["year", "month", "day", "hour", "minute", "second"];

const isEarlier = (a: Taken, b: Taken): boolean => {
  if (a.known !== b.known) return a.known < b.known;
  if (a.lane !== b.lane) return LANES.indexOf(a.lane) < LANES.indexOf(b.lane);
  return a.offset < b.offset;
};

const ageOf = ({ fact }: Event): number => millisOf("observedAt" in fact ? fact.observedAt : fact.decidedAt);

/** Larger is newer; ids of 16 hex digits compare as the numbers that they are. */
const isNewer = (a: Event, b: Event): boolean => (ageOf(a) === ageOf(b) ? a.id > b.id : ageOf(a) > ageOf(b));

const best = <T>(list: readonly T[], isBetter: (a: T, b: T) => boolean): T | null =>
  list.reduce<T | null>((found, item) => (found === null || isBetter(item, found) ? item : found), null);

const isDatable = (fact: Fact): boolean => {
  if (fact.type !== "content") return true;
  const year = new Date(fact.mention.publishedAt.at).getUTCFullYear();
  return year >= 1971 && year <= 2105;
};

const endOf = ({ at, precision }: Content["mention"]["publishedAt"]): number => {
  const start = millisOf(at);
  if (precision === "second") return start + 1000;
  if (precision === "minute") return start + 60_000;
  if (precision === "hour") return start + HOUR;
  if (precision === "day") return start + 24 * HOUR;
  // Whose midnight it is, is not known: of the zones, the one farthest east begins its day 14 hours before.
  const end = new Date(start + 14 * HOUR);
  end.setUTCHours(0, 0, 0, 0);
  const days =
    precision === "month"
      ? new Date(Date.UTC(end.getUTCFullYear(), end.getUTCMonth() + 1, 0)).getUTCDate()
      : new Date(Date.UTC(end.getUTCFullYear(), 1, 29)).getUTCMonth() === 1
        ? 366
        : 365;
  return start + days * 24 * HOUR;
};

const dateOf = (contents: readonly Event<Content>[]): Content["mention"]["publishedAt"] => {
  const dateIn = (event: Event<Content>) => event.fact.mention.publishedAt;
  const told = contents.filter((event) => dateIn(event).from !== "fetch" && !dateIn(event).clamped);
  const newest = best(told, isNewer);
  if (newest === null) return dateIn(best(contents, (a, b) => isNewer(b, a)) as Event<Content>);
  const [from, until] = [millisOf(dateIn(newest).at), endOf(dateIn(newest))];
  const finenessOf = (event: Event<Content>): number => ORDER.indexOf(dateIn(event).precision);
  const fitting = told.filter((event) => {
    const at = millisOf(dateIn(event).at);
    return at >= from && at < until && finenessOf(event) >= finenessOf(newest);
  });
  const found = best(fitting, (a, b) =>
    finenessOf(a) === finenessOf(b) ? isNewer(b, a) : finenessOf(a) > finenessOf(b),
  );
  return dateIn(found as Event<Content>);
};

const groupIn = (fact: Fact): string | null => (fact.type === "content" || fact.type === "group" ? fact.group : null);

type Clause = readonly [topic: string, label: string];

/**
 * A topic counts under the label of its clause. A person labels the whole: where the model heard one voice it is now the person's, where
 * it heard several they keep theirs.
 */
const clausesOf = (topics: Content["topics"], label: string, byPerson: boolean): readonly Clause[] => {
  const told = new Map<string, string | null>();
  for (const each of topics) {
    const [topic, own] = typeof each === "string" ? [each, null] : [each.topic, each.label];
    if (!told.has(topic)) told.set(topic, own);
  }
  const takesWhole = label === "unscored" || (byPerson && new Set(told.values()).size <= 1);
  return [...told].map(([topic, own]) => [topic, takesWhole ? label : (own ?? label)] as const);
};

interface Outcome extends Counted {
  readonly clauses: readonly Clause[];
  readonly newest: Content;
  readonly byModel: Content;
  readonly byPerson: boolean;
}

const outcomeOf = (events: readonly Event[], rankOf: (model: string) => number): Outcome | null => {
  const contents = events.filter((e): e is Event<Content> => e.fact.type === "content");
  const newest = best(contents, isNewer);
  if (newest === null) return null;
  if (events.some((e) => e.fact.type === "gone" && ageOf(e) > ageOf(newest))) return null;
  const undone = new Set(events.flatMap(({ fact }) => (fact.type === "undo" ? [fact.undoes as string] : [])));
  const standing = events.filter((e) => !undone.has(e.id));
  if (standing.some((e) => e.fact.type === "exclude")) return null;
  const person = best(
    standing.filter((e) => e.fact.type === "human"),
    isNewer,
  );
  const ofInput = contents.filter((e) => e.fact.input === newest.fact.input);
  const model = best(ofInput, (a, b) => {
    const [x, y] = [rankOf(a.fact.sentiment.model), rankOf(b.fact.sentiment.model)];
    return x === y ? isEarlier(a.taken, b.taken) : x > y;
  }) as Event<Content>;
  const about = best(ofInput, (a, b) => {
    const [x, y] = [rankOf(a.fact.sentiment.model), rankOf(b.fact.sentiment.model)];
    const [drawn, other] = [a.fact.topicsAt ?? "", b.fact.topicsAt ?? ""];
    if (x !== y) return x > y;
    return drawn === other ? isEarlier(a.taken, b.taken) : drawn > other;
  }) as Event<Content>;
  const grouped = best(
    events.filter((e) => groupIn(e.fact) !== null),
    (a, b) => isEarlier(a.taken, b.taken),
  );
  const label = person?.fact.type === "human" ? person.fact.label : model.fact.sentiment.label;
  const date = dateOf(contents);
  return {
    id: newest.fact.mention.mentionId,
    at: millisOf(date.at),
    coarse: ORDER.indexOf(date.precision) <= 2,
    label,
    group: grouped === null ? null : groupIn(grouped.fact),
    clauses: clausesOf(about.fact.topics, label, person !== null),
    newest: newest.fact,
    byModel: model.fact,
    byPerson: person !== null,
  };
};

const ratingText = (rating: Content["mention"]["rating"]): string => {
  if (rating === null) return "";
  return rating.max === 5 ? `${rating.value}` : `${rating.value}/${rating.max}`;
};

/** The first counted mention of a group in an hour, as one piece of text that sorts by time and id. */
export const firstText = (at: number, id: string, rest: readonly unknown[]): string =>
  `${String(at).padStart(16, "0")} ${id} ${JSON.stringify(rest)}`;

const addTo = (numbers: Numbers, mention: Outcome): void => {
  const { newest, byModel, label, coarse, group, clauses } = mention;
  const add = (name: string, by = 1): void => {
    if (by !== 0) numbers.set(name, Number(numbers.get(name) ?? 0) + by);
  };
  const [source, language] = [newest.mention.sourceId as string, newest.language ?? ""];
  const [region, rating] = [newest.mention.region ?? "", ratingText(newest.mention.rating)];
  const cells: (readonly [cell: string, label: string])[] = [
    ...[`source=${source}`, `language=${language}`, `region=${region}`, `rating=${rating}`].map(
      (cell) => [cell, label] as const,
    ),
    ...(clauses.length === 0 ? [["", label] as const] : clauses).map(
      ([topic, own]) => [`topic=${topic}`, own] as const,
    ),
  ];
  add(label);
  if (coarse) add(`coarse_${label}`);
  for (const [cell, own] of cells) add(`${cell}${coarse ? "~" : ""} ${own}`);
  if (group === null) {
    add("singles");
    if (coarse) add("coarse_singles");
    for (const [cell] of cells) add(`${cell}${coarse ? "~" : ""} singles`);
  }
  if (mention.byPerson) add("by_person");
  else if (label !== "unscored") {
    for (const name of ["negative", "neutral", "positive"] as const)
      add(`p_${name}`, Math.round((byModel.sentiment.probabilities?.[name] ?? 0) * 10_000));
  }
  if (group === null) return;
  const key = `first of ${group}${coarse ? "~" : ""}`;
  const text = firstText(mention.at, mention.id, [source, language, region, rating, clauses.map(([topic]) => topic)]);
  const known = numbers.get(key);
  if (known === undefined || text < (known as string)) numbers.set(key, text);
};

export interface Reference {
  readonly folded: Folded;
  /** By brand: the mentions that count. */
  readonly counted: ReadonlyMap<string, readonly Counted[]>;
}

/** What everything known up to `asOf` (milliseconds, included) comes to. */
export const fold = (log: readonly Taken[], asOf: number): Reference => {
  const ranks = new Map<string, number>();
  const mentions = new Map<string, Map<string, Event>>();
  const brandOf = new Map<string, string>();
  for (const taken of log) {
    const { fact, known } = taken;
    if (known > asOf || !isDatable(fact)) continue;
    if (fact.type === "choice") {
      const key = `${fact.brandId} ${fact.model}`;
      ranks.set(key, Math.max(fact.rank, ranks.get(key) ?? 0));
      continue;
    }
    const mentionId = fact.type === "content" ? fact.mention.mentionId : fact.mentionId;
    brandOf.set(mentionId, fact.type === "content" ? fact.mention.brandId : fact.brandId);
    const events = mentions.get(mentionId) ?? new Map<string, Event>();
    mentions.set(mentionId, events);
    const id = eventIdOf(fact as MentionFact);
    const other = events.get(id);
    if (other === undefined || isEarlier(taken, other.taken)) events.set(id, { id, fact, taken });
  }
  const folded = new Map<string, Map<number, Numbers>>();
  const counted = new Map<string, Counted[]>();
  for (const [mentionId, events] of mentions) {
    const brand = brandOf.get(mentionId) as string;
    const outcome = outcomeOf([...events.values()], (model) => ranks.get(`${brand} ${model}`) ?? -1);
    if (outcome === null) continue;
    const hours = folded.get(brand) ?? new Map<number, Numbers>();
    folded.set(brand, hours);
    const hour = Math.floor(outcome.at / HOUR) * 3600;
    const numbers: Numbers = hours.get(hour) ?? new Map<string, number | string>();
    hours.set(hour, numbers);
    addTo(numbers, outcome);
    const list = counted.get(brand) ?? [];
    counted.set(brand, list);
    list.push(outcome);
  }
  return { folded, counted };
};
