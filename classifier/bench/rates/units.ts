import { createReadStream } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { createGunzip } from "node:zlib";
import type { Label, Probabilities } from "@molva/contracts";
import { loadModel, type Model } from "../../src/model.ts";
import { FOLD_A, FOLD_B } from "./held-out-models.ts";

/** A text whose true label is known, as a model that has not seen its brand labels it. */
export interface Known {
  readonly said: Probabilities;
  readonly label: Label;
  readonly given: Label;
}

/** A brand, or one of its periods. */
export interface KnownUnit {
  readonly brand: string;
  readonly name: string;
  readonly texts: readonly Known[];
}

export interface UnitGroup {
  readonly name: string;
  readonly units: readonly KnownUnit[];
}

/** Smaller units tell more of chance than of the method. */
const LEAST = 100;
const LABELS = ["negative", "neutral", "positive"] as const;

interface Row {
  readonly text: string;
  readonly label: -1 | 0 | 1;
  readonly lang: string;
  readonly brand?: string | null;
  /** Seconds since 1970, or an ISO date. */
  readonly date?: string | null;
}

const secondsOf = (date: string | null | undefined): number | null => {
  if (date == null || date === "") return null;
  return /^\d+$/.test(date) ? Number(date) : Date.parse(date) / 1000;
};

interface Dated extends Known {
  readonly brand: string;
  readonly date: number | null;
}

const read = async function* (
  dataDir: string,
  set: string,
  modelOf: (brand: string) => Model | null,
): AsyncGenerator<Dated> {
  const file = createReadStream(join(dataDir, set, "train.jsonl.gz")).pipe(createGunzip());
  for await (const line of createInterface({ input: file, crlfDelay: Infinity })) {
    if (line.trim() === "") continue;
    const row = JSON.parse(line) as Row;
    const brand = row.brand ?? "";
    const model = modelOf(brand);
    if (model === null) continue;
    const [scored] = model.score([{ title: null, text: row.text, rating: null, language: row.lang }]);
    if (scored?.probabilities == null || scored.label === "unscored") continue;
    yield {
      brand,
      date: secondsOf(row.date),
      said: scored.probabilities,
      given: scored.label,
      label: LABELS[row.label + 1] as Label,
    };
  }
};

const grouped = <T>(list: readonly T[], keyOf: (item: T) => string): ReadonlyMap<string, readonly T[]> => {
  const groups = new Map<string, T[]>();
  for (const item of list) {
    const key = keyOf(item);
    groups.set(key, [...(groups.get(key) ?? []), item]);
  }
  return groups;
};

const byBrand = (rows: readonly Dated[]): readonly KnownUnit[] =>
  [...grouped(rows, (row) => row.brand)]
    .filter(([, texts]) => texts.length >= LEAST)
    .map(([brand, texts]) => ({ brand, name: brand, texts }));

const TEXTS_A_PERIOD = 200;

/** A brand's texts by their date, cut into runs of about two hundred: the weeks of a busy brand, the quarters of a small one. */
const byPeriod = (rows: readonly Dated[]): readonly KnownUnit[] =>
  [...grouped(rows, (row) => row.brand)].flatMap(([brand, all]) => {
    const sorted = all.toSorted((a, b) => (a.date ?? 0) - (b.date ?? 0));
    const count = Math.max(1, Math.floor(sorted.length / TEXTS_A_PERIOD));
    return Array.from({ length: count }, (_, i) => ({
      brand,
      name: `${brand} ${i + 1}`,
      texts: sorted.slice(Math.round((i * sorted.length) / count), Math.round(((i + 1) * sorted.length) / count)),
    })).filter(({ texts }) => texts.length >= LEAST);
  });

const all = async <T>(rows: AsyncIterable<T>): Promise<readonly T[]> => {
  const list: T[] = [];
  for await (const row of rows) list.push(row);
  return list;
};

/** Groups of brands and brand-periods, each labelled by a model that was trained without them. */
export const readUnits = async (dataDir: string, folder: string): Promise<readonly UnitGroup[]> => {
  const [a, b] = [loadModel(join(folder, "model-a")), loadModel(join(folder, "model-b"))];
  const whole = async (set: string): Promise<readonly Dated[]> => all(read(dataDir, set, () => a));
  const folded = async (set: string): Promise<readonly Dated[]> =>
    all(
      read(dataDir, set, (brand) =>
        (FOLD_A[set] ?? []).includes(brand) ? a : (FOLD_B[set] ?? []).includes(brand) ? b : null,
      ),
    );
  const tweets = await folded("sentirueval");
  return [
    { name: "sanders: brands", units: byBrand(await whole("sanders")) },
    { name: "trustpilot: brands", units: byBrand(await folded("trustpilot_en")) },
    { name: "dong2014: targets", units: byBrand(await whole("dong2014_target")) },
    { name: "sentirueval: brands", units: byBrand(tweets) },
    { name: "sentirueval: brand-periods", units: byPeriod(tweets) },
    { name: "sber app: periods", units: byPeriod(await whole("sber_app_reviews_ru")) },
    { name: "otzovik: periods", units: byPeriod(await whole("otzovik_sber_ru")) },
  ];
};
