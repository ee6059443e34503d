import { createReadStream, createWriteStream, existsSync } from "node:fs";
import { mkdir, readdir } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGunzip, createGzip } from "node:zlib";
import { silent, type Telling } from "./telling.ts";
import { train } from "../../src/training/train.ts";

/** A model and what it must not have seen: whole sets, and brands of others, also beside other brands. */
interface LeftOut {
  readonly name: string;
  readonly brands: Readonly<Record<string, readonly string[]>>;
}

/** brand_emotion goes with sanders, for both are about Apple and Google; the bank's app goes with the reviews of the bank. */
const SETS_OUT: readonly string[] = [
  "sanders",
  "brand_emotion",
  "dong2014_target",
  "sber_app_reviews_ru",
  "otzovik_sber_ru",
];

/** Every brand that is measured is in one of the two. */
export const FOLD_A: Readonly<Record<string, readonly string[]>> = {
  sentirueval: ["sberbank", "mts", "vtb", "rshb", "rostelecom", "raiffeisen"],
  trustpilot_en: ["PNC Bank", "Crypto Dispensers ", "AEA007301012", "AEA000801018"],
};
export const FOLD_B: Readonly<Record<string, readonly string[]>> = {
  sentirueval: ["beeline", "megafon", "alfabank", "bankmoskvy", "gazprom", "tele2", "uralsib"],
  trustpilot_en: [
    "Evergreen Credit Union",
    "Liberty First Credit Union",
    "AEA000201011",
    "AED000201015",
    "AEE01135A222",
  ],
};

const LEFT_OUT: readonly LeftOut[] = [
  { name: "a", brands: FOLD_A },
  { name: "b", brands: FOLD_B },
];

const copyWithout = async (from: string, to: string, brands: ReadonlySet<string>): Promise<void> => {
  const lines = createInterface({ input: createReadStream(from).pipe(createGunzip()), crlfDelay: Infinity });
  const kept = async function* (): AsyncGenerator<string> {
    for await (const line of lines) {
      if (line.trim() === "") continue;
      const { brand } = JSON.parse(line) as { brand?: string | null };
      if (brands.has(brand ?? "") || (brand ?? "").split(",").some((name) => brands.has(name))) continue;
      yield `${line}\n`;
    }
  };
  await pipeline(Readable.from(kept()), createGzip(), createWriteStream(to));
};

/** Trains the models that have not seen what they are measured on, below `folder`; those that are there already are taken. */
export const trainHeldOut = async (dataDir: string, folder: string, tell: Telling): Promise<void> => {
  for (const { name, brands } of LEFT_OUT) {
    const out = join(folder, `model-${name}`);
    if (existsSync(join(out, "manifest.json"))) continue;
    const data = join(folder, `data-${name}`);
    for (const set of await readdir(dataDir)) {
      if (SETS_OUT.includes(set)) continue;
      await mkdir(join(data, set), { recursive: true });
      for (const file of await readdir(join(dataDir, set)))
        if (/^(train|extra)\.jsonl\.gz$/.test(file))
          await copyWithout(join(dataDir, set, file), join(data, set, file), new Set(brands[set] ?? []));
    }
    await train({
      dataDir: data,
      out,
      name: { name: "held-out", version: name },
      log: silent,
      onProgress: ({ stage, done, of, secondsLeft }) => tell(`model ${name}, ${stage}`, done, of, secondsLeft),
    });
  }
};
