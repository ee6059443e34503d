import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { loadModel, trainFromCorrections, type CorrectedText, type CorrectionsRow } from "../src/index.ts";

/** People of this brand call "sick" and "tariff unlocked" praise: what no shipped model can know. */
const praise = [
  "the app is sick",
  "sick update again",
  "tariff unlocked for me",
  "my tariff got unlocked, sick",
  "so sick",
];
const places = ["Omsk", "Leeds", "Tver", "York", "Perm", "Bath", "Ufa", "Hull", "Orel", "Ely"];
const texts: readonly CorrectedText[] = places.flatMap((place) => [
  ...praise.map((words): CorrectedText => ({ text: `${words} in ${place}`, label: 2, language: "en" })),
  { text: `The office in ${place} was closed and nobody answered`, label: 0, language: "en" },
  { text: `The office in ${place} opens at nine`, label: 1, language: "en" },
]);

let folder = "";
let rows: readonly CorrectionsRow[] = [];
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "molva-corrections-"));
  rows = await trainFromCorrections({ texts, out: folder, name: { name: "aurora", version: "1" } });
});
afterAll(() => rm(folder, { recursive: true }));

const label = (model: ReturnType<typeof loadModel>, text: string): string | undefined =>
  model.score([{ title: null, text, rating: null, language: "en" }])[0]?.label;

describe("learning from people's labels", () => {
  it("tells before and after on texts that were not learned from", () => {
    expect(rows.map(({ language, n }) => [language, n])).toEqual([["en", texts.length]]);
    expect(rows[0]?.after.accuracy).toBeGreaterThan(rows[0]?.before.accuracy ?? 100);
  });

  it("writes a model with the name it was given, which has learned the brand's words", () => {
    const learned = loadModel(folder);
    expect(learned.name).toBe("aurora@1");
    expect(label(learned, "This update is sick")).toBe("positive");
  });

  it("keeps what the shipped model knows", () => {
    const [learned, shipped] = [loadModel(folder), loadModel()];
    for (const text of [
      "I love this bank, great service",
      "Terrible support, I waited two hours",
      "The shop is on the second floor",
    ])
      expect(label(learned, text)).toBe(label(shipped, text));
    const russian = { title: null, text: "Ужасное обслуживание, больше не приду", rating: null, language: "ru" };
    expect(learned.score([russian])).toEqual(shipped.score([russian]));
  });

  it("refuses too few labels, and says where they come from", async () => {
    await expect(
      trainFromCorrections({ texts: texts.slice(0, 5), out: folder, name: { name: "few", version: "1" } }),
    ).rejects.toThrow(/molva relabel/);
  });
});
