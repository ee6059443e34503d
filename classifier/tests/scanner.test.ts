import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Scanner } from "../src/scanner.ts";
import { FROWNS, SMILES } from "../src/token-list.ts";
import { createWinkTokens } from "../src/wink.ts";
import { ENGLISH } from "./sentences/english.ts";
import { RUSSIAN } from "./sentences/russian.ts";

const scanner = new Scanner();
const wink = createWinkTokens();

const tokensOf = (text: string): readonly string[] => {
  scanner.scan(text);
  return Array.from({ length: scanner.count }, (_, i) => text.slice(scanner.starts[i], scanner.ends[i]));
};

describe("the scanner's tokens", () => {
  it.each([
    { language: "English", sentences: ENGLISH },
    { language: "Russian", sentences: RUSSIAN },
  ])("are wink-nlp's on every one of the $language sentences, but for 4G and )) in one", ({ sentences }) => {
    for (const [, text] of sentences) {
      const read = text.replaceAll(/\d\p{L}+/gu, "4").replaceAll(/[()]/g, "");
      expect(tokensOf(read)).toEqual(wink(read));
    }
  });

  it("are wink-nlp's on whatever ordinary words, numbers and punctuation are put together", () => {
    const said = [...ENGLISH, ...RUSSIAN].flatMap(([, text]) => text.match(/\p{L}+/gu) ?? []);
    const word = fc.oneof(
      fc.constantFrom(...said),
      fc.constantFrom("don't", "CAN'T", "we'll", "they've", "it's", "I'm", "co-op", "из-за", "что-то"),
    );
    // With a mark behind them wink-nlp itself cuts these otherwise: 12:30 but 12, :3, 0 and !; can, not but cannot and !.
    const alone = fc
      .constantFrom(
        "cannot",
        "dont",
        "U.S.",
        "Mr.",
        "e.g.",
        "AT&T",
        "12:30",
        "5",
        "1,000",
        "3rd",
        "90s",
        "24/7",
        "$5",
        "-10",
      )
      .map((word) => [word, ""]);
    const end = fc.constantFrom("", "", "", ",", "!", "!!!", "?", "...", ";", ":");
    const part = fc.oneof({ arbitrary: fc.tuple(word, end), weight: 9 }, { arbitrary: alone, weight: 1 });
    fc.assert(
      fc.property(fc.array(part, { minLength: 1, maxLength: 12 }), (parts) => {
        const text = parts.map((units) => units.join("")).join(" ");
        expect(tokensOf(text)).toEqual(wink(text));
      }),
      { numRuns: 1000 },
    );
  });

  it("read links, users, tags and faces as one, wherever they stand", () => {
    expect(tokensOf("see https://example.org/a?b=c!d, www.example.org or example.com/x (HTTP://EXAMPLE.ORG)")).toEqual([
      "see",
      "https://example.org/a?b=c!d,",
      "www.example.org",
      "or",
      "example.com/x",
      "(",
      "HTTP://EXAMPLE.ORG)",
    ]);
    expect(tokensOf("@You: #FailBank :-)) <3 </3 ^_^ xD =( :'(")).toEqual([
      "@You",
      ":",
      "#FailBank",
      "Fail",
      "Bank",
      ":-))",
      "<3",
      "</3",
      "^_^",
      "xD",
      "=(",
      ":'(",
    ]);
  });

  it("hear a bare bracket as a smile or a sigh, but none that belongs to a pair or to a list", () => {
    const faces = (text: string): readonly number[] => {
      scanner.scan(text);
      const signs = [...scanner.signs.subarray(0, scanner.count)];
      return [SMILES, FROWNS].map((sign) => signs.filter((of) => (of & sign) !== 0).length);
    };
    expect(faces("спасибо)")).toEqual([1, 0]);
    expect(faces("опять не работает((")).toEqual([0, 1]);
    expect(faces("спасибо (правда) всем")).toEqual([0, 0]);
    expect(faces("спасибо (правда) всем))")).toEqual([1, 0]);
    expect(faces("1) быстро 2) дёшево")).toEqual([0, 0]);
    expect(faces("грустно(")).toEqual([0, 1]);
  });

  it("fold what writes a word otherwise: case, ё, stretched letters, curly quotes, joiners inside it", () => {
    const keysOf = (text: string): Int32Array => {
      scanner.scan(text);
      return scanner.keys.slice(0, scanner.count);
    };
    expect(keysOf("COOOOL")).toEqual(keysOf("cool"));
    expect(keysOf("ещё")).toEqual(keysOf("ЕЩЕ"));
    expect(keysOf("don’t")).toEqual(keysOf("don't"));
    expect(keysOf("gr\u200be\u200da\u00adt")).toEqual(keysOf("great"));
    expect(keysOf("\u202egood\u202c 👍🏽")).toEqual(keysOf("good 👍"));
    expect(keysOf("good")).not.toEqual(keysOf("god"));
  });
});
