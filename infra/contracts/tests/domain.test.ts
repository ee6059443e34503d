import { describe, expect, it } from "vitest";
import {
  factSchema,
  FACTS,
  inputOf,
  instantOf,
  mentionIdOf,
  MENTIONS,
  nativeKeyOf,
  observationSchema,
  type BrandId,
  type Identity,
  type SourceId,
} from "../src/index.ts";

const brand = "aurora" as BrandId;
const rss = "rss" as SourceId;
const identity: Identity = {
  nativeId: null,
  url: null,
  pageUrl: "https://a.example/p",
  author: "Анна",
  printedDate: "вчера",
  title: null,
  text: "x".repeat(300),
};

describe("who a mention is", () => {
  it("is another mention for another brand, source or key, and the same one for the same three", () => {
    const id = mentionIdOf(brand, rss, "1");
    expect(id).toMatch(/^[0-9a-f]{32}$/);
    expect(mentionIdOf(brand, rss, "1")).toBe(id);
    expect(mentionIdOf("zarya" as BrandId, rss, "1")).not.toBe(id);
    expect(mentionIdOf(brand, "file" as SourceId, "1")).not.toBe(id);
    // The parts are not simply joined: a border that moves makes another id.
    expect(mentionIdOf("a" as BrandId, "b-c" as SourceId, "d")).not.toBe(
      mentionIdOf("a" as BrandId, "b" as SourceId, "c-d"),
    );
  });

  it("prefers the source's id, then the mention's own address, then what is printed", () => {
    expect(nativeKeyOf({ ...identity, nativeId: "7", url: "https://a.example/7" })).toBe("7");
    expect(nativeKeyOf({ ...identity, url: "https://a.example/7" })).toBe("https://a.example/7");
    expect(nativeKeyOf(identity)).toBe(nativeKeyOf({ ...identity, text: `${"x".repeat(200)} and another end` }));
    expect(nativeKeyOf(identity)).not.toBe(nativeKeyOf({ ...identity, author: "Борис" }));
  });

  it("reads as the same input only with the same title, text and rating", () => {
    const rating = { value: 4, min: 1, max: 5 };
    const input = inputOf({ title: "t", text: "x", rating });
    expect(inputOf({ title: "t", text: "x", rating: { ...rating } })).toBe(input);
    expect(inputOf({ title: "t", text: "x", rating: null })).not.toBe(input);
    expect(inputOf({ title: null, text: "tx", rating })).not.toBe(input);
  });
});

describe("what may stand on the log", () => {
  const gone = {
    type: "gone",
    mentionId: mentionIdOf(brand, rss, "1"),
    brandId: brand,
    sourceId: rss,
    observedAt: instantOf(0),
  };

  it("refuses an instant without milliseconds, a foreign id and a key nobody knows", () => {
    expect(observationSchema.safeParse(gone).success).toBe(true);
    expect(observationSchema.safeParse({ ...gone, observedAt: "1970-01-01T00:00:00Z" }).success).toBe(false);
    expect(observationSchema.safeParse({ ...gone, mentionId: "1" }).success).toBe(false);
    expect(observationSchema.safeParse({ ...gone, note: "" }).success).toBe(false);
    expect(factSchema.safeParse({ ...gone, type: "unheard of" }).success).toBe(false);
  });

  it("finds the mention of a value, also of one that fits no schema, and never a wrong one", () => {
    expect(MENTIONS.mentionId({ type: "seen", mention: { mentionId: gone.mentionId } })).toBe(gone.mentionId);
    expect(FACTS.mentionId(gone)).toBe(gone.mentionId);
    for (const odd of [null, 5, "x", {}, { mentionId: 5 }, { mention: null }, { mentionId: "../../etc" }])
      expect(MENTIONS.mentionId(odd)).toBeNull();
  });
});
