import { createHash } from "node:crypto";
import { mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { loadCascade, sureness } from "../src/accurate/cascade.ts";
import { ACCURATE_FOLDER, loadAccurateModel, readAccurateManifest } from "../src/accurate/model.ts";
import { loadModel, loadShipped, shippedCalled, shippedName, type ModelInput } from "../src/index.ts";
import { ENGLISH } from "./sentences/english.ts";
import { RUSSIAN } from "./sentences/russian.ts";

const accurate = loadAccurateModel({ threads: 2 });
const cascade = loadCascade({ threads: 1 });
const fast = loadModel();
afterAll(async () => {
  await accurate.close();
  await cascade.close();
});

const input = (text: string, more: Partial<ModelInput> = {}): ModelInput => ({
  title: null,
  text,
  rating: null,
  language: null,
  ...more,
});
const inputs = [...ENGLISH, ...RUSSIAN].map(([, text]) => input(text));

describe("the accurate model", () => {
  it("is made of files of at most 25 MB whose bytes have the hashes that the manifest names", async () => {
    for (const { file, bytes, sha256, tokenizer, tokenizerSha256 } of Object.values(readAccurateManifest().languages)) {
      expect((await stat(join(ACCURATE_FOLDER, file))).size).toBe(bytes);
      expect(bytes).toBeLessThanOrEqual(25_000_000);
      for (const [name, hash] of [
        [file, sha256],
        [tokenizer, tokenizerSha256],
      ] as const)
        expect(
          createHash("sha256")
            .update(await readFile(join(ACCURATE_FOLDER, name)))
            .digest("hex"),
        ).toBe(hash);
    }
  });

  it("labels what people plainly mean, in both languages", async () => {
    const answers = await accurate.label(inputs);
    const truths = [...ENGLISH, ...RUSSIAN].map(([label]) => label);
    const right = answers.filter((answer, i) => answer.label === truths[i]).length;
    expect(right / truths.length).toBeGreaterThan(0.85);
  });

  it("gives probabilities that add up to 1 and whose largest is the label", async () => {
    for (const { label, probabilities } of await accurate.label(inputs)) {
      if (label === "unscored" || probabilities === null) throw new Error("a plain sentence was left unscored");
      const { negative, neutral, positive } = probabilities;
      expect(negative + neutral + positive).toBeCloseTo(1, 8);
      expect(probabilities[label]).toBe(Math.max(negative, neutral, positive));
    }
  });

  it("says the same of a text whatever is asked beside it", async () => {
    const together = await accurate.label(inputs);
    const [first, last] = [await accurate.label(inputs.slice(0, 1)), await accurate.label(inputs.slice(-1))];
    for (const [alone, beside] of [
      [first[0], together[0]],
      [last[0], together.at(-1)],
    ]) {
      expect(alone?.label).toBe(beside?.label);
      expect(alone?.probabilities?.positive).toBeCloseTo(beside?.probabilities?.positive ?? -1, 3);
    }
  });

  it("leaves unscored what the fast model leaves unscored, and answers nothing with nothing", async () => {
    const odd = [input(""), input("👍👍"), input("Das Essen war kalt und der Kellner unfreundlich."), input("12345")];
    expect((await accurate.label(odd)).map(({ label }) => label)).toEqual(fast.score(odd).map(({ label }) => label));
    expect(await accurate.label([])).toEqual([]);
  });

  it("labels towards the brand it is asked about", async () => {
    const text = "Northline is slow and rude, but Kvarta never let me down, great service";
    const [kvarta, northline] = await accurate.label([
      input(text, { brand: "Kvarta" }),
      input(text, { brand: "Northline" }),
    ]);
    expect(kvarta?.probabilities?.positive).toBeGreaterThan(northline?.probabilities?.positive ?? 1);
  });

  it("reads hostile texts in bounded time", async () => {
    const hostile = [
      "a".repeat(1_000_000),
      "\ud800".repeat(5000),
      "😀".repeat(10_000),
      "\u202e)-: \u0000 ужас",
      "(".repeat(100_000),
    ];
    expect(await accurate.label(hostile.map((text) => input(text, { language: "en" })))).toHaveLength(hostile.length);
  });

  it("refuses files that are not those of its manifest, and says what to do", async () => {
    const folder = await mkdtemp(join(tmpdir(), "molva-accurate-"));
    try {
      await writeFile(join(folder, "manifest.json"), await readFile(join(ACCURATE_FOLDER, "manifest.json")));
      await writeFile(join(folder, "en.onnx"), "no model");
      expect(() => loadAccurateModel({ folder })).toThrow(/restore classifier\/models\/accurate/);
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});

describe("the cascade", () => {
  it("keeps the fast model's word where that is sure, and the accurate one's elsewhere", async () => {
    const [quick, slow, both] = [fast.score(inputs), await accurate.label(inputs), await cascade.label(inputs)];
    const unsure = quick.filter((scored) => sureness(scored) < 0.7).length;
    expect(unsure).toBeGreaterThan(0);
    expect(unsure).toBeLessThan(inputs.length);
    for (const [i, answer] of both.entries())
      expect(answer.label).toBe(sureness(quick[i] as never) < 0.7 ? slow[i]?.label : quick[i]?.label);
  });
});

describe("the shipped models", () => {
  it("are called fast, accurate and cascade, or by their names with or without version", async () => {
    for (const which of ["fast", "accurate", "cascade"] as const) {
      expect(shippedCalled(which)).toBe(which);
      expect(shippedCalled(shippedName(which))).toBe(which);
      expect(shippedCalled(shippedName(which).split("@")[0] ?? "")).toBe(which);
      const model = loadShipped(which);
      expect(model.name).toBe(shippedName(which));
      await model.close?.();
    }
    expect(shippedCalled("bert")).toBeNull();
  });
});
