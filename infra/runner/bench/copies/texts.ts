import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { gunzipSync } from "node:zlib";
import { demoTruth } from "@molva/demo";
import type { Instant } from "@molva/contracts";

/** What people wrote in the demo, each text once and without the copies that the demo plants itself. */
export const demoTexts = (): readonly string[] => {
  const now = "2026-03-02T10:00:00.000Z" as Instant;
  const own = demoTruth({ anchor: now, now }).filter(({ copyOf }) => copyOf === null);
  return [...new Set(own.map(({ title, text }) => (title === null ? text : `${title}. ${text}`)))];
};

const SHARED = fileURLToPath(new URL("../../../../../shared/data/sentiment/", import.meta.url));
const SETS = [
  "tweeteval",
  "sentirueval",
  "sber_app_reviews_ru",
  "ru_app_reviews_ilywio",
  "otzovik_sber_ru",
  "trustpilot_en",
  "amazon_polarity10k",
  "livelib_ru",
] as const;

export interface TextSet {
  readonly name: string;
  readonly texts: readonly string[];
}

/** Real texts of the developers' machine; null where there are none. */
export const sharedTexts = (most: number): readonly TextSet[] | null => {
  const here = SETS.filter((set) => existsSync(`${SHARED}${set}/train.jsonl.gz`));
  if (here.length === 0) return null;
  return here.map((name) => {
    const lines = gunzipSync(readFileSync(`${SHARED}${name}/train.jsonl.gz`))
      .toString("utf8")
      .trim()
      .split("\n");
    return { name, texts: lines.slice(0, most).map((line) => (JSON.parse(line) as { text: string }).text) };
  });
};
