/**
 * The fold of docs/data-model.md a second time, in TypeScript, over plain rows: no aggregation, no FINAL and no hour of
 * the store is trusted here. It shares nothing with fold-sql.ts but the document.
 */

/** A row of `fact` as it lies there; copies in other hours and doubles included. */
export interface RawFact {
  readonly source: string;
  readonly id: string;
  readonly kind: string;
  readonly model: string;
  readonly event: string;
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly precision: string;
  readonly origin: string;
  readonly clamped: number;
  readonly ver: number;
  readonly first: string;
  readonly input: string;
  readonly label: string;
  readonly p_negative: number;
  readonly p_neutral: number;
  readonly p_positive: number;
  readonly rating: string;
  readonly language: string;
  readonly region: string;
  readonly topics: readonly string[];
  readonly topic_labels: readonly string[];
  readonly topic_ver: number;
  readonly grp: string;
  readonly undoes: string;
}

/** A mention that counts, once. */
export interface CountedMention {
  readonly id: string;
  readonly source: string;
  readonly at: number;
  readonly coarse: boolean;
  readonly label: string;
  readonly byPerson: boolean;
  readonly shares: readonly [negative: number, neutral: number, positive: number];
  readonly rating: string;
  readonly language: string;
  readonly region: string;
  readonly topics: readonly string[];
  /** Topic and the label it counts under. */
  readonly clauses: readonly (readonly [topic: string, label: string])[];
  readonly grp: string;
}

const FINENESS: Readonly<Record<string, number>> = { year: 1, month: 2, day: 3, hour: 4, minute: 5, second: 6 };
const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

/** When the stretch ends that the date names; of a month or year, the calendar's in the zone whose midnight it is. */
const endOf = (at: number, precision: string): number => {
  if (precision === "second") return at + 1000;
  if (precision === "minute") return at + MINUTE;
  if (precision === "hour") return at + 60 * MINUTE;
  if (precision === "day") return at + DAY;
  const local = new Date(at + 14 * 60 * MINUTE);
  const days =
    precision === "month"
      ? new Date(Date.UTC(local.getUTCFullYear(), local.getUTCMonth() + 1, 0)).getUTCDate()
      : (Date.UTC(local.getUTCFullYear() + 1, 0) - Date.UTC(local.getUTCFullYear(), 0)) / DAY;
  return at + days * DAY;
};

type Order = readonly (number | bigint)[];

const compare = (a: Order, b: Order): number => {
  for (const [i, x] of a.entries()) {
    const y = b[i] as number | bigint;
    if (x < y) return -1;
    if (x > y) return 1;
  }
  return 0;
};

const leastBy = <T>(list: readonly T[], orderOf: (item: T) => Order): T | undefined =>
  list.reduce<T | undefined>(
    (least, item) => (least === undefined || compare(orderOf(item), orderOf(least)) < 0 ? item : least),
    undefined,
  );
const mostBy = <T>(list: readonly T[], orderOf: (item: T) => Order): T | undefined =>
  list.reduce<T | undefined>(
    (most, item) => (most === undefined || compare(orderOf(item), orderOf(most)) > 0 ? item : most),
    undefined,
  );

const age = (fact: RawFact): Order => [fact.ver, BigInt(fact.event)];

/** Of several copies of one fact the earliest recorded one. */
const withoutDoubles = (rows: readonly RawFact[]): readonly RawFact[] => {
  const kept = new Map<string, RawFact>();
  for (const row of rows) {
    const key = `${row.kind} ${row.event} ${row.model}`;
    const other = kept.get(key);
    if (other === undefined || BigInt(row.first) > BigInt(other.first)) kept.set(key, row);
  }
  return [...kept.values()];
};

const datedBy = (contents: readonly RawFact[]): RawFact => {
  const told = contents.filter((c) => c.origin !== "fetch" && c.clamped === 0);
  const newest = mostBy(told, age);
  if (newest === undefined) return leastBy(contents, age) as RawFact;
  const finenessOf = (c: RawFact): number => FINENESS[c.precision] as number;
  const end = endOf(newest.at, newest.precision);
  const inside = told.filter((c) => finenessOf(c) >= finenessOf(newest) && c.at >= newest.at && c.at < end);
  return leastBy(inside, (c) => [-finenessOf(c), ...age(c)]) as RawFact;
};

/** What counts of one mention, given all rows of it and the ranks of the brand's models; null when it does not count. */
export const recountMention = (
  rows: readonly RawFact[],
  rankOf: ReadonlyMap<string, number>,
): CountedMention | null => {
  const facts = withoutDoubles(rows);
  const contents = facts.filter((f) => f.kind === "content");
  const newest = mostBy(contents, age);
  if (newest === undefined) return null;
  if (facts.some((f) => f.kind === "gone" && f.ver > newest.ver)) return null;
  const undone = new Set(facts.filter((f) => f.kind === "undo").map((f) => f.undoes));
  const live = facts.filter((f) => !undone.has(f.event));
  if (live.some((f) => f.kind === "exclude")) return null;
  const person = mostBy(
    live.filter((f) => f.kind === "human"),
    age,
  );
  const ofInput = contents.filter((c) => c.input === newest.input);
  const model = mostBy(ofInput, (c) => [rankOf.get(c.model) ?? -1, BigInt(c.first), BigInt(c.event)]) as RawFact;
  const about = mostBy(ofInput, (c) => [
    rankOf.get(c.model) ?? -1,
    c.topic_ver,
    BigInt(c.first),
    BigInt(c.event),
  ]) as RawFact;
  const label = person === undefined ? model.label : person.label;
  const oneVoice = person !== undefined && new Set(about.topics.map((_, i) => about.topic_labels[i] ?? "")).size <= 1;
  const clauseOf = (i: number): string => {
    const told = about.topic_labels[i] ?? "";
    return told === "" || oneVoice || label === "unscored" ? label : told;
  };
  const date = datedBy(contents);
  const grouped = mostBy(
    facts.filter((f) => f.grp !== ""),
    (c) => [BigInt(c.first), BigInt(c.event)],
  );
  return {
    id: newest.id,
    source: newest.source,
    at: date.at,
    coarse: (FINENESS[date.precision] as number) <= 3,
    label,
    byPerson: person !== undefined,
    shares: [model.p_negative, model.p_neutral, model.p_positive],
    rating: newest.rating,
    language: newest.language,
    region: newest.region,
    topics: [...new Set(about.topics)],
    clauses: [...new Map(about.topics.map((t, i) => [`${t} ${clauseOf(i)}`, [t, clauseOf(i)] as const])).values()],
    grp: grouped?.grp ?? "",
  };
};

/** Counts by name; what is 0 is absent. Equal buckets have equal entries. */
export type RecountedBucket = Map<string, number | string>;

const hourOf = (at: number): number => Math.floor(at / 3_600_000) * 3600;

const firstKey = (grp: string, coarse: boolean): string => `first of ${grp}${coarse ? " (coarse)" : ""}`;

/** As one piece of text, so that it is compared as a whole. Small times sort before large ones, ids of one length after them. */
export const firstText = (
  m: Pick<CountedMention, "at" | "id" | "source" | "language" | "region" | "rating" | "topics">,
): string => JSON.stringify([String(m.at).padStart(16, "0"), m.id, m.source, m.language, m.region, m.rating, m.topics]);

/** Adds one mention to the bucket of its hour. */
export const addTo = (buckets: Map<number, RecountedBucket>, mention: CountedMention): void => {
  const hour = hourOf(mention.at);
  const bucket = buckets.get(hour) ?? new Map<string, number | string>();
  buckets.set(hour, bucket);
  const add = (name: string, by = 1): void => {
    if (by !== 0) bucket.set(name, ((bucket.get(name) as number | undefined) ?? 0) + by);
  };
  const columns = mention.grp === "" ? [mention.label, "singles"] : [mention.label];
  for (const column of columns) {
    add(column);
    if (mention.coarse) add(`coarse_${column}`);
  }
  if (mention.byPerson) add("by_person");
  else if (mention.label !== "unscored") {
    add("p_negative", mention.shares[0]);
    add("p_neutral", mention.shares[1]);
    add("p_positive", mention.shares[2]);
  }
  const { label } = mention;
  const clauses = mention.clauses.length === 0 ? [["", label] as const] : mention.clauses;
  const values: readonly (readonly [dimension: string, value: string, label: string])[] = [
    ["source", mention.source, label],
    ["language", mention.language, label],
    ["region", mention.region, label],
    ["rating", mention.rating, label],
    ...clauses.map(([topic, own]) => ["topic", topic, own] as const),
  ];
  for (const [dimension, value, own] of values)
    for (const column of mention.grp === "" ? [own, "singles"] : [own])
      add(cellKey(dimension, value, mention.coarse, column));
  if (mention.grp !== "") {
    const key = firstKey(mention.grp, mention.coarse);
    const known = bucket.get(key);
    const text = firstText(mention);
    if (known === undefined || text < (known as string)) bucket.set(key, text);
  }
};

export const cellKey = (dimension: string, value: string, coarse: boolean, column: string): string =>
  `${dimension}=${value}${coarse ? " (coarse)" : ""} ${column}`;
export { firstKey };
