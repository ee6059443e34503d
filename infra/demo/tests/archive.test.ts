import { instantOf, millisOf } from "@molva/contracts";
import { describe, expect, it } from "vitest";
import { BAD_WEEK, demoTruth, HISTORY_DAYS, type DemoTruth } from "../src/index.ts";

const DAY = 86_400_000;
const ANCHOR = instantOf(Date.parse("2026-11-22T14:00:00.000Z"));
const ZERO = millisOf(ANCHOR);
const at = (offset: number) => instantOf(ZERO + offset);
const truth = demoTruth({ anchor: ANCHOR, now: ANCHOR });
const keyOf = (mention: DemoTruth): string => `${mention.nativeId} ${mention.brandId}`;
const share = (mentions: readonly DemoTruth[], label: string): number =>
  mentions.filter((m) => m.label === label).length / mentions.length;

describe("what stands on the demo's web", () => {
  it("is the same again for the same seed and anchor, and another for another seed", () => {
    expect(demoTruth({ anchor: ANCHOR, now: ANCHOR })).toEqual(truth);
    expect(demoTruth({ anchor: ANCHOR, seed: 7, now: ANCHOR }).map(keyOf)).not.toEqual(truth.map(keyOf));
  });

  it("does not depend on how often and when it was looked at: a mention keeps id, date and first words", () => {
    const later = new Map(demoTruth({ anchor: ANCHOR, now: at(5 * DAY) }).map((m) => [keyOf(m), m]));
    const survivors = truth.filter((m) => later.has(keyOf(m)));
    expect(survivors.length).toBeGreaterThan(truth.length * 0.97);
    const unedited = survivors.filter((m) => later.get(keyOf(m))?.editedAt === m.editedAt);
    expect(unedited.length).toBeGreaterThan(survivors.length * 0.97);
    const withoutReply = (m: DemoTruth): DemoTruth => ({ ...m, replied: false });
    expect(unedited.map((m) => later.get(keyOf(m)) ?? m).map(withoutReply)).toEqual(unedited.map(withoutReply));
    expect(survivors.map((m) => later.get(keyOf(m))?.publishedAt)).toEqual(survivors.map((m) => m.publishedAt));
  });

  it("covers the ninety days before the anchor with 1,500 to 2,200 mentions, whatever the seed", () => {
    for (const seed of [1, 2, 3, 2026]) {
      const mentions = demoTruth({ anchor: ANCHOR, seed, now: ANCHOR });
      expect(mentions.length).toBeGreaterThanOrEqual(1500);
      expect(mentions.length).toBeLessThanOrEqual(2200);
      const times = mentions.map((m) => m.publishedAt);
      expect(Math.min(...times)).toBeGreaterThanOrEqual(ZERO - HISTORY_DAYS * DAY);
      expect(Math.min(...times)).toBeLessThan(ZERO - (HISTORY_DAYS - 1) * DAY);
      expect(Math.max(...times)).toBeLessThanOrEqual(ZERO);
      expect(new Set(times.map((time) => Math.floor((time - ZERO) / DAY))).size).toBe(HISTORY_DAYS);
    }
  });

  it("names every mention once", () => {
    expect(new Set(truth.map(keyOf)).size).toBe(truth.length);
  });

  it("gives one brand a bad week: three times the volume, mostly negative, about one thing", () => {
    const bank = truth.filter((m) => m.brandId === BAD_WEEK.brandId);
    const within = (from: number, to: number) =>
      bank.filter((m) => m.publishedAt >= ZERO + from * DAY && m.publishedAt < ZERO + to * DAY);
    const [bad, before] = [within(BAD_WEEK.from, BAD_WEEK.to), within(BAD_WEEK.from - 28, BAD_WEEK.from)];
    const ratio = bad.length / 7 / (before.length / 28);
    expect(ratio).toBeGreaterThan(2.2);
    expect(ratio).toBeLessThan(4);
    expect(share(bad, "negative")).toBeGreaterThan(0.7);
    expect(share(before, "negative")).toBeLessThan(0.45);
    expect(bad.filter((m) => m.manner === "trouble").length / bad.length).toBeGreaterThan(0.5);
    expect(truth.some((m) => m.manner === "trouble" && m.copyOf === null && !bad.includes(m))).toBe(false);
    const others = truth.filter(
      (m) =>
        m.brandId !== BAD_WEEK.brandId &&
        m.publishedAt >= ZERO + BAD_WEEK.from * DAY &&
        m.publishedAt < ZERO + BAD_WEEK.to * DAY,
    );
    expect(share(others, "negative")).toBeLessThan(0.4);
  });

  it("knows the hours: days are louder than nights", () => {
    const hourOf = (m: DemoTruth) => new Date(m.publishedAt + 3 * 3_600_000).getUTCHours();
    const night = truth.filter((m) => hourOf(m) >= 1 && hourOf(m) < 6).length;
    const day = truth.filter((m) => hourOf(m) >= 10 && hourOf(m) < 15).length;
    expect(day).toBeGreaterThan(5 * night);
  });

  it("has both languages, every label, stars without words, copies, edits, answers, irony, weighed texts and joint news", () => {
    const count = (test: (m: DemoTruth) => boolean) => truth.filter(test).length;
    for (const language of ["en", "ru"])
      for (const label of ["positive", "neutral", "negative"])
        expect(count((m) => m.language === language && m.label === label)).toBeGreaterThan(60);
    expect(count((m) => m.text === "" && m.rating !== null && m.label === "unscored")).toBeGreaterThan(30);
    expect(count((m) => m.text === "" && m.label !== "unscored")).toBe(0);
    for (const manner of ["sarcastic", "mixed", "news"]) expect(count((m) => m.manner === manner)).toBeGreaterThan(9);
    expect(count((m) => m.editedAt !== null)).toBeGreaterThan(9);
    expect(count((m) => m.replied)).toBeGreaterThan(30);
    expect(count((m) => m.copyOf !== null)).toBeGreaterThan(9);
    const joint = truth.filter((m, index) => truth.findIndex((other) => other.nativeId === m.nativeId) !== index);
    expect(joint.length).toBeGreaterThan(0);
  });

  it("writes texts that differ: two thirds of them stand once only", () => {
    const texts = truth.filter((m) => m.copyOf === null && m.text !== "").map((m) => m.text);
    expect(new Set(texts).size / texts.length).toBeGreaterThan(0.66);
    expect(texts.some((text) => text.includes("{") || text.includes("undefined"))).toBe(false);
  });

  it("names its brand in every text that a feed holds, so that a query can find it", () => {
    const names: Readonly<Record<string, RegExp>> = {
      "velmora-bank": /velmora|велмора/i,
      zumbrik: /zumbrik|зумбрик/i,
      ostrimo: /ostrimo|остримо/i,
    };
    for (const m of truth.filter((mention) => mention.sourceId === "rss"))
      expect(`${m.title ?? ""} ${m.text}`).toMatch(names[m.brandId] ?? /$^/);
  });

  it("moves within two minutes: new mentions, an edit, an answer, a removal", () => {
    const now = demoTruth({ anchor: ANCHOR, now: at(120_000) });
    const [old, fresh] = [new Map(truth.map((m) => [keyOf(m), m])), new Map(now.map((m) => [keyOf(m), m]))];
    expect(now.filter((m) => !old.has(keyOf(m))).length).toBeGreaterThanOrEqual(5);
    expect(truth.filter((m) => !fresh.has(keyOf(m)))).toHaveLength(1);
    expect(now.filter((m) => old.has(keyOf(m)) && old.get(keyOf(m))?.text !== m.text)).toHaveLength(1);
    expect(now.filter((m) => m.replied && old.get(keyOf(m))?.replied === false).length).toBeGreaterThanOrEqual(1);
  });

  it("goes on for months after the anchor", () => {
    const month = demoTruth({ anchor: ANCHOR, now: at(30 * DAY) }).filter((m) => m.publishedAt > ZERO);
    expect(month.length).toBeGreaterThan(500);
    expect(month.length).toBeLessThan(1500);
  });
});
