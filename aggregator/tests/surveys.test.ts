import { createHash } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { BrandId, Instant, Store, SurveyAnswer } from "@molva/contracts";
import { openStore } from "@molva/platform";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  eraseRespondent,
  markContacted,
  openDetractors,
  readSurveys,
  saveAnswers,
  saveCustomers,
  saveNote,
  setTextRetention,
  type HashedAnswer,
  type SurveyQuestion,
} from "../src/index.ts";

const path = mkdtempSync(join(tmpdir(), "molva-surveys-"));
let store: Store & AsyncDisposable;
beforeAll(async () => {
  store = await openStore({ path, database: "surveys" });
});
afterAll(async () => {
  await store.close();
  rmSync(path, { recursive: true, force: true });
});

let clock = Date.parse("2026-11-22T10:00:00.000Z");
const now = (): Instant => new Date((clock += 1000)).toISOString() as Instant;
const hex = (text: string, length: number): string => createHash("sha256").update(text).digest("hex").slice(0, length);

const answer = (brand: string, name: string, differs: Partial<SurveyAnswer> = {}): HashedAnswer => {
  const one: SurveyAnswer = {
    id: hex(brand + name, 32),
    brand: brand as BrandId,
    metric: "nps",
    item: "",
    answeredAt: "2026-05-11T10:00:00.000Z" as Instant,
    score: 9,
    scale: { min: 0, max: 10 },
    importance: null,
    question: "How likely are you to recommend us?",
    wave: "Q2",
    population: "customers",
    segment: null,
    respondent: hex(name, 32),
    comment: null,
    contacted: null,
    ...differs,
  };
  return { answer: one, hash: hex(JSON.stringify(one), 16) };
};

const question = (brand: string, differs: Partial<SurveyQuestion> = {}): SurveyQuestion => ({
  brand,
  metric: null,
  wave: null,
  segment: null,
  bySegment: false,
  from: null,
  to: null,
  asOf: null,
  ...differs,
});
const many = (
  brand: string,
  prefix: string,
  counts: readonly (readonly [number, number])[],
  differs: Partial<SurveyAnswer> = {},
) =>
  counts.flatMap(([score, times]) =>
    Array.from({ length: times }, (_, i) => answer(brand, `${prefix}-${score}-${i}`, { score, ...differs })),
  );
const codes = (row: { readonly warnings: readonly { readonly code: string }[] } | undefined) =>
  row?.warnings.map(({ code }) => code) ?? [];

describe("the numbers of surveys", () => {
  it("count an answer once however often it comes, and its newest edit; as of before they are what they were", async () => {
    const first = many("once", "a", [
      [10, 60],
      [7, 20],
      [2, 20],
    ]);
    expect(await saveAnswers(store, first, now)).toEqual({ new: 100, changed: 0, unchanged: 0 });
    expect(await saveAnswers(store, first.toReversed(), now)).toEqual({ new: 0, changed: 0, unchanged: 100 });
    const [before] = await readSurveys(store, question("once"));
    expect(before).toMatchObject({
      metric: "nps",
      wave: "Q2",
      n: 100,
      promoters: 60,
      passives: 20,
      detractors: 20,
      value: 40,
      verdict: null,
    });
    const edited = answer("once", "a-2-0", { score: 10 });
    expect(await saveAnswers(store, [edited], now)).toEqual({ new: 0, changed: 1, unchanged: 0 });
    expect((await readSurveys(store, question("once")))[0]).toMatchObject({ n: 100, value: 42 });
    expect(await readSurveys(store, question("once", { asOf: before?.asOf ?? null }))).toEqual([before]);
  });

  it("compare a wave with the one before, and say when no note tells why it changed", async () => {
    await saveAnswers(
      store,
      many(
        "waves",
        "a",
        [
          [10, 80],
          [7, 40],
        ],
        { wave: "Q1", answeredAt: "2026-01-20T10:00:00.000Z" as Instant },
      ),
      now,
    );
    await saveAnswers(
      store,
      many(
        "waves",
        "b",
        [
          [10, 40],
          [7, 30],
          [3, 50],
        ],
        { question: "Would you recommend us to a friend?" },
      ),
      now,
    );
    const rows = await readSurveys(store, question("waves"));
    expect(rows.map(({ wave, value, previous, verdict, band }) => [wave, value, previous, verdict, band])).toEqual([
      ["Q1", 66.6667, null, null, null],
      ["Q2", -8.3333, 66.6667, "down", "alarm"],
      [null, 29.1667, null, null, null],
    ]);
    expect(codes(rows[1])).toEqual(["question-changed", "not-contacted", "context-missing"]);
    expect(rows[0]?.benchmarks[0]).toMatchObject({ low: 32, ru: "среднее по отраслям" });
    await saveNote(store, {
      brand: "waves",
      from: "2026-05-01T00:00:00.000Z" as Instant,
      to: "2026-06-01T00:00:00.000Z" as Instant,
      text: "Price rise",
      by: "vera",
      writtenAt: now(),
    });
    expect(codes((await readSurveys(store, question("waves", { wave: "Q2" })))[0])).not.toContain("context-missing");
  });

  it("never mix employees with customers, nor 1–10 with 0–10", async () => {
    await saveAnswers(
      store,
      many("mixed", "c", [
        [10, 20],
        [7, 5],
      ]),
      now,
    );
    await saveAnswers(store, many("mixed", "e", [[2, 30]], { population: "employees" }), now);
    await saveAnswers(store, many("mixed", "t", [[10, 30]], { scale: { min: 1, max: 10 } }), now);
    const rows = await readSurveys(store, question("mixed"));
    expect(rows.map(({ metric, scale, n }) => [metric, scale?.min, n])).toEqual([
      ["nps", 0, 25],
      ["nps", 1, 30],
      ["enps", 0, 30],
    ]);
    expect(codes(rows[0])).toContain("mixed-populations");
    expect(codes(rows[1])).toEqual(expect.arrayContaining(["scale-1-10", "passives-left-out", "small-sample"]));
  });

  it("tell who is asked too often and which questions nobody knows", async () => {
    const again = { wave: "Q3", answeredAt: "2026-06-30T10:00:00.000Z" as Instant, question: null };
    const same = (name: string, wave: Partial<SurveyAnswer>) =>
      answer("often", `${name}${wave.wave ?? ""}`, { respondent: hex(name, 32), ...wave });
    const names = Array.from({ length: 12 }, (_, i) => `r${i}`);
    await saveAnswers(
      store,
      names.flatMap((name) => [same(name, {}), same(name, again)]),
      now,
    );
    const rows = await readSurveys(store, question("often"));
    expect(codes(rows[0])).toEqual(["small-sample"]);
    expect(codes(rows[1])).toEqual(["small-sample", "question-unclear", "too-frequent"]);
    expect(rows[1]?.warnings[2]?.en).toContain("12 respondents");
  });

  it("list low answers until somebody was in touch; that can be taken back", async () => {
    const told = { at: "2026-05-12T10:00:00.000Z" as Instant, by: "oleg" };
    await saveAnswers(
      store,
      [
        answer("open", "angry", { score: 2, comment: "Rude" }),
        answer("open", "met", { score: 3, contacted: told }),
        answer("open", "glad"),
        answer("open", "stars", { metric: "csat", score: 1, scale: { min: 1, max: 5 } }),
      ],
      now,
    );
    const ids = async () =>
      (await openDetractors(store, question("open"), 10)).map(({ score }) => score).toSorted((a, b) => a - b);
    expect(await ids()).toEqual([1, 2]);
    expect(await openDetractors(store, question("open", { metric: "nps" }), 10)).toMatchObject([
      { comment: "Rude", population: "customers" },
    ]);
    const { id } = answer("open", "angry").answer;
    expect(await markContacted(store, { id, by: "vera", contacted: true }, now)).toBe(true);
    expect(await ids()).toEqual([1]);
    await markContacted(store, { id, by: "vera", contacted: false }, now);
    expect(await ids()).toEqual([1, 2]);
    expect(await markContacted(store, { id: "0".repeat(32), by: "vera", contacted: true }, now)).toBe(false);
  });

  it("of churn show both rates, and compare only what was counted alike", async () => {
    const period = (month: number, start: number, end: number, lost: number | null) => ({
      period: {
        id: hex(`churn${month}`, 32),
        brand: "leavers" as BrandId,
        from: `2026-0${month}-01T00:00:00.000Z` as Instant,
        to: `2026-0${month + 1}-01T00:00:00.000Z` as Instant,
        start,
        end,
        lost,
        wave: null,
        segment: null,
      },
      hash: hex(JSON.stringify([month, start, end, lost]), 16),
    });
    await saveCustomers(store, [period(1, 1000, 990, 60), period(2, 990, 1005, 30), period(3, 1005, 1000, null)], now);
    const rows = await readSurveys(store, question("leavers"));
    expect(rows.map(({ value, net, previous, verdict }) => [value, net, previous, verdict])).toEqual([
      [6, 1, null, null],
      [3.0303, -1.5152, 6, "down"],
      [0.4975, 0.4975, null, null],
    ]);
    expect(codes(rows[2])).toEqual(["lost-unknown"]);
  });

  it("of a segment are its own, and split by segment they are beside the whole", async () => {
    await saveAnswers(
      store,
      [...many("parts", "g", [[10, 20]], { segment: "gold" }), ...many("parts", "b", [[2, 10]], { segment: "basic" })],
      now,
    );
    const split = await readSurveys(store, question("parts", { bySegment: true }));
    expect(split.map(({ segment, n, value }) => [segment, n, value])).toEqual([
      [null, 30, 33.3333],
      ["basic", 10, -100],
      ["gold", 20, 100],
    ]);
    expect((await readSurveys(store, question("parts", { segment: "gold" })))[0]).toMatchObject({ n: 20, value: 100 });
  });

  it("stay when a respondent is erased and when retention takes the comments", async () => {
    await saveAnswers(
      store,
      [
        ...many("words", "a", [[10, 10]]),
        answer("words", "ivan", { score: 1, comment: "Call me", respondent: hex("ivan", 32) }),
      ],
      now,
    );
    expect(await eraseRespondent(store, hex("ivan", 32))).toBe(1);
    expect(await eraseRespondent(store, hex("ivan", 32))).toBe(0);
    expect(await openDetractors(store, question("words"), 10)).toMatchObject([{ score: 1, comment: null }]);
    expect((await readSurveys(store, question("words")))[0]?.n).toBe(11);
    await setTextRetention(store, 30);
    expect((await readSurveys(store, question("words")))[0]?.n).toBe(11);
  });

  it("of nothing are no rows", async () => {
    expect(await readSurveys(store, question("nobody"))).toEqual([]);
  });
});
