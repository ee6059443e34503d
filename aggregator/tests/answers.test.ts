import { FACTS, millisOf, type Delivered, type Fact, type Instant, type Mention } from "@molva/contracts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { aggregateStage, readReplayContents, readWeekQuality, type WeekAnswers } from "../src/index.ts";
import { at, batchOf, content, gone, human, logged, mentionId } from "./support/facts.ts";
import { openTestStore, type TestStore } from "./support/store.ts";

const HOUR = 3_600_000;
let opened: TestStore;
beforeAll(async () => {
  opened = await openTestStore();
});
afterAll(async () => opened[Symbol.asyncDispose]());

const withReply = (fact: Fact, reply: Mention["reply"]): Fact =>
  fact.type === "content" ? { ...fact, mention: { ...fact.mention, reply } } : fact;

/** A week of one brand, told in the order of the log. */
const tell = async (facts: readonly Fact[], from = 0n): Promise<readonly Delivered<Fact>[]> => {
  const messages = logged(facts, from);
  await aggregateStage({ store: opened.store }).process(batchOf(messages), new AbortController().signal);
  return messages;
};

const read = async (brand: string, asOf: Instant | null = null): Promise<WeekAnswers | undefined> => {
  const range = { from: at(0), to: at(7 * 24 * 60), seenSince: at(-60 * 24 * 60) };
  return (await readWeekQuality(opened.store, { brands: [brand], ...range, asOf })).get(brand)?.answers;
};

/** The same counted mention by mention over the messages: no fold, no store. */
const recount = (messages: readonly Delivered<Fact>[], until: Instant | null) => {
  const known = messages.filter(({ appendedAt }) => until === null || appendedAt <= until).map(({ value }) => value);
  const contents = known.filter((fact) => fact.type === "content");
  const answering = new Set(contents.flatMap(({ mention }) => (mention.reply === null ? [] : [mention.sourceId])));
  const result = {
    sources: new Set<string>(),
    unknown: new Set<string>(),
    negative: 0,
    answered: 0,
    hours: [] as number[],
  };
  for (const id of new Set(contents.map(({ mention }) => mention.mentionId))) {
    const own = contents.filter(({ mention }) => mention.mentionId === id);
    const newest = own.reduce((a, b) => (b.observedAt > a.observedAt ? b : a));
    const left = known.some((f) => f.type === "gone" && f.mentionId === id && f.observedAt > newest.observedAt);
    if (left) continue;
    const { mention } = newest;
    (answering.has(mention.sourceId) ? result.sources : result.unknown).add(mention.sourceId);
    const person = known.findLast((f) => f.type === "human" && f.mentionId === id);
    const label = person?.type === "human" ? person.label : newest.sentiment.label;
    if (label !== "negative" || !answering.has(mention.sourceId)) continue;
    result.negative += 1;
    if (mention.reply === null) continue;
    result.answered += 1;
    const told = mention.reply.precision === undefined ? mention.reply.at : null;
    if (told !== null && mention.publishedAt.precision === "second" && told >= mention.publishedAt.at)
      result.hours.push((millisOf(told) - millisOf(mention.publishedAt.at)) / HOUR);
  }
  return {
    sources: [...result.sources].toSorted(),
    unknown: [...result.unknown].toSorted(),
    negative: result.negative,
    answered: result.answered,
    hours: result.hours.toSorted((a, b) => a - b),
  };
};

/** The same numbers at every run. */
const dice = (seed: number) => () => {
  seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
  return seed / 2_147_483_648;
};

describe("answers to negative mentions", () => {
  it("equal a recount of the messages, now and as of any earlier point", async () => {
    const next = dice(7);
    const brand = "answered";
    const facts: Fact[] = [];
    for (let i = 0; i < 120; i += 1) {
      const source = ["web-reviews", "google-play", "telegram"][Math.floor(next() * 3)] as string;
      const published = Math.floor(next() * 7 * 24 * 60);
      const told = {
        brand,
        key: `m${i}`,
        source,
        published: at(published),
        precision: next() < 0.2 ? ("day" as const) : ("second" as const),
        label: next() < 0.6 ? ("negative" as const) : ("positive" as const),
      };
      facts.push(content({ ...told, observed: at(published + 30) }));
      if (source === "telegram" || next() < 0.4) continue;
      const when = published + Math.floor(next() * 3000) - 100;
      const reply: Mention["reply"] =
        next() < 0.2
          ? { text: "Thank you", at: null }
          : next() < 0.2
            ? { text: "Thank you", at: at(when), precision: "day" }
            : { text: "Thank you", at: at(when) };
      facts.push(withReply(content({ ...told, observed: at(published + 4000) }), reply));
      // Some companies take their answer back.
      if (next() < 0.1) facts.push(content({ ...told, observed: at(published + 8000) }));
      if (next() < 0.1) facts.push(gone(told, at(published + 9000)));
      if (next() < 0.1) facts.push(human(told, "negative", at(published + 9100)));
    }
    const messages = await tell(facts);
    const all = recount(messages, null);
    expect(all.unknown).toEqual(["telegram"]);
    expect(all.hours.length).toBeGreaterThan(10);
    for (const until of [null, messages[60]?.appendedAt ?? null, messages[200]?.appendedAt ?? null]) {
      const found = await read(brand, until);
      const counted = recount(messages, until);
      expect({ ...found, hours: found?.hours.map((h) => h.toFixed(6)) }).toEqual({
        ...counted,
        hours: counted.hours.map((h) => h.toFixed(6)),
      });
    }
  });

  it("are known of no source that showed none: that is no nought", async () => {
    await tell([content({ brand: "unanswered", key: "a", label: "negative", source: "telegram" })], 5_000n);
    expect(await read("unanswered")).toEqual({
      sources: [],
      unknown: ["telegram"],
      negative: 0,
      answered: 0,
      hours: [],
    });
  });

  it("stay when another model labels the text again", async () => {
    const told = { brand: "relabelled", key: "a", label: "negative" as const };
    const reply = { text: "Thank you", at: at(120) };
    const [first] = await tell([withReply(content(told), reply)], 6_000n);
    const hour = Math.floor(millisOf(at(0)) / HOUR) * 3600;
    const page = {
      brand: "relabelled",
      lo: hour,
      hi: hour,
      from: millisOf(at(0)),
      to: millisOf(at(60)),
      asOf: millisOf(first?.appendedAt ?? at(0)),
    };
    const input = first?.value.type === "content" ? BigInt(`0x${first.value.input}`).toString() : "";
    const [stored] = await readReplayContents(opened.store, page, [{ id: mentionId(told), input }]);
    expect(stored?.mention.reply).toEqual(reply);
    const again = content({ ...told, model: "other@2" });
    if (again.type !== "content" || stored === undefined) throw new Error("no content");
    await tell([{ ...again, ...stored, topics: [] }], 7_000n);
    expect(await read("relabelled")).toMatchObject({ negative: 1, answered: 1, hours: [2] });
  });

  it("of messages that an earlier version wrote are still read", () => {
    // An observation of an earlier version has no precision of the answer: it is one to the hour.
    const value = withReply(content({ brand: "b", key: "a" }), { text: "x", at: at(1) });
    expect(FACTS.schema.parse(value)).toEqual(value);
  });
});
