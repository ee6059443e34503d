import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { clauseSentiment, createTopicsOf, loadModel, topicDictionary, type TopicsOf } from "../src/index.ts";
import { measureTopics } from "./topics/measured.ts";

const model = loadModel();
const about = (text: string, topicsOf: TopicsOf = createTopicsOf(), title: string | null = null): string => {
  const [scored] = model.score([{ title, text, rating: null, language: null }]);
  if (scored?.probabilities == null) return "unscored";
  return topicsOf({ title, text, whole: scored.probabilities }, clauseSentiment(model, scored.language))
    .map(({ topic, label }) => `${topic} ${label}`)
    .join(", ");
};

describe("what a mention is about", () => {
  it("tells each topic with the sentiment of its clause", () => {
    expect(about("Great phone, terrible delivery")).toBe("quality positive, delivery negative");
    expect(about("Отличный телефон, ужасная доставка")).toBe("quality positive, delivery negative");
    expect(about("I love it")).toBe("");
  });

  it("lets topics of a list share what is said of them, and a follow-up speak of what was named", () => {
    expect(about("The price, quality and delivery are great")).toBe(
      "price positive, quality positive, delivery positive",
    );
    expect(about("Ordered a laptop on Monday. It works great.")).toBe("quality positive");
  });

  it("ends no Russian sentence at г., ул. or руб., and begins one at но and зато", () => {
    expect(about("В 2024 г. доставка стоила 300 руб. и была отличной")).toBe("delivery positive");
    expect(about("Приложение постоянно вылетает, зато поддержка отвечает быстро и вежливо")).toMatch(
      /app negative, support positive/,
    );
  });

  it("puts the topic of the title and of most clauses first", () => {
    expect(about("Телефон хороший. Цена нормальная.", createTopicsOf(), "Ужасная доставка")).toMatch(
      /^delivery negative/,
    );
    expect(about("Nice price. The courier was late. The courier was rude.")).toMatch(/^delivery/);
  });

  it("reads no topic out of a link, a user's name, or a phrase that says another thing", () => {
    expect(about("see https://a.example/delivery/price and ask @delivery")).toBe("");
    expect(about("Pay attention to the weather")).toBe("");
  });

  it("takes a user's words by their stems, phrases too, and topics of their own", () => {
    const topicsOf = createTopicsOf(
      topicDictionary({
        delivery: { en: ["drone"], ru: ["робот доставщик"] },
        parking: { en: ["car park"], ru: ["парковка"] },
      }),
    );
    expect(about("The drones are awful", topicsOf)).toBe("delivery negative");
    expect(about("Роботы доставщики прекрасны", topicsOf)).toBe("delivery positive");
    expect(about("Парковки нет, ужасно", topicsOf)).toBe("parking negative");
    expect(about("The car parks are wonderful", topicsOf)).toBe("parking positive");
  });

  it("gives equal texts equal topics, whatever was read before", () => {
    const text = "Great phone, terrible delivery, and the staff was rude";
    const first = about(text, createTopicsOf());
    const busy = createTopicsOf();
    for (let i = 0; i < 30_000; i += 1)
      busy(
        { title: null, text: `word${i} pay${i} del${i}`, whole: { negative: 0, neutral: 1, positive: 0 } },
        () => null,
      );
    expect(about(text, busy)).toBe(first);
  });

  it("answers for any text, in bounded time, each topic once", () => {
    const topicsOf = createTopicsOf();
    const words = fc.constantFrom(
      "delivery",
      "доставка",
      "price",
      "but",
      "но",
      ",",
      ".",
      "г.",
      "not",
      "\uD800",
      "🙂",
      "the",
      "\u202E",
      "<b>",
      "staff",
    );
    fc.assert(
      fc.property(fc.array(words, { maxLength: 60 }), fc.string(), (list, noise) => {
        const found = topicsOf(
          { title: noise, text: list.join(" "), whole: { negative: 0.2, neutral: 0.5, positive: 0.3 } },
          () => ({ negative: 0.1, neutral: 0.1, positive: 0.8 }),
        );
        expect(new Set(found.map((one) => one.topic)).size).toBe(found.length);
      }),
      { numRuns: 300 },
    );
    expect(about("delivery ".repeat(100_000))).toMatch(/^delivery/);
  });
});

describe("measured on sentences written for it", () => {
  const found = measureTopics(model);
  it("finds nearly every topic, names few that are not there, and tells clauses better than the whole's label would", () => {
    console.table(found, ["sentences", "precision", "recall", "clauses", "wholes"]);
    for (const { precision, recall, clauses } of Object.values(found)) {
      expect(precision).toBeGreaterThan(93);
      expect(recall).toBeGreaterThan(93);
      expect(clauses).toBeGreaterThan(70);
    }
    const meanOf = (which: "clauses" | "wholes"): number =>
      Object.values(found).reduce((sum, one) => sum + one[which], 0) / 4;
    expect(meanOf("clauses")).toBeGreaterThan(meanOf("wholes"));
  });
});
