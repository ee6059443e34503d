import { createReadStream, existsSync } from "node:fs";
import { mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { createGunzip, gzipSync } from "node:zlib";
import { evaluate, loadModel, train } from "../src/index.ts";
import { textHash } from "../src/training/labelled-texts.ts";
import { readHeldOut } from "../src/training/held-out.ts";

/** Sets that are left out whole, and of the main sets the files that are the latest in time: English posts of 2016, Russian ones of 2015. */
const LEFT_OUT: readonly string[] = [
  "sanders",
  "trustpilot_en",
  "brand_emotion",
  "amazon_alexa",
  "otzovik_sber_ru",
  "semeval16_rest_ru",
  "sber_app_reviews_ru",
];
const LATEST: readonly string[] = ["semeval-2016test", "sre2015-test-banks", "sre2015-test-telecoms"];

const FILES = ["train.jsonl.gz", "extra.jsonl.gz"] as const;
const quiet = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

const linesOf = async (file: string): Promise<readonly string[]> => {
  const lines: string[] = [];
  for await (const line of createInterface({ input: createReadStream(file).pipe(createGunzip()) }))
    if (line.trim() !== "") lines.push(line);
  return lines;
};

/**
 * What the settings are worth on texts of sources and of years that were left out of training: the nearest to what a stranger's texts will get. The word
 * lists are those that ship, whose regression has read the labels of these texts too.
 */
export const benchUnseen = async (dataDir: string): Promise<readonly object[]> => {
  const root = await mkdtemp(join(tmpdir(), "molva-unseen-"));
  try {
    const held = await readHeldOut();
    for (const set of await readdir(dataDir)) {
      const [kept, left]: [string[], string[]] = [[], []];
      for (const file of FILES) {
        if (!existsSync(join(dataDir, set, file))) continue;
        for (const line of await linesOf(join(dataDir, set, file))) {
          const { source, text } = JSON.parse(line) as { readonly source?: string; readonly text: string };
          if (held.has(textHash(text))) continue;
          (LEFT_OUT.includes(set) || LATEST.includes(source ?? "") ? left : kept).push(line);
        }
      }
      for (const [folder, file, lines] of [
        ["train", "train.jsonl.gz", kept],
        ["left", "dev.jsonl.gz", left],
      ] as const) {
        if (lines.length === 0) continue;
        await mkdir(join(root, folder, set), { recursive: true });
        await writeFile(join(root, folder, set, file), gzipSync(lines.join("\n")));
      }
    }
    await train({ dataDir: join(root, "train"), out: join(root, "model"), log: quiet, heldOut: held });
    const rows = await evaluate({ dataDir: join(root, "left"), split: "dev", model: loadModel(join(root, "model")) });
    return rows.map(({ set, language, n, recall, f1, accuracy }) => ({ set, language, n, recall, f1, accuracy }));
  } finally {
    await rm(root, { recursive: true, force: true });
  }
};
