import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { BrandId, Instant, MentionId, SourceId } from "@molva/contracts";
import { createCopyIndex, type CopyIndex, type GroupedMention } from "../src/index.ts";

const AT = "2026-03-02T10:00:00.000Z" as Instant;
const id = (n: number): MentionId => n.toString(16).padStart(32, "a") as MentionId;
const mention = (n: number, text: string, more: Partial<GroupedMention> = {}): GroupedMention => ({
  mentionId: id(n),
  brandId: "aurora" as BrandId,
  sourceId: "rss" as SourceId,
  title: null,
  text,
  url: null,
  authorHash: null,
  ...more,
});
const groupsOf = (index: CopyIndex, mentions: readonly GroupedMention[]): readonly (string | null)[] =>
  mentions.map((one) => index.place(one, AT).group);

const NEWS =
  "Aurora Bank opens forty new offices in the north by spring. The first three start in Murmansk next week, the bank says. Clients will be served on Saturdays too.";
const ANOTHER =
  "The regulator fined Aurora Bank for late answers to complaints. Two hundred clients had waited for more than a month, according to the report.";
const RUSSIAN =
  "Курьер Авроры опоздал на два часа и привёз холодную пиццу. Поддержка предложила промокод на сто рублей, больше заказывать не буду.";

describe("a copy is found", () => {
  it.each([
    ["word for word", NEWS],
    ["in capitals, without punctuation", NEWS.toUpperCase().replaceAll(/[.,]/g, "")],
    ["cut to its beginning", `${NEWS.slice(0, 110)}…`],
    ["cut to its end", NEWS.slice(-105)],
    [
      "with its sentences in another order",
      "Clients will be served on Saturdays too. Aurora Bank opens forty new offices in the north by spring. The first three start in Murmansk next week, the bank says.",
    ],
    ["with emoji and a link", `🔥 ${NEWS} 🔥🔥 https://t.co/a1b2c3`],
    ["as a retweet", `RT @news: ${NEWS} www.example.com/n/1?utm=x`],
    ["with stress marks and characters of no width", NEWS.replaceAll("o", "o\u0301\u200b")],
  ])("%s", (_, copy) => {
    const index = createCopyIndex({ entries: 64 });
    expect(groupsOf(index, [mention(1, NEWS), mention(2, ANOTHER), mention(3, copy)])).toEqual([null, null, id(1)]);
  });

  it("in Russian, with е for ё", () => {
    const index = createCopyIndex({ entries: 64 });
    expect(groupsOf(index, [mention(1, RUSSIAN), mention(2, RUSSIAN.replaceAll("ё", "е"))])).toEqual([null, id(1)]);
  });

  it("whether the first words are its title or its text", () => {
    const index = createCopyIndex({ entries: 64 });
    const [title, text] = [NEWS.slice(0, 59), NEWS.slice(59)];
    expect(groupsOf(index, [mention(1, text, { title }), mention(2, NEWS)])).toEqual([null, id(1)]);
  });

  it("and tells once more who heads the group when it is delivered again", () => {
    const index = createCopyIndex({ entries: 64 });
    const head = { mentionId: id(1), sourceId: "rss", observedAt: AT };
    expect(index.place(mention(1, NEWS), AT)).toEqual({ group: null, head: null });
    expect(index.place(mention(2, NEWS), AT)).toEqual({ group: id(1), head });
    expect(index.place(mention(3, NEWS), AT)).toEqual({ group: id(1), head: null });
    expect(index.place(mention(2, NEWS), AT)).toEqual({ group: id(1), head });
    expect(index.place(mention(1, NEWS), AT)).toEqual({ group: id(1), head: null });
  });

  it("by the groups that were recorded, when they are recalled", () => {
    const index = createCopyIndex({ entries: 64 });
    index.recall({ mention: mention(1, NEWS), group: id(1), observedAt: AT });
    index.recall({ mention: mention(2, NEWS), group: id(1), observedAt: AT });
    index.recall({ mention: mention(3, ANOTHER), group: null, observedAt: AT });
    expect(groupsOf(index, [mention(4, NEWS), mention(5, ANOTHER), mention(2, NEWS)])).toEqual([id(1), id(3), id(1)]);
    index.forget("aurora");
    expect(groupsOf(index, [mention(6, NEWS)])).toEqual([null]);
  });
});

describe("no copy is", () => {
  it("what another brand's mention says", () => {
    const index = createCopyIndex({ entries: 64 });
    expect(groupsOf(index, [mention(1, NEWS), mention(2, NEWS, { brandId: "borealis" as BrandId })])).toEqual([
      null,
      null,
    ]);
  });

  it("what many people say in a few words, unless the same person says it, or at the same address", () => {
    const index = createCopyIndex({ entries: 64 });
    const [ann, bob] = ["a".repeat(32), "b".repeat(32)];
    const url = "https://example.com/1";
    expect(
      groupsOf(index, [
        mention(1, "спасибо"),
        mention(2, "Спасибо!"),
        mention(3, "всё отлично", { authorHash: ann }),
        mention(4, "Всё отлично!!!", { authorHash: bob }),
        mention(5, "Все отлично 👍", { authorHash: ann }),
        mention(6, "ok", { url }),
        mention(7, "OK.", { url }),
        mention(8, ""),
        mention(9, "👍👍"),
        mention(10, "👍👍"),
      ]),
    ).toEqual([null, null, null, null, id(3), null, id(6), null, null, null]);
  });

  it("a review that shares its common phrases with another", () => {
    const index = createCopyIndex({ entries: 64 });
    expect(
      groupsOf(index, [
        mention(1, "Отличное приложение, всё понятно и удобно, пользуюсь каждый день, советую всем друзьям"),
        mention(2, "Отличное приложение, но после обновления перестало работать, пользуюсь теперь сайтом"),
        mention(3, "The delivery was fast and the courier was polite, I will order here again and again"),
        mention(4, "The delivery was late and the courier was rude, I will never order here again, sorry"),
      ]),
    ).toEqual([null, null, null, null]);
  });

  it("part of a group that only its other copies are like", () => {
    const words = Array.from({ length: 60 }, (_, i) => `word${i}`);
    const index = createCopyIndex({ entries: 256 });
    const windows = Array.from({ length: 5 }, (_, i) => mention(i + 1, words.slice(i * 8, i * 8 + 24).join(" ")));
    const groups = groupsOf(index, windows);
    expect(groups[1] === null || groups[4] !== groups[1]).toBe(true);
  });
});

describe("memory", () => {
  it("is bounded: the oldest texts leave, whatever comes", () => {
    const index = createCopyIndex({ entries: 128 });
    const before = index.bytes;
    index.place(mention(1, NEWS), AT);
    for (let n = 2; n < 2000; n += 1)
      index.place(mention(n, Array.from({ length: 12 }, (_, i) => `w${(n * 31 + i * i * 7) % 9973}`).join(" ")), AT);
    expect(index.place(mention(3000, NEWS), AT).group).toBeNull();
    expect(index.place(mention(3001, NEWS), AT).group).toBe(id(3000));
    expect(index.bytes).toBe(before);
    expect(before / 128).toBeLessThan(500);
  });

  it("takes any text, and the same mentions have the same groups in a second index", () => {
    const text = fc.array(
      fc.constantFrom("late", "доставка", "\u0000", "\ud800", "😀", "https://x.y/z", "@a", "漢字", " ", "Ё", "1"),
      {
        maxLength: 40,
      },
    );
    fc.assert(
      fc.property(fc.array(text, { maxLength: 30 }), (texts) => {
        const mentions = texts.map((words, i) => mention(i + 1, words.join(" ")));
        expect(groupsOf(createCopyIndex({ entries: 16 }), mentions)).toEqual(
          groupsOf(createCopyIndex({ entries: 16 }), mentions),
        );
      }),
      { numRuns: 200 },
    );
  });
});
