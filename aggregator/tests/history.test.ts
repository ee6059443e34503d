import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Fact } from "@molva/contracts";
import { aggregateStage, eventIdOf, findEvent, readHistories, type MentionHistory } from "../src/index.ts";
import { at, batchOf, choice, content, exclude, gone, human, logged, mentionId, undo } from "./support/facts.ts";
import { openTestStore, type TestStore } from "./support/store.ts";

let opened: TestStore;
beforeAll(async () => {
  opened = await openTestStore();
});
afterAll(async () => opened[Symbol.asyncDispose]());

let stories = 0;
let offset = 0n;
const newBrand = (): string => `brand-${(stories += 1)}`;
const tell = async (...facts: readonly Fact[]): Promise<void> => {
  await aggregateStage({ store: opened.store }).process(batchOf(logged(facts, offset)), new AbortController().signal);
  offset += BigInt(facts.length);
};
const historyOf = async (whose: { brand: string; key: string }): Promise<MentionHistory> => {
  const id = mentionId(whose);
  return (await readHistories(opened.store, [id])).get(id) as MentionHistory;
};
/** `kind by: old → new`, in brackets what does not count. */
const told = ({ entries }: MentionHistory): readonly string[] =>
  entries.map(({ kind, by, before, after }) => {
    const [old, now] = [before, after].map(({ counts, label }) => (counts ? label : `(${label})`));
    return `${kind} ${by}: ${old} → ${now}`;
  });

describe("the history of a mention", () => {
  it("tells who changed what, when and why, with the old and the new", async () => {
    const whose = { brand: newBrand(), key: "a" };
    const decision = { ...human(whose, "negative", at(100)), reason: "sarcasm" };
    await tell(
      content({ ...whose, published: at(0) }),
      decision,
      exclude(whose, at(110)),
      undo(whose, eventIdOf(decision), at(120)),
      undo(whose, eventIdOf(exclude(whose, at(110))), at(130)),
      gone(whose, at(140)),
      content({ ...whose, text: "edited", published: at(300), label: "neutral", observed: at(150) }),
    );
    const history = await historyOf(whose);
    expect(told(history)).toEqual([
      "content plain@1: (null) → positive",
      "human Vera: positive → negative",
      "exclude Vera: negative → (negative)",
      "undo Vera: (negative) → (positive)",
      "undo Vera: (positive) → positive",
      "gone null: positive → (positive)",
      "content plain@1: (positive) → neutral",
    ]);
    expect(history.entries[1]).toMatchObject({
      event: eventIdOf(decision),
      at: at(100),
      reason: "sarcasm",
      undoneBy: history.entries[3]?.event,
    });
    expect(history).toMatchObject({ state: { counts: true, label: "neutral" }, labelledBy: null, decidedAt: at(130) });
  });

  it("shows the state at any point of the log, and the model's switch where it changed the label", async () => {
    const whose = { brand: newBrand(), key: "a" };
    await tell(
      content({ ...whose, model: "old@1", label: "neutral" }),
      content({ ...whose, model: "new@2", label: "negative" }),
      choice(whose.brand, "new@2", 3, at(500)),
      human(whose, "positive", at(600)),
    );
    const history = await historyOf(whose);
    expect(told(history)).toEqual([
      "content old@1: (null) → neutral",
      "content new@2: neutral → neutral",
      "choice Vera: neutral → negative",
      "human Vera: negative → positive",
    ]);
    const id = mentionId(whose);
    for (const entry of history.entries) {
      const then = (await readHistories(opened.store, [id], entry.knownAt)).get(id);
      expect(then?.state).toEqual(entry.after);
    }
  });

  it("says when the person's label was set on an earlier text", async () => {
    const whose = { brand: newBrand(), key: "a" };
    await tell(content({ ...whose, observed: at(10) }), human(whose, "negative", at(20)));
    expect(await historyOf(whose)).toMatchObject({ labelledBy: "Vera", onEarlierText: false });
    await tell(content({ ...whose, text: "another", observed: at(30) }));
    expect(await historyOf(whose)).toMatchObject({ labelledBy: "Vera", onEarlierText: true });
  });

  it("finds a decision by its event id, and nothing by anything else", async () => {
    const whose = { brand: newBrand(), key: "a" };
    const decision = human(whose, "negative", at(20));
    await tell(content(whose), decision, gone(whose, at(30)));
    expect(await findEvent(opened.store, eventIdOf(decision))).toEqual({ kind: "human", id: mentionId(whose) });
    expect(await findEvent(opened.store, eventIdOf(content(whose) as never))).toBeNull();
    for (const wrong of ["0".repeat(16), "' OR 1 --", "", "f".repeat(17)])
      expect(await findEvent(opened.store, wrong)).toBeNull();
    expect(await readHistories(opened.store, ["f".repeat(32), "' OR 1 --"])).toEqual(new Map());
  });
});
