import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import type { Log } from "@molva/contracts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { evaluate, loadModel, train, type TrainingProgress, type TrainingReport } from "../src/index.ts";
import { readHeldOut, writeHeldOut } from "../src/training/held-out.ts";
import { ENGLISH } from "./sentences/english.ts";
import { RUSSIAN } from "./sentences/russian.ts";

const log: Log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };
const small = {
  c: 4,
  nbC: 0.5,
  nbScale: 1,
  firstEpochs: 3,
  epochs: 8,
  spread: 0.1,
  nbFigures: true,
  features: 3000,
  leastRows: [1, 1, 1],
  readUnits: 500,
} as const;
const settings = { en: small, ru: small };
const NUMBER = { negative: -1, neutral: 0, positive: 1 } as const;

let root = "";
let report: TrainingReport;
const told: TrainingProgress[] = [];

const writeSet = async (
  set: string,
  split: string,
  lang: string,
  rows: readonly (readonly [keyof typeof NUMBER, string])[],
): Promise<void> => {
  await mkdir(join(root, "data", set), { recursive: true });
  const lines = rows.map(([label, text], i) => JSON.stringify({ id: `${set}-${i}`, text, label: NUMBER[label], lang }));
  await writeFile(join(root, "data", set, `${split}.jsonl.gz`), gzipSync(lines.join("\n")));
};

/** Every third sentence is for dev; the first of them stands in train too, shouted. */
const half = <T>(rows: readonly T[], dev: boolean): readonly T[] => rows.filter((_, i) => (i % 3 === 0) === dev);
const copied = "I love this app, it makes paying my bills so easy.";

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "molva-training-"));
  await writeSet("small_en", "train", "en", [
    ...half(ENGLISH, false),
    ["positive", `${copied.toUpperCase()} @you https://example.org/a`],
  ]);
  await writeSet("small_ru", "train", "ru", half(RUSSIAN, false));
  await writeSet("small_en", "dev", "en", half(ENGLISH, true));
  await writeSet("small_ru", "dev", "ru", half(RUSSIAN, true));
  await writeHeldOut(join(root, "data"), join(root, "held-out.json"));
  const heldOut = await readHeldOut(join(root, "held-out.json"));
  report = await train({
    dataDir: join(root, "data"),
    out: join(root, "model"),
    log,
    heldOut,
    settings,
    onProgress: (p) => told.push(p),
  });
});

afterAll(() => rm(root, { recursive: true, force: true }));

describe("training", () => {
  it("makes a model that labels what it was trained on, from nothing but a folder of texts", () => {
    const model = loadModel(join(root, "model"));
    const right = half(ENGLISH, false).filter(
      ([label, text]) => model.score([{ title: null, text, rating: null, language: "en" }])[0]?.label === label,
    );
    expect(right.length).toBeGreaterThan(half(ENGLISH, false).length * 0.9);
    expect(model.languages).toEqual(["en", "ru"]);
  });

  it("leaves out a text that stands in dev too, though case, links and users differ", async () => {
    expect(report.manifest.droppedAsDevTexts).toBe(1);
    expect(report.manifest.trainedOn).toEqual({
      small_en: half(ENGLISH, false).length,
      small_ru: half(RUSSIAN, false).length,
    });
  });

  it("never opens a dev file", async () => {
    await writeFile(join(root, "data", "small_en", "dev.jsonl.gz"), "no gzip at all");
    const again = await train({
      dataDir: join(root, "data"),
      out: join(root, "again"),
      log,
      heldOut: await readHeldOut(join(root, "held-out.json")),
      settings,
    });
    await writeSet("small_en", "dev", "en", half(ENGLISH, true));
    expect(again.manifest, "and gives the same bytes").toEqual(report.manifest);
    expect(await readFile(join(root, "again", "ru.bin"))).toEqual(await readFile(join(root, "model", "ru.bin")));
  });

  it("tells how far it is, how fast, and how long it will take", () => {
    expect(new Set(told.map((p) => p.stage.slice(0, 3)))).toEqual(new Set(["en:", "ru:"]));
    expect(
      told.every((p) => p.done <= p.of && p.rate >= 0 && (p.secondsLeft === null ? p.done === 0 : p.secondsLeft >= 0)),
    ).toBe(true);
    expect(report.peakMemory).toBeGreaterThan(0);
  });

  it("can be stopped, and leaves no half-written model", async () => {
    const stop = new AbortController();
    const stopped = train({
      dataDir: join(root, "data"),
      out: join(root, "stopped"),
      log,
      heldOut: new Set(),
      settings,
      signal: stop.signal,
      onProgress: ({ stage }) => void (stage.includes("kept") && stop.abort(new Error("enough"))),
    });
    await expect(stopped).rejects.toThrow("enough");
    expect(existsSync(join(root, "stopped", "manifest.json"))).toBe(false);
  });

  it("says what is wrong with a folder without texts and with a row that is no labelled text", async () => {
    await expect(
      train({ dataDir: join(root, "nowhere"), out: join(root, "no"), log, heldOut: new Set(), settings }),
    ).rejects.toMatchObject({ code: "USAGE", message: expect.stringContaining("nowhere") });
    await mkdir(join(root, "odd", "set"), { recursive: true });
    await writeFile(
      join(root, "odd", "set", "train.jsonl.gz"),
      gzipSync('{"id":"1","text":"a","label":9,"lang":"en"}'),
    );
    await expect(
      train({ dataDir: join(root, "odd"), out: join(root, "no"), log, heldOut: new Set(), settings }),
    ).rejects.toMatchObject({ code: "CONTRACT_VIOLATED", message: expect.stringContaining("train.jsonl.gz:1") });
  });

  it("refuses a model whose file was changed, and one whose file is missing", async () => {
    const bytes = await readFile(join(root, "again", "en.bin"));
    bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1;
    await writeFile(join(root, "again", "en.bin"), bytes);
    expect(() => loadModel(join(root, "again"))).toThrowError(expect.objectContaining({ code: "MODEL_MISSING" }));
    expect(() => loadModel(join(root, "nowhere"))).toThrowError(expect.objectContaining({ code: "MODEL_MISSING" }));
  });
});

describe("evaluation", () => {
  it("gives one row a set with its recall, F1 and accuracy", async () => {
    const rows = await evaluate({ dataDir: join(root, "data"), split: "dev", model: loadModel() });
    expect(rows.map(({ set, language, n }) => [set, language, n])).toEqual([
      ["small_en", "en", 20],
      ["small_ru", "ru", 20],
    ]);
    for (const { recall, f1, accuracy } of rows)
      for (const figure of [recall, f1, accuracy]) expect(figure).toBeGreaterThanOrEqual(70);
  });

  it("sets beside them what the most frequent label alone would get, and wink-nlp's own sentiment in English", async () => {
    const [en, ru] = await evaluate({ dataDir: join(root, "data"), split: "dev", model: loadModel() });
    const labels = half(ENGLISH, true).map(([label]) => label);
    const most = Math.max(...["negative", "neutral", "positive"].map((l) => labels.filter((x) => x === l).length));
    expect(en?.majority.accuracy).toBeCloseTo((100 * most) / labels.length, 1);
    expect(en?.majority.recall).toBeCloseTo(100 / 3, 1);
    expect(en?.wink?.accuracy).toBeGreaterThan(en?.majority.accuracy ?? 100);
    expect(ru?.wink).toBeNull();
  });
});
