import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { FACTS, isPipelineError, MENTIONS, type Fact, type Observation, type Topic } from "@molva/contracts";
import { noteTopic } from "@molva/testing";
import { checkedValues, decodeMessage, messagesOf, stampMessage, storedMessage } from "../src/bus/message-codec.ts";

const at = "2026-06-01T10:00:00.000Z";
const date = { at, precision: "second", from: "source", clamped: false };
const decision = {
  mentionId: "0".repeat(32),
  brandId: "aurora",
  sourceId: "rss",
  by: "vera",
  reason: null,
  decidedAt: at,
};
const mention = {
  mentionId: "0123456789abcdef".repeat(2),
  brandId: "aurora",
  sourceId: "app-store",
  kind: "review",
  url: "https://reviews.example/1",
  title: null,
  text: "Доставка быстрая 🚚, the price is not.",
  rating: { value: 4, min: 1, max: 5 },
  language: "ru",
  region: null,
  authorHash: null,
  reach: 12.5,
  reply: { text: "Thank you", at, precision: "day" },
  publishedAt: date,
  editedAt: null,
  extra: { city: "Омск" },
};
const content = {
  type: "content",
  mention,
  observedAt: at,
  sentiment: {
    label: "negative",
    probabilities: { negative: 0.7, neutral: 0.2, positive: 0.1 },
    model: "molva-linear@1.2.0",
  },
  input: "0123456789abcdef",
  language: "ru",
  topics: [{ topic: "price", label: "negative" }, "delivery"],
  group: null,
};
const observations = [
  { type: "seen", mention, observedAt: at },
  { type: "gone", mentionId: mention.mentionId, brandId: "aurora", sourceId: "rss", observedAt: at },
] as unknown as readonly Observation[];
const facts = [
  content,
  { ...content, topicsAt: at },
  { type: "human", ...decision, label: "neutral", audit: false },
  { type: "undo", ...decision, undoes: "0123456789abcdef" },
  { type: "choice", brandId: "aurora", model: "m@1", rank: 3, by: "vera", decidedAt: at },
] as unknown as readonly Fact[];

/** What may stand where something else belongs: near misses of every kind of value in the schemas. */
const ODD: readonly unknown[] = [
  [undefined, null, true, "", " ", "r", "ru", " aurora ", "x".repeat(2_001), "👍".repeat(9), "__proto__"],
  [0, -1, 0.5, 1.5, 2 ** 53, Number.NaN, Number.POSITIVE_INFINITY],
  [at, "2026-02-29T10:00:00.000Z", "2026-06-01T10:00:00Z", "0".repeat(16), "0".repeat(32), "G".repeat(32)],
  ["review", "content", "gone", "app_store", { value: 7, min: 1, max: 5 }, { ...date, clamped: 1 }],
  [{}, [], [{}], { a: 1 }, { a: "b" }, new Date(0), new Map(), Object.create(null), JSON.parse('{"__proto__":"x"}')],
  [Array.from({ length: 51 }, () => "delivery"), { topic: "price", label: "unscored" }],
].flat();

/** Every place in a value: the path of each key, and of one that is not there. */
const placesOf = (value: unknown): readonly (readonly string[])[] =>
  typeof value !== "object" || value === null
    ? []
    : [
        ["unheard-of"],
        ...Object.entries(value).flatMap(([key, part]) => [[key], ...placesOf(part).map((path) => [key, ...path])]),
      ];

const altered = (value: unknown, [key, ...rest]: readonly string[], to: (part: unknown) => unknown): unknown => {
  if (key === undefined) return to(value);
  const copy = (Array.isArray(value) ? [...(value as unknown[])] : { ...(value as object) }) as Record<string, unknown>;
  const part = altered(copy[key], rest, to);
  if (part === GONE) delete copy[key];
  else copy[key] = part;
  return copy;
};
const GONE = Symbol("gone");

const mutated = (values: readonly unknown[]): fc.Arbitrary<unknown> =>
  fc
    .constantFrom(...values)
    .chain((value) =>
      fc
        .array(fc.tuple(fc.constantFrom(...placesOf(value)), fc.constantFrom(GONE, ...ODD)), { maxLength: 2 })
        .map((changes) => changes.reduce((sum, [path, odd]) => whereItStands(sum, path, odd), value)),
    );

/** A change in a place that an earlier change took away changes nothing. */
const whereItStands = (value: unknown, path: readonly string[], odd: unknown): unknown => {
  const holder = path
    .slice(0, -1)
    .reduce<unknown>((part, key) => (part as Record<string, unknown> | null)?.[key], value);
  return typeof holder === "object" && holder !== null ? altered(value, path, () => odd) : value;
};

const refusalOf = (work: () => unknown): string | null => {
  try {
    work();
    return null;
  } catch (error) {
    return isPipelineError(error) ? error.message : String(error);
  }
};

describe("What is published is held against the schema", () => {
  it.each([
    ["a mention", MENTIONS as Topic<unknown>, observations],
    ["a fact", FACTS as Topic<unknown>, facts],
  ] as const)(
    "takes and refuses whatever of %s the schema itself takes and refuses, in its words",
    (_, topic, values) => {
      fc.assert(
        fc.property(mutated(values), (value) => {
          const parsed = topic.schema.safeParse(value);
          if (parsed.success) expect(checkedValues(topic, [value])).toStrictEqual([parsed.data]);
          else expect(refusalOf(() => checkedValues(topic, [value]))).toContain(parsed.error.issues[0]?.message);
        }),
        { numRuns: 2_000 },
      );
    },
  );

  it("gives copies, down to the last part", () => {
    const [copy] = checkedValues(FACTS, [facts[0] as Fact]);
    expect(copy).toEqual(facts[0]);
    expect(copy?.type === "content" && copy.mention.publishedAt).not.toBe(date);
  });
});

describe("A message of the log", () => {
  const NOTES = noteTopic("notes");
  const stored = <T>(topic: Topic<T>, values: readonly T[]) =>
    messagesOf(topic, values).map((message, i) => {
      stampMessage(message, 1e12 + i);
      return storedMessage(message);
    });

  it("comes back as it was, with its time, also where a buffer ends, in any script and length", () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.string({ unit: "binary", maxLength: 40 }), fc.integer({ min: 0, max: 40_000 })), {
          maxLength: 20,
        }),
        (texts) => {
          const values = texts.map(([text, length], id) => ({ id, mentionId: text + "я".repeat(length) }));
          const messages = stored(NOTES, values);
          expect(messages.map(({ appendedAt }) => appendedAt)).toEqual(values.map((_, i) => 1e12 + i));
          expect(messages.map((message) => decodeMessage(NOTES, message))).toEqual(
            values.map((value) => ({ ok: true, value })),
          );
        },
      ),
      { numRuns: 100 },
    );
  });

  it("is held against the schema when it was written under another one, or under none", () => {
    const [message] = stored(NOTES, [{ id: 1, mentionId: "one" }]);
    const other = { ...NOTES, schema: FACTS.schema } as unknown as Topic<Fact>;
    expect(message && decodeMessage(other, message)).toMatchObject({ ok: false });
    const plain = Buffer.concat([Buffer.alloc(8), Buffer.from(JSON.stringify({ id: "one" }))]);
    expect(decodeMessage(NOTES, storedMessage(plain))).toMatchObject({ ok: false });
  });
});
