import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { randomFrom } from "../src/hash.ts";
import { filesOf, readLabelled } from "../src/training/labelled-texts.ts";
import { ENGLISH } from "../tests/sentences/english.ts";
import { RUSSIAN } from "../tests/sentences/russian.ts";

const shared = fileURLToPath(new URL("../../../shared/data/sentiment/", import.meta.url));

/** What is read: short English posts, longer English reviews, or all there is in both languages. */
export const KINDS = ["tweets", "reviews", "all"] as const;
export type Kind = (typeof KINDS)[number];

export interface BenchTexts {
  /** Where they are from. */
  readonly title: string;
  /** Read first, again and again, until the machine runs warm. */
  readonly warm: readonly string[];
  /** Each read once, while it is measured. */
  readonly measured: readonly string[];
}

/** At most so many texts are measured, evenly drawn. */
const MOST = 20_000;

const SETS: Readonly<Record<Kind, readonly string[] | null>> = {
  tweets: ["tweeteval", "brand_emotion", "sanders"],
  reviews: ["trustpilot_en", "amazon_alexa", "amazon_polarity10k"],
  all: null,
};

const HANDLES = ["@northline", "@velmora_help", "@zumbrik", "#customerservice", "#monday", "https://example.org/p/"];

/** Texts put together from the tests' sentences, the same at every run: for machines that have no others. */
const made = (kind: Kind): readonly string[] => {
  const random = randomFrom(20_261_122);
  const pick = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)] as T;
  const sentences = (kind === "all" ? [...ENGLISH, ...RUSSIAN] : ENGLISH).map(([, text]) => text);
  // Words change places between sentences, so that few texts share more than words.
  const words = sentences.flatMap((text) => text.split(" "));
  const sentence = (): string =>
    pick(sentences)
      .split(" ")
      .map((word) => (random() < 0.3 ? pick(words) : word))
      .join(" ");
  return Array.from({ length: kind === "reviews" ? 1200 : 6000 }, () => {
    if (kind === "reviews") return Array.from({ length: 4 + Math.floor(random() * 6) }, sentence).join(" ");
    return `${random() < 0.4 ? `${pick(HANDLES)} ` : ""}${sentence()} ${sentence()}${random() < 0.3 ? ` ${pick(HANDLES)}` : ""}`;
  });
};

const read = async (split: "train" | "dev", kind: Kind): Promise<readonly string[]> => {
  const texts: string[] = [];
  for (const { set, file } of await filesOf(shared, split)) {
    if (!(SETS[kind]?.includes(set) ?? true)) continue;
    for await (const row of readLabelled(file, set)) texts.push(row.text);
  }
  return texts;
};

const drawn = (texts: readonly string[]): readonly string[] => {
  const every = Math.ceil(texts.length / MOST);
  return texts.filter((_, i) => i % every === 0);
};

/** Texts of ../shared where it is there, dev to warm and train to measure (speed does not mind that they were learned from); else texts made here. */
export const benchTexts = async (kind: Kind): Promise<BenchTexts> => {
  if (existsSync(shared))
    return {
      title: `texts of ${SETS[kind]?.join(", ") ?? "every set"}`,
      warm: await read("dev", kind),
      measured: drawn(await read("train", kind)),
    };
  const texts = made(kind);
  return {
    title: `${kind} put together from the tests' sentences`,
    warm: texts.filter((_, i) => i % 4 === 0),
    measured: texts.filter((_, i) => i % 4 !== 0),
  };
};
