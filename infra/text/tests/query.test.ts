import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { indexText, matches, parseQuery, queryExcerpt, titleQuery, type QueriedText } from "../src/index.ts";

const finds = (query: string, text: string): boolean => {
  const parsed = parseQuery(query);
  if (!parsed.ok) throw new Error(`${query}: ${parsed.errors[0]?.message}`);
  return matches(parsed.query, text);
};

const findsAbout = (query: string, about: Partial<QueriedText>): boolean => {
  const parsed = parseQuery(query);
  if (!parsed.ok) throw new Error(`${query}: ${parsed.errors[0]?.message}`);
  return matches(parsed.query, {
    title: null,
    text: "about aurora",
    language: null,
    source: null,
    region: null,
    ...about,
  });
};

describe("a query finds", () => {
  it.each([
    ["aurora", "Aurora is open again", true],
    ["aurora", "AURORABANK is not", false],
    ["кот", "который час", false],
    ["Ёлка", "наша елка", true],
    ["елка", "ЁЛКА!", true],
    ["банк*", "в банке сказали", true],
    ["банк", "в банке сказали", true],
    ['"банк"', "в банке сказали", false],
    ['"банке"', "в банке сказали", true],
    ["доставка", "о доставке и доставкой", true],
    ["delivery", "the deliveries were late", true],
    ["опоздал", "курьеры опоздали", true],
    ["late", "plate", false],
    ["Сбер", "в Сбере опять очередь", true],
    ["Сбер", "Сбером недоволен", true],
    ["Сбер", "Sber is down again", true],
    ["сбер", "SBER", true],
    ["Sber", "в Сбере опять очередь", true],
    ["Тинькофф", "my Tinkoff card", true],
    ["Tinkoff", "карта Тинькоффа", true],
    ["тинькофф", "о Тинькове", false],
    ["Яндекс", "Yandex maps", true],
    ["Yandex", "в Яндексе и Яндексом", true],
    ["Ozon", "заказал на Ozonе, ozonом доволен", true],
    ["Ozon", "на Озоне", true],
    ["озон", "Ozon'ом доволен", true],
    ["МТС", "у MTS нет связи", true],
    ["Йота", "Yota не ловит", true],
    ["Google", "спросил у Гугла", true],
    ["сбер", "Cбеp (with Latin letters)", true],
    ["net", "нет, спасибо", false],
    ["Альфа-Банк", "карта Альфа-Банка", true],
    ["Альфа-Банк", "банк, а не альфа", false],
    ['"Альфа-Банк"', "карта Альфа-Банка", false],
    ["Альфа-Банк", "спасибо #АльфаБанк", true],
    ["Alfa-Bank", "@alfabank, hello", true],
    ["Alfa-Bank", "@alfa_bank, hello", true],
    ["aurora", "#AuroraBank again", true],
    ["aurorabank", "#AuroraBank again", true],
    ["aurora", "#aurorabank again", false],
    ["#aurora", "we like #Aurora", true],
    ["#aurora", "we like Aurora and @aurora", false],
    ["@aurora", "thanks @Aurora", true],
    ["@aurora", "thanks #aurora", false],
    ['"late delivery"~2', "late, and again, delivery", true],
    ['"late delivery"~2', "delivery is always so late", false],
    ['"late delivery"~3', "deliveries are always so late", true],
    ['"late delivery"~0', "the delivery late", true],
    ['"late late"~3', "late once", false],
    ['"late late"~3', "late and late", true],
    ["late ~2 delivery", "late, and again, delivery", true],
    ["late ~1 delivery", "late, and again, delivery", false],
    ["late NEAR/2 delivery", "delivery so very late", true],
    ["(courier OR delivery) ~1 late", "the couriers are late", true],
    ["(courier OR delivery) ~1 late", "couriers come, never late", false],
    ["late ~1 late", "late only", false],
    ["aurora late ~1 delivery", "late delivery by Aurora", true],
    ['"альфа банк" ~2 очередь', "в «альфа банк» снова очередь", true],
    ["courier ~3 late ~3 again", "the courier is late, and again", true],
    ['"delive* late"', "delivered late", true],
    ["дост*", "о доставке", true],
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
    ["кафе", "кафе\u0301 у дома", true],
    ["й", "и\u0306", true],
    ["супер", "су\u00adпер", true],
    ["__proto__", "proto", true],
    ["constructor", "the constructor", true],
  ])("%s in %s: %s", (query, text, expected) => {
    expect(finds(query, text)).toBe(expected);
  });

  it.each([
    ["aurora lang:en", "en", true],
    ["aurora lang:en", "en-GB", true],
    ["aurora lang:en", "ru", false],
    ["aurora lang:en", null, false],
    ["aurora -lang:en", null, true],
    ["aurora язык:ru", "ru", true],
  ] as const)("%s in the language %s: %s", (query, language, expected) => {
    expect(findsAbout(query, { language })).toBe(expected);
  });

  it.each([
    ["aurora source:telegram", "telegram", true],
    ["aurora source:telegram", "rss", false],
    ["aurora (source:app-store OR source:google-play)", "google-play", true],
    ["aurora источник:rss", "rss", true],
  ] as const)("%s at the source %s: %s", (query, source, expected) => {
    expect(findsAbout(query, { source })).toBe(expected);
  });

  it.each([
    ['near:"Moscow"', "Moscow, Russia", true],
    ["near:Moscow", "Москва", true],
    ["near:москва", "г. Москва, ул. Ленина, 5", true],
    ["near:Казань", "Kazan, Tatarstan", true],
    ['near:"Санкт-Петербург"', "Saint Petersburg", true],
    ["near:СПб", "Санкт-Петербург", true],
    ["near:Russia", "RU", true],
    ["near:Россия", "Russia", true],
    ["near:RU", "Россия, Самара", true],
    ["near:Germany", "Berlin, Deutschland, DE", true],
    ["near:Moscow", "Казань", false],
    ["near:Moscow", null, false],
    ["место:Самара", "в Самаре", true],
  ] as const)("%s at %s: %s", (query, region, expected) => {
    expect(findsAbout(query, { region })).toBe(expected);
  });

  it("no phrase and no distance from the title into the text", () => {
    expect(findsAbout('"aurora bank"', { title: "Aurora", text: "bank" })).toBe(false);
    expect(findsAbout("aurora ~5 bank", { title: "Aurora", text: "bank" })).toBe(false);
    expect(findsAbout("aurora bank", { title: "Aurora", text: "bank" })).toBe(true);
  });

  it("a title in all its forms, when a brand has no query of its own", () => {
    expect(finds(titleQuery("Альфа-Банк"), "в Альфа-Банке")).toBe(true);
    expect(finds(titleQuery("М.Видео «Эльдорадо»"), "о М.Видео Эльдорадо")).toBe(true);
    expect(finds(titleQuery("Velmora Bank"), "Velmora Bank's cards")).toBe(true);
    expect(finds(titleQuery("Velmora Bank"), "the bank of Velmora")).toBe(false);
    expect(finds(titleQuery("NOT"), "not again")).toBe(true);
    expect(finds(titleQuery("re:Store"), "в re:Store")).toBe(true);
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
    ["aurora AND", 10, /belongs here/],
    ["OR aurora", 0, /belongs here/],
    ["(aurora", 0, /never closed/],
    ["aurora)", 6, /closes nothing/],
    ["()", 1, /belongs here/],
    ['aurora "bank', 7, /never closed/],
    ["aurora ++ bank", 7, /no letter/],
    ["NOT aurora", 0, /nearly every/],
    ["aurora OR NOT bank", 0, /nearly every/],
    ["bank a*", 5, /at least 2/],
    ["bank »", 5, /never opened/],
    ["late ~ delivery", 5, /how many words/],
    ["late ~500 delivery", 5, /0 to 100/],
    ["late~5 delivery", 4, /apart/],
    ['"late"~5', 6, /two words/],
    ["~5 late", 0, /belongs here/],
    ["late ~5", 7, /belongs here/],
    ["late ~5 (a AND b)", 8, /beside a distance/],
    ["late ~5 -delivery", 8, /belongs here/],
    ["aurora langauge:en", 7, /no filter langauge/],
    ["aurora lang:english", 12, /by its code/],
    ["aurora lang:", 12, /by its code/],
    ["aurora source:App_Store", 14, /by its id/],
    ['aurora near:""', 12, /a place/],
    ["del*very", 3, /end of the word/],
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
      "~5",
      "NEAR/3",
      "lang:en",
      "near:",
      "#tag",
      "@x_y",
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

  it("points at the place below the query, however long it is", () => {
    expect(queryExcerpt("aurora AND", 10)).toEqual(["aurora AND", "          ^"]);
    const [line, caret] = queryExcerpt(`${"aurora OR ".repeat(40)}) OR x`, 400);
    expect(line[caret.indexOf("^")]).toBe(")");
    expect(line.length).toBeLessThan(90);
  });

  it("is done at once with a hostile text and a hostile query", () => {
    const text = `${"late ".repeat(20_000)} delivery`;
    const index = indexText({ title: null, text, language: null, source: null, region: "late ".repeat(5000) });
    for (const query of [
      `"${"late ".repeat(49)}delivery"`,
      `"${"late ".repeat(49)}courier"`,
      `"${"late ".repeat(49)}delivery"~100`,
      Array.from({ length: 300 }, (_, i) => `late ~${i % 100} la*`).join(" "),
      `${"(".repeat(50)}late ~100 late${")".repeat(50)} near:late`,
    ]) {
      const parsed = parseQuery(query);
      expect(parsed.ok && typeof matches(parsed.query, index)).toBe("boolean");
    }
  }, 20_000);

  it("10 000 brackets, quotes or minus signs are refused, not followed", () => {
    for (const sign of ["(", '"', "-", "NOT "]) expect(parseQuery(sign.repeat(2500)).ok).toBe(false);
  });
});
