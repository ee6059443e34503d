import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { matches, parseQuery } from "../src/index.ts";

const finds = (query: string, text: string): boolean => {
  const parsed = parseQuery(query);
  if (!parsed.ok) throw new Error(`${query}: ${parsed.errors[0]?.message}`);
  return matches(parsed.query, text);
};

describe("a query finds", () => {
  it.each([
    ["aurora", "Aurora is open again", true],
    ["aurora", "AURORABANK is not", false],
    ["кот", "который час", false],
    ["Ёлка", "наша елка", true],
    ["елка", "ЁЛКА!", true],
    ["банк*", "в банке сказали", true],
    ["банк", "в банке сказали", false],
    ["Альфа-Банк", "у «альфа банк» очередь", true],
    ["Альфа-Банк*", "карта Альфа-Банка", true],
    ['"альфа банк*"', "в Альфа-Банке", true],
    ['"альфа банк"*', "в Альфа-Банке", true],
    ['"late again"', "Late, again. As ever", true],
    ['"late again"', "again late", false],
    ["«поздно опять»", "опять поздно; поздно, опять", true],
    ["delivery late", "late was the delivery", true],
    ["delivery late", "late", false],
    ["delivery AND late", "late delivery", true],
    ["delivery OR courier late", "the courier", false],
    ["(delivery OR courier) late", "late courier", true],
    ["delivery OR courier late", "delivery", true],
    ["aurora NOT borealis", "aurora borealis", false],
    ["aurora -borealis", "aurora bank", true],
    ["aurora -(borealis OR hotel)", "Aurora Hotel", false],
    ["NOT NOT aurora", "aurora", true],
    ["NOT (NOT aurora)", "aurora", true],
    ["аврора НЕ крейсер", "Крейсер «Аврора»", false],
    ["аврора ИЛИ aurora", "Aurora", true],
    ["not here", "is it not here", true],
    ['"AND"', "this and that", true],
    ["AT&T", "at&t support", true],
    ["c3po 15", "C3PO, 15 years", true],
    ["#aurora", "I like @Aurora", true],
    ["кафе", "кафе\u0301 у дома", true],
    ["й", "и\u0306", true],
    ["супер", "су\u00adпер", true],
    ["__proto__", "proto", true],
    ["constructor", "the constructor", true],
  ])("%s in %s: %s", (query, text, expected) => {
    expect(finds(query, text)).toBe(expected);
  });

  it("a phrase that begins again within itself", () => {
    expect(finds('"a b a c"', "a b a b a c")).toBe(true);
    expect(finds('"a a b"', "a a a b")).toBe(true);
    expect(finds('"aa aa*"', "aa b aa aab")).toBe(true);
  });

  it("any words in a row of a text, and a phrase that a plain search finds too", () => {
    const word = fc.constantFrom("a", "b", "ab", "ba");
    fc.assert(
      fc.property(
        fc.array(word, { minLength: 1, maxLength: 5 }),
        fc.array(word, { maxLength: 30 }),
        (phrase, words) => {
          expect(finds(`"${phrase.join(" ")}"`, words.join(" "))).toBe(
            ` ${words.join(" ")} `.includes(` ${phrase.join(" ")} `),
          );
        },
      ),
    );
  });
});

describe("a wrong query names the place", () => {
  it.each([
    ["", 0, /empty/],
    ["   ", 0, /empty/],
    ["aurora AND", 10, /expected/],
    ["OR aurora", 0, /expected/],
    ["(aurora", 0, /never closed/],
    ["aurora)", 6, /closes nothing/],
    ["()", 1, /expected/],
    ['aurora "bank', 7, /never closed/],
    ["aurora ++ bank", 7, /no letter/],
    ["NOT aurora", 0, /nearly every/],
    ["aurora OR NOT bank", 0, /nearly every/],
    ["bank a*", 5, /at least 2/],
    ["bank »", 5, /never opened/],
    [`${"(".repeat(60)}a${")".repeat(60)}`, 50, /deep/],
    ["a ".repeat(6000), 10_000, /characters/],
    [`"${"a ".repeat(51)}"`, 0, /50 words/],
  ])("%s", (query, position, message) => {
    const parsed = parseQuery(query);
    expect(parsed).toMatchObject({ ok: false, errors: [{ position }] });
    expect(parsed.ok ? "" : parsed.errors[0]?.message).toMatch(message);
  });

  it("never throws, whatever is written", () => {
    const part = fc.constantFrom(
      "(",
      ")",
      '"',
      "«",
      "»",
      "-",
      "*",
      "AND",
      "OR",
      "NOT",
      "НЕ",
      "слово",
      "a*",
      " ",
      "\u0000",
      "\ud800",
      "😀",
    );
    fc.assert(
      fc.property(fc.array(part, { maxLength: 40 }), (parts) => {
        const parsed = parseQuery(parts.join(" "));
        const position = parsed.ok ? 0 : (parsed.errors[0]?.position ?? Infinity);
        expect(position).toBeLessThanOrEqual(parts.join(" ").length);
        expect(parsed.ok && matches(parsed.query, parts.join(""))).toBeTypeOf("boolean");
      }),
      { numRuns: 3000 },
    );
  });

  it("10 000 brackets, quotes or minus signs are refused, not followed", () => {
    for (const sign of ["(", '"', "-", "NOT "]) expect(parseQuery(sign.repeat(2500)).ok).toBe(false);
  });
});
