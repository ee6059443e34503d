import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { figuresSchema } from "../bench/card-tables.ts";
import { evaluate, loadModel } from "../src/index.ts";
import { sameTextKey } from "../src/normalise.ts";
import { readHeldOut } from "../src/training/held-out.ts";
import { filesOf, readLabelled } from "../src/training/labelled-texts.ts";
import { trainingTexts } from "../src/training/train.ts";

const FOLDER = fileURLToPath(new URL("../../../shared/data/sentiment", import.meta.url));
const present = existsSync(FOLDER) ? [FOLDER] : [];
const absent = existsSync(FOLDER) ? [] : [FOLDER];

it.each(absent)("%s absent: train and dev not compared, figures not measured", (folder) => {
  expect(existsSync(folder)).toBe(false);
});

describe.each(present)("the sets the shipped model was made from, %s,", (shared) => {
  it("share no text between what training reads and any dev file", async () => {
    const dev = new Set<string>();
    for (const { set, file } of await filesOf(shared, "dev"))
      for await (const { text } of readLabelled(file, set)) dev.add(sameTextKey(text));
    const common: string[] = [];
    let read = 0;
    for await (const { text, set, dropped } of trainingTexts(shared, await readHeldOut())) {
      if (dropped) continue;
      read += 1;
      if (dev.has(sameTextKey(text))) common.push(set);
    }
    expect(common).toEqual([]);
    expect(read).toBeGreaterThan(100_000);
  }, 120_000);

  it("are labelled at 60 macro-averaged recall and more, tweets of either language", async () => {
    const rows = await evaluate({
      dataDir: shared,
      split: "dev",
      model: loadModel(),
      sets: ["tweeteval", "sentirueval"],
    });
    expect(rows.map((row) => row.set)).toEqual(["sentirueval", "tweeteval"]);
    for (const { recall } of rows) expect(recall).toBeGreaterThanOrEqual(60);
    const { rows: told } = figuresSchema.parse(
      JSON.parse(await readFile(new URL("../models/figures.json", import.meta.url), "utf8")),
    );
    for (const row of rows) expect(told, "the model card's figures are those of the shipped model").toContainEqual(row);
  }, 120_000);
});
