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

/** Facts without a date of their own lie in hour 0; no mention counts there. */
export const LIMBO = 0;
/** Hours that the store can tell from limbo and from the end of its clock. */
const EARLIEST = Date.UTC(1971, 0, 1);
const LATEST = Date.UTC(2106, 0, 1);

export type MentionFact = Exclude<Fact, { readonly type: "choice" }>;

/** A fact with its place in the log. */
export interface Logged<F extends Fact = Fact> {
  readonly fact: F;
  readonly message: Pick<Delivered<Fact>, "offset" | "appendedAt">;
  readonly lane: Lane;
}

const numberOf = (hex: string): bigint => BigInt(`0x${hex}`);

/** The id as the decimal number under which the store keeps it. */
export const storedId = (mentionId: string): string => numberOf(mentionId).toString();

const identityOf = (fact: MentionFact): readonly unknown[] => {
  switch (fact.type) {
    case "content": {
      const d = fact.mention.publishedAt;
      return [
        fact.mention.mentionId,
        fact.type,
        fact.sentiment.model,
        [d.at, d.precision, d.from, d.clamped],
        fact.observedAt,
        fact.input,
        fact.topicsAt ?? null,
        null,
      ];
    }
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

/** The identity of a fact, by which an undo names it: 64 bits of a hash over all that makes it another fact. A model's label does not. */
export const eventIdOf = (fact: MentionFact): EventId =>
  hash("sha256", JSON.stringify(identityOf(fact))).slice(0, 16) as EventId;

/**
 * Orders the copies of one fact: smaller for a copy that the log took later. 2^64 − 1 − (append time in ms, then lane, then 21 bits of
 * the offset), so that copies of one millisecond have an order too.
 */
const firstOf = ({ message, lane }: Logged): bigint => {
  const order =
    (BigInt(millisOf(message.appendedAt)) << 22n) |
    (BigInt(LANES.indexOf(lane)) << 21n) |
    (message.offset & 0x1f_ffffn);
  return 0xffff_ffff_ffff_ffffn - order;
};

/** How many seconds the stretch has that a date of this precision names. Month and year: of the calendar, in whatever zone its midnight is. */
const spanOf = ({ at, precision }: Pick<SourceDate, "at" | "precision">): number => {
  const fixed = { second: 1, minute: 60, hour: HOUR, day: DAY, month: null, year: null }[precision];
  if (fixed !== null) return fixed;
  const day = new Date(millisOf(at) + WIDEST_ZONE);
  const [year, month] = [day.getUTCFullYear(), day.getUTCMonth()];
  const [from, to] =
    precision === "month"
      ? [Date.UTC(year, month), Date.UTC(year, month + 1)]
      : [Date.UTC(year, 0), Date.UTC(year + 1, 0)];
  return (to - from) / 1000;
};

const hourOf = (at: Instant): number => Math.floor(millisOf(at) / 3_600_000) * HOUR;

/** Whether the store can place the mention; a date outside 1971…2105 is a mistake of its source. */
export const isPlaceable = (fact: Fact): boolean => {
  if (fact.type !== "content") return true;
  const at = millisOf(fact.mention.publishedAt.at);
  return at >= EARLIEST && at < LATEST;
};

const wallTimeOf = (at: Instant): string => at.slice(0, -1).replace("T", " ");
const EPOCH = "1970-01-01 00:00:00.000";

/** Node has it; the ES2023 declarations do not. */
const isWellFormed = (text: string): boolean => (text as unknown as { isWellFormed(): boolean }).isWellFormed();

/** Half a character pair is no text to the engine, and would cost the whole batch. */
const clean = (text: string | null): string =>
  text === null
    ? ""
    : isWellFormed(text)
      ? text
      : text.replace(/[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/g, "\uFFFD");

const ratingValueOf = (rating: Mention["rating"]): Pick<FactRow, "rating" | "rating_value" | "rating_max"> => {
  if (rating === null) return { rating: "", rating_value: 0, rating_max: 0 };
  const printed = rating.max === 5 ? String(rating.value) : `${rating.value}/${rating.max}`;
  return { rating: printed, rating_value: rating.value, rating_max: rating.max };
};

const share = (probability: number | undefined): number => Math.round((probability ?? 0) * 10_000);

/** Each topic once; of doubles the first. */
const topicColumnsOf = (
  given: Extract<Fact, { readonly type: "content" }>["topics"],
): Pick<FactRow, "topics" | "topic_labels"> => {
  const topics: string[] = [];
  const labels: FactRow["topic_labels"][number][] = [];
  for (const one of given) {
    const name = clean(typeof one === "string" ? one : one.topic);
    if (topics.includes(name)) continue;
    topics.push(name);
    labels.push(typeof one === "string" ? "" : one.label);
  }
  return { topics, topic_labels: labels };
};

/** When the brand answered: 0 when it did not, 1 when no more than the day is known of the time. */
const answeredOf = ({ reply }: Mention): number => {
  if (reply === null) return 0;
  return reply.at === null || reply.precision !== undefined ? 1 : Math.max(1, millisOf(reply.at));
};

type Decision = Exclude<MentionFact, { readonly type: "content" }>;
type Own = Pick<FactRow, "brand" | "source" | "kind" | "ver"> & Partial<FactRow>;

const ownColumnsOf = (fact: Decision): Own => {
  const shared = { brand: fact.brandId, source: fact.sourceId, kind: fact.type };
  if (fact.type === "gone") return { ...shared, ver: millisOf(fact.observedAt) };
  if (fact.type === "group") return { ...shared, ver: millisOf(fact.observedAt), grp: clean(fact.group) };
  const decided = { ...shared, ver: millisOf(fact.decidedAt), by: clean(fact.by), reason: clean(fact.reason) };
  if (fact.type === "human") return { ...decided, label: fact.label, audit: fact.audit ? 1 : 0 };
  return fact.type === "undo" ? { ...decided, undoes: numberOf(fact.undoes) } : decided;
};

export const idOf = (fact: MentionFact): string => (fact.type === "content" ? fact.mention.mentionId : fact.mentionId);

/** Written out column by column: most facts are contents, and putting rows together from parts took longer than all that is reckoned here. */
const contentRowOf = (logged: Logged<Extract<Fact, { readonly type: "content" }>>): FactRow => {
  const { fact, message } = logged;
  const { mention, sentiment } = fact;
  const { publishedAt: date } = mention;
  const { rating, rating_value, rating_max } = ratingValueOf(mention.rating);
  const { topics, topic_labels } = topicColumnsOf(fact.topics);
  return {
    hour: hourOf(date.at),
    id: numberOf(mention.mentionId),
    model: sentiment.model,
    event: numberOf(eventIdOf(fact)),
    at: wallTimeOf(date.at),
    span: spanOf(date),
    precision: date.precision,
    origin: date.from,
    clamped: date.clamped ? 1 : 0,
    known: millisOf(message.appendedAt),
    first: firstOf(logged),
    input: numberOf(fact.input),
    label: sentiment.label,
    p_negative: share(sentiment.probabilities?.negative),
    p_neutral: share(sentiment.probabilities?.neutral),
    p_positive: share(sentiment.probabilities?.positive),
    form: mention.kind,
    rating,
    rating_value,
    rating_max,
    language: clean(fact.language),
    region: clean(mention.region),
    topics,
    topic_labels,
    topic_ver: fact.topicsAt === undefined ? 0 : millisOf(fact.topicsAt),
    answered: answeredOf(mention),
    grp: clean(fact.group),
    audit: 0,
    by: "",
    reason: "",
    undoes: 0n,
    brand: mention.brandId,
    source: mention.sourceId,
    kind: "content",
    ver: millisOf(fact.observedAt),
  };
};

const limboRowOf = (logged: Logged<Decision>): FactRow => ({
  hour: LIMBO,
  id: numberOf(logged.fact.mentionId),
  model: "",
  event: numberOf(eventIdOf(logged.fact)),
  at: EPOCH,
  span: 0,
  precision: "",
  origin: "",
  clamped: 0,
  known: millisOf(logged.message.appendedAt),
  first: firstOf(logged),
  input: 0n,
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
  undoes: 0n,
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
  by: clean(logged.fact.by),
  ver: millisOf(logged.fact.decidedAt),
  known: millisOf(logged.message.appendedAt),
  first: firstOf(logged),
});

export const textRowOf = ({ mention, observedAt, input }: Extract<Fact, { readonly type: "content" }>): TextRow => ({
  id: numberOf(mention.mentionId),
  input: numberOf(input),
  ver: millisOf(observedAt),
  brand: mention.brandId,
  title: clean(mention.title),
  text: clean(mention.text),
  url: clean(mention.url),
  author: mention.authorHash ?? "",
  reply: clean(mention.reply?.text ?? null),
  reach: mention.reach ?? 0,
  edited: mention.editedAt === null ? EPOCH : wallTimeOf(mention.editedAt.at),
  extra: Object.fromEntries(Object.entries(mention.extra).map(([key, value]) => [clean(key), clean(value)])),
  kept: 1,
});
