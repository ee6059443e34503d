import { hash } from "node:crypto";
import {
  LANES,
  millisOf,
  type Delivered,
  type EventId,
  type Fact,
  type Instant,
  type Lane,
  type Mention,
  type SourceDate,
} from "@molva/contracts";
import type { ChoiceRow, FactRow, PlaceRow, TextRow } from "./tables.ts";

const HOUR = 3600;
const DAY = 86_400;
const WIDEST_ZONE = 14 * HOUR * 1000;

/** Of what has none. */
const NO_ID = "0000000000000000";

/** Facts without a date of their own lie in hour 0; no mention counts there. */
export const LIMBO = 0;
/** Hours that the store can tell from limbo and from the end of its clock. */
const EARLIEST = "1971-01-01T00:00:00.000Z";
const LATEST = "2106-01-01T00:00:00.000Z";

export type MentionFact = Exclude<Fact, { readonly type: "choice" }>;

/** A fact with its place in the log. */
export interface Logged<F extends Fact = Fact> {
  readonly fact: F;
  readonly message: Pick<Delivered<Fact>, "offset" | "appendedAt">;
  readonly lane: Lane;
}

/** The id as the decimal number under which the store keeps it. */
export const storedId = (mentionId: string): string => BigInt(`0x${mentionId}`).toString();

type Decision = Exclude<MentionFact, { readonly type: "content" }>;
type Content = Extract<Fact, { readonly type: "content" }>;

const identityOf = (fact: Decision): readonly unknown[] => {
  switch (fact.type) {
    case "gone":
      return [fact.mentionId, fact.type, null, null, fact.observedAt, null, null, null];
    case "group":
      return [fact.mentionId, fact.type, null, null, fact.observedAt, null, fact.group, null];
    case "human":
      return [fact.mentionId, fact.type, null, null, fact.decidedAt, null, [fact.label, fact.audit, fact.by], null];
    case "exclude":
      return [fact.mentionId, fact.type, null, null, fact.decidedAt, null, fact.by, null];
    case "undo":
      return [fact.mentionId, fact.type, null, null, fact.decidedAt, null, fact.by, fact.undoes];
  }
};

/** As JSON writes it; most names of models need no escapes. */
const quoted = (name: string): string => (/^[\w@.-]+$/.test(name) ? `"${name}"` : JSON.stringify(name));

/**
 * What JSON.stringify makes of the identity of a content, put together by hand: the most of all facts are contents, and it takes half as long.
 * All of it but the model's name is of the contracts' forms, in which nothing is to be escaped.
 */
const contentIdentityOf = ({ mention, sentiment, observedAt, input, topicsAt }: Content): string => {
  const { at, precision, from, clamped } = mention.publishedAt;
  const topics = topicsAt === undefined ? "null" : `"${topicsAt}"`;
  return `["${mention.mentionId}","content",${quoted(sentiment.model)},["${at}","${precision}","${from}",${String(clamped)}],"${observedAt}","${input}",${topics},null]`;
};

/** The identity of a fact, by which an undo names it: 64 bits of a hash over all that makes it another fact. A model's label does not. */
export const eventIdOf = (fact: MentionFact): EventId => {
  const identity = fact.type === "content" ? contentIdentityOf(fact) : JSON.stringify(identityOf(fact));
  return hash("sha256", identity).slice(0, 16) as EventId;
};

/** Of the messages that were published together, which the log took at one time. */
let taken: { readonly at: Instant; readonly lane: Lane; readonly millis: number; readonly last: bigint } | null = null;

/**
 * When the log took a fact, and what orders the copies of one: smaller for a copy that the log took later. 2^64 − 1 − (append time in ms, then
 * lane, then 21 bits of the offset), so that copies of one millisecond have an order too.
 */
const orderOf = ({ message, lane }: Logged): Pick<FactRow, "known" | "first"> => {
  if (taken === null || taken.at !== message.appendedAt || taken.lane !== lane) {
    const millis = millisOf(message.appendedAt);
    const order = (BigInt(millis) << 22n) | (BigInt(LANES.indexOf(lane)) << 21n);
    taken = { at: message.appendedAt, lane, millis, last: 0xffff_ffff_ffff_ffffn - order };
  }
  return { known: taken.millis, first: taken.last - (message.offset & 0x1f_ffffn) };
};

const SPANS = { second: 1, minute: 60, hour: HOUR, day: DAY, month: null, year: null } as const;

/** How many seconds the stretch has that a date of this precision names. Month and year: of the calendar, in whatever zone its midnight is. */
const spanOf = (at: number, precision: SourceDate["precision"]): number => {
  const fixed = SPANS[precision];
  if (fixed !== null) return fixed;
  const day = new Date(at + WIDEST_ZONE);
  const [year, month] = [day.getUTCFullYear(), day.getUTCMonth()];
  const [from, to] =
    precision === "month"
      ? [Date.UTC(year, month), Date.UTC(year, month + 1)]
      : [Date.UTC(year, 0), Date.UTC(year + 1, 0)];
  return (to - from) / 1000;
};

const hourOf = (at: number): number => Math.floor(at / 3_600_000) * HOUR;

/** Whether the store can place the mention; a date outside 1971…2105 is a mistake of its source. */
export const isPlaceable = (fact: Fact): boolean => {
  if (fact.type !== "content") return true;
  // Instants compare as texts.
  const { at } = fact.mention.publishedAt;
  return at >= EARLIEST && at < LATEST;
};

/** Node has it; the ES2023 declarations do not. */
const toWellFormed = (text: string): string => (text as unknown as { toWellFormed(): string }).toWellFormed();

const ratingValueOf = (rating: Mention["rating"]): Pick<FactRow, "rating" | "rating_value" | "rating_max"> => {
  if (rating === null) return { rating: "", rating_value: 0, rating_max: 0 };
  const printed = rating.max === 5 ? String(rating.value) : `${rating.value}/${rating.max}`;
  return { rating: printed, rating_value: rating.value, rating_max: rating.max };
};

const share = (probability: number | undefined): number => Math.round((probability ?? 0) * 10_000);

type Topic = Content["topics"][number];
/** As the store writes it, so that two that it would write alike are one. */
const topicOf = (one: Topic): string => toWellFormed(typeof one === "string" ? one : one.topic);
const topicLabelOf = (one: Topic): FactRow["topic_labels"][number] => (typeof one === "string" ? "" : one.label);

/** Each topic once; of doubles the first. */
const topicColumnsOf = (given: readonly Topic[]): Pick<FactRow, "topics" | "topic_labels"> => {
  const topics = given.map(topicOf);
  if (topics.every((topic, place) => topics.indexOf(topic) === place))
    return { topics, topic_labels: given.map(topicLabelOf) };
  const firsts = given.filter((_, place) => topics.indexOf(topics[place] as string) === place);
  return { topics: firsts.map(topicOf), topic_labels: firsts.map(topicLabelOf) };
};

/** When the brand answered: 0 when it did not, 1 when no more than the day is known of the time. */
const answeredOf = ({ reply }: Mention): number => {
  if (reply === null) return 0;
  return reply.at === null || reply.precision !== undefined ? 1 : Math.max(1, millisOf(reply.at));
};

type Own = Pick<FactRow, "brand" | "source" | "kind" | "ver"> & Partial<FactRow>;

const ownColumnsOf = (fact: Decision): Own => {
  const shared = { brand: fact.brandId, source: fact.sourceId, kind: fact.type };
  if (fact.type === "gone") return { ...shared, ver: millisOf(fact.observedAt) };
  if (fact.type === "group") return { ...shared, ver: millisOf(fact.observedAt), grp: fact.group ?? "" };
  const decided = { ...shared, ver: millisOf(fact.decidedAt), by: fact.by, reason: fact.reason ?? "" };
  if (fact.type === "human") return { ...decided, label: fact.label, audit: fact.audit ? 1 : 0 };
  return fact.type === "undo" ? { ...decided, undoes: fact.undoes } : decided;
};

export const idOf = (fact: MentionFact): string => (fact.type === "content" ? fact.mention.mentionId : fact.mentionId);

/** Written out column by column: most facts are contents, and putting rows together from parts took longer than all that is reckoned here. */
const contentRowOf = (logged: Logged<Content>): FactRow => {
  const { fact } = logged;
  const { mention, sentiment } = fact;
  const { publishedAt: date } = mention;
  const at = millisOf(date.at);
  const { known, first } = orderOf(logged);
  const { rating, rating_value, rating_max } = ratingValueOf(mention.rating);
  const { topics, topic_labels } = topicColumnsOf(fact.topics);
  return {
    hour: hourOf(at),
    id: mention.mentionId,
    model: sentiment.model,
    event: eventIdOf(fact),
    at,
    span: spanOf(at, date.precision),
    precision: date.precision,
    origin: date.from,
    clamped: date.clamped ? 1 : 0,
    known,
    first,
    input: fact.input,
    label: sentiment.label,
    p_negative: share(sentiment.probabilities?.negative),
    p_neutral: share(sentiment.probabilities?.neutral),
    p_positive: share(sentiment.probabilities?.positive),
    form: mention.kind,
    rating,
    rating_value,
    rating_max,
    language: fact.language ?? "",
    region: mention.region ?? "",
    topics,
    topic_labels,
    topic_ver: fact.topicsAt === undefined ? 0 : millisOf(fact.topicsAt),
    answered: answeredOf(mention),
    grp: fact.group ?? "",
    audit: 0,
    by: "",
    reason: "",
    undoes: NO_ID,
    brand: mention.brandId,
    source: mention.sourceId,
    kind: "content",
    ver: millisOf(fact.observedAt),
  };
};

const limboRowOf = (logged: Logged<Decision>): FactRow => ({
  hour: LIMBO,
  id: logged.fact.mentionId,
  model: "",
  event: eventIdOf(logged.fact),
  at: 0,
  span: 0,
  precision: "",
  origin: "",
  clamped: 0,
  ...orderOf(logged),
  input: NO_ID,
  label: "",
  p_negative: 0,
  p_neutral: 0,
  p_positive: 0,
  form: "",
  rating: "",
  rating_value: 0,
  rating_max: 0,
  language: "",
  region: "",
  topics: [],
  topic_labels: [],
  topic_ver: 0,
  answered: 0,
  grp: "",
  audit: 0,
  by: "",
  reason: "",
  undoes: NO_ID,
  ...ownColumnsOf(logged.fact),
});

/** The fact's row in the hour of its own date, or in limbo. */
export const factRowOf = ({ fact, message, lane }: Logged<MentionFact>): FactRow =>
  fact.type === "content" ? contentRowOf({ fact, message, lane }) : limboRowOf({ fact, message, lane });

export const placeRowOf = ({ id, hour, brand, source }: FactRow): PlaceRow => ({ id, hour, brand, source });

export const choiceRowOf = (logged: Logged<Extract<Fact, { readonly type: "choice" }>>): ChoiceRow => ({
  brand: logged.fact.brandId,
  model: logged.fact.model,
  rank: logged.fact.rank,
  by: logged.fact.by,
  ver: millisOf(logged.fact.decidedAt),
  ...orderOf(logged),
});

export const textRowOf = ({ mention, observedAt, input }: Content): TextRow => ({
  id: mention.mentionId,
  input,
  ver: millisOf(observedAt),
  brand: mention.brandId,
  title: mention.title ?? "",
  text: mention.text,
  url: mention.url ?? "",
  author: mention.authorHash ?? "",
  reply: mention.reply?.text ?? "",
  reach: mention.reach ?? 0,
  edited: mention.editedAt === null ? 0 : millisOf(mention.editedAt.at),
  extra: mention.extra,
  kept: 1,
});
