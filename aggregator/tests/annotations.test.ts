import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import type { Fact, Instant, NsrRow } from "@molva/contracts";
import {
  aggregateStage,
  eventIdOf,
  listCorrectedDays,
  listNotes,
  readNsr,
  removeNote,
  saveCorrectedDays,
  saveNote,
} from "../src/index.ts";
import { at, batchOf, content, exclude, human, logged, undo } from "./support/facts.ts";
import { openTestStore, type TestStore } from "./support/store.ts";

let opened: TestStore;
beforeAll(async () => {
  opened = await openTestStore();
});
afterAll(async () => opened[Symbol.asyncDispose]());

/** The log takes the facts from this moment on, a hundredth of a second apart. */
const tell = async (facts: readonly Fact[], from: string): Promise<Instant> => {
  const log = logged(facts, 0n, Date.parse(from));
  await aggregateStage({ store: opened.store }).process(batchOf(log), new AbortController().signal);
  return log.at(-1)?.appendedAt as Instant;
};
const day = (brand: string, from: string, asOf: Instant): Promise<readonly NsrRow[]> =>
  readNsr(opened.store, {
    brands: [brand],
    from: `${from}T00:00:00.000Z` as Instant,
    to: null,
    window: null,
    step: "day",
    by: null,
    tz: "UTC",
    asOf,
    horizon: null,
  });
const whose = (brand: string, i: number): { brand: string; key: string } => ({ brand, key: `k${i}` });

describe("what a day's corrections did to a day's rate", () => {
  it("is said with both numbers, each read again at its point of the log", async () => {
    const brand = "O'Neil\"; DROP";
    const seen = Array.from({ length: 40 }, (_, i) =>
      content({ ...whose(brand, i), label: i < 20 ? "positive" : "negative", published: at(i) }),
    );
    await tell(seen, "2026-03-10T09:00:00Z");
    const wrong = [20, 21, 22, 23].map((i) => human(whose(brand, i), "positive", at(20_000)));
    const horizon = await tell([...wrong, exclude(whose(brand, 24), at(20_001))], "2026-03-16T09:00:00Z");
    const [found, ...others] = await saveCorrectedDays(opened.store, {
      brand,
      decided: "2026-03-16T12:00:00.000Z" as Instant,
      zone: "UTC",
      horizon,
    });
    expect(others).toEqual([]);
    expect(found).toMatchObject({
      from: "2026-03-02T00:00:00.000Z",
      to: "2026-03-03T00:00:00.000Z",
      decided: "2026-03-16T00:00:00.000Z",
      corrections: 5,
      collected: 0,
      before: { n: 40, nsr: 0 },
      after: { n: 39, nsr: 23.0769 },
    });
    expect(await listCorrectedDays(opened.store, brand)).toMatchObject([
      {
        en: "NSR of 2026-03-02 changed from 0.0 to +23.1 after 5 corrections",
        ru: "NSR за 2026-03-02: было 0,0, стало +23,1 после 5 исправлений",
      },
    ]);
    for (const side of ["before", "after"] as const) {
      const asOf = (side === "before" ? found?.beforeAsOf : found?.afterAsOf) as Instant;
      expect((await day(brand, "2026-03-02", asOf))[0]).toMatchObject({ ...found?.[side] });
    }
  });

  it("tells what was collected in between, and goes away when all is undone", async () => {
    const brand = "aurora";
    await tell(
      [0, 1, 2].map((i) => content({ ...whose(brand, i), published: at(i) })),
      "2026-03-10T09:00:00Z",
    );
    const decision = human(whose(brand, 0), "negative", at(20_000));
    const question = { brand, decided: "2026-03-16T09:00:00.000Z" as Instant, zone: "Europe/Moscow" };
    await tell([decision], "2026-03-16T09:00:00Z");
    await saveCorrectedDays(opened.store, { ...question, horizon: null });
    await tell([content({ ...whose(brand, 7), published: at(5) })], "2026-03-16T10:00:00Z");
    await tell([human(whose(brand, 1), "negative", at(20_000))], "2026-03-16T11:00:00Z");
    const horizon = await tell(
      [undo(whose(brand, 1), eventIdOf(human(whose(brand, 1), "negative", at(20_000))), at(20_002))],
      "2026-03-16T12:00:00Z",
    );
    await saveCorrectedDays(opened.store, { ...question, horizon });
    expect((await listCorrectedDays(opened.store, brand)).map(({ en }) => en)).toEqual([
      "NSR of 2026-03-02 changed from n = 3 to n = 4 after 3 corrections and 1 new observation",
    ]);
    const other = "borealis";
    await tell([content({ ...whose(other, 0) })], "2026-03-10T09:00:00Z");
    const taken = human(whose(other, 0), "negative", at(20_000));
    await tell([taken], "2026-03-16T09:00:00Z");
    await saveCorrectedDays(opened.store, { ...question, brand: other, horizon: null });
    expect(await listCorrectedDays(opened.store, other)).toHaveLength(1);
    await tell([undo(whose(other, 0), eventIdOf(taken), at(20_001))], "2026-03-16T13:00:00Z");
    await saveCorrectedDays(opened.store, {
      ...question,
      brand: other,
      horizon: "2026-03-16T13:00:00.000Z" as Instant,
    });
    expect(await listCorrectedDays(opened.store, other)).toEqual([]);
  });
});

const EVENTS = {
  name: "test-events",
  sql: "SELECT kind, text_en, text_ru FROM chart_event(keys = {keys:Array(String)}, from = {from:UInt32}, to = {to:UInt32})",
  params: z.strictObject({ keys: z.array(z.string()), from: z.int(), to: z.int() }),
  row: z.object({ kind: z.string(), text_en: z.string(), text_ru: z.string() }),
};

describe("a person's note on a period", () => {
  it("is kept once, listed with the brand's, and taken away", async () => {
    const { store } = opened;
    const note = { from: at(0), to: at(5000), text: "Strike; <b>DROP</b> 'x'", by: "vera", writtenAt: at(9000) };
    const kept = await saveNote(store, { ...note, brand: "aurora" });
    expect(await saveNote(store, { ...note, brand: "aurora", writtenAt: at(9100) })).toMatchObject({ id: kept.id });
    const all = await saveNote(store, { ...note, brand: null, to: null });
    expect((await listNotes(store, "aurora")).map(({ id }) => id).sort()).toEqual([kept.id, all.id].sort());
    expect(await listNotes(store, "borealis")).toMatchObject([{ id: all.id, to: null, text: note.text, by: "vera" }]);
    // The dashboards' annotations show notes and corrected days of the brands that are chosen.
    const shown = await store.query(EVENTS, { keys: ["aurora"], from: 0, to: 4_000_000_000 });
    expect(shown.map(({ kind, text_en: en }) => [kind, en])).toEqual(
      expect.arrayContaining([
        ["note", note.text],
        ["note", expect.stringMatching(/^NSR of 2026-03-02 changed from n = 3 to n = 4/)],
      ]),
    );
    expect(await removeNote(store, kept.id, at(0))).toMatchObject({ id: kept.id });
    expect(await removeNote(store, kept.id, at(1))).toBeNull();
    expect(await removeNote(store, "' OR 1", at(1))).toBeNull();
    expect(await listNotes(store, null)).toHaveLength(1);
  });
});
