import { describe, expect, it } from "vitest";
import { loadModel } from "../src/index.ts";

const model = loadModel();
const labelled = (text: string, brand?: string): string | undefined =>
  model.score([{ title: null, text, rating: null, language: null, ...(brand === undefined ? {} : { brand }) }])[0]
    ?.label;

describe("a label towards a brand", () => {
  const english = "Northline is slow and rude, but Kvarta never let me down, great service";
  const russian = "Сбербанк ужасен, вечно очереди, а Тинькофф отличный, всё быстро";

  it("is by what the text says of that brand where it says otherwise of another", () => {
    expect(labelled(english, "Kvarta")).toBe("positive");
    expect(labelled(english, "Northline")).toBe("negative");
    expect(labelled(russian, "Тинькофф")).toBe("positive");
    expect(labelled(russian, "сбербанк")).toBe("negative");
  });

  it("finds a Russian name whatever its ending", () => {
    const text = "В Сбербанке ужасные очереди и хамят. Зато у соседей всё нормально, спасибо";
    expect(labelled(text, "Сбербанк")).toBe("negative");
    expect(labelled(text, "Сбербанк")).toBe(labelled(text, "Сбербанке"));
  });

  it("is the whole text's where the brand is not named, or the clauses agree", () => {
    for (const brand of ["Aurora", "", "the"]) expect(labelled(english, brand)).toBe(labelled(english));
    expect(labelled("Kvarta is great, and so is their support", "Kvarta")).toBe("positive");
  });

  it("takes any name as it stands, signs of patterns too", () => {
    for (const brand of ["(", "a+*?[", "\\", "x".repeat(200)]) expect(labelled(english, brand)).toBe(labelled(english));
  });
});
