import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { figuresSchema } from "../bench/card-tables.ts";
import { evaluate, loadModel } from "../src/index.ts";
import { normaliseText, sameTextKey } from "../src/normalise.ts";
import { Scanner } from "../src/scanner.ts";
import { readHeldOut } from "../src/training/held-out.ts";
import { filesOf, readLabelled } from "../src/training/labelled-texts.ts";
import { trainingTexts } from "../src/training/train.ts";
import { createWinkTokens } from "../src/wink.ts";

const FOLDER = fileURLToPath(new URL("../../../shared/data/sentiment", import.meta.url));
const present = existsSync(FOLDER) ? [FOLDER] : [];
const absent = existsSync(FOLDER) ? [] : [FOLDER];

it.each(absent)("%s absent: train and dev not compared, figures not measured", (folder) => {
  expect(existsSync(folder)).toBe(false);
});

const CURLY = [
  [/[\u2018\u2019\u02BC\u0060\u00B4]/g, "'"],
  [/[\u201C\u201D\u201E«»]/g, '"'],
] as const;

/** What wink-nlp is not asked about: links, users, tags, brackets and pieces too long for it. */
const OURS = /https?:|www\.|@|#|[()]|\.(?:com|ru|co|org|net|ly|me|uk|io)|.{49}/i;

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
  });

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
  });

  it("are cut into wink-nlp's tokens but for fewer than five pieces in a thousand, in either language", async () => {
    const [scanner, wink] = [new Scanner(), createWinkTokens()];
    const known = new Map<string, string>();
    const differing = { en: 0, ru: 0 };
    const pieces = { en: 0, ru: 0 };
    for (const { set, file } of await filesOf(shared, "dev"))
      for await (const row of readLabelled(file, set)) {
        const text = CURLY.reduce((read, [curly, plain]) => read.replaceAll(curly, plain), normaliseText(row.text));
        scanner.scan(text);
        let token = 0;
        for (const { 0: piece, index } of text.matchAll(/\S+/g)) {
          const ours: string[] = [];
          for (; token < scanner.count && (scanner.starts[token] ?? 0) < index + piece.length; token += 1)
            ours.push(text.slice(scanner.starts[token], scanner.ends[token]));
          if (OURS.test(piece)) continue;
          const theirs = known.get(piece) ?? wink(piece).join(" ");
          known.set(piece, theirs);
          pieces[row.language] += 1;
          if (theirs !== ours.join(" ")) differing[row.language] += 1;
        }
      }
    expect(Math.min(pieces.en, pieces.ru)).toBeGreaterThan(100_000);
    expect(differing.en / pieces.en).toBeLessThan(0.005);
    expect(differing.ru / pieces.ru).toBeLessThan(0.005);
  });
});
