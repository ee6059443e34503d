import { instantOf, mentionIdOf, type BrandId, type Observation, type SourceId } from "@molva/contracts";
import { BRANDS, brandName, SOURCES } from "./load-sql.ts";
import { ENGLISH, RUSSIAN } from "./words.ts";

/** xorshift32: the same mentions at every run. */
const randomFrom = (seed: number): (() => number) => {
  let state = seed | 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
};

/** By Zipf, as the loaded ones: the k-th brand has about 1/k of what the first has. */
const brandAt = (x: number): string => brandName(Math.floor((BRANDS + 1) ** x));

export interface StreamOptions {
  readonly count: number;
  /** The first mention's number: other numbers, other mentions. */
  readonly start: number;
  /** The stretch of time in which the mentions arrive, in milliseconds since 1970. */
  readonly from: number;
  readonly to: number;
  /** How late a mention is at most, in milliseconds. */
  readonly late: number;
  /** Every word is drawn anew, so that no two texts are alike but one in thirty, which is a copy of the one before; left out: whole sentences are drawn. */
  readonly unlike?: boolean;
}

const COPIES = 30;
const VOCABULARY = new Map(
  [ENGLISH, RUSSIAN].map((sentences) => [sentences, sentences.flatMap((sentence) => sentence.split(" "))] as const),
);

/** Invented mentions in the order in which they arrive, each up to `late` after it was written; by brands of Zipf size in two languages. */
export const observationsOf = ({
  count,
  start,
  from,
  to,
  late,
  unlike = false,
}: StreamOptions): readonly Observation[] => {
  const random = randomFrom(start + 20_261_122);
  for (let i = 0; i < 8; i += 1) random();
  const drawn = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;
  let before = "";
  return Array.from({ length: count }, (_, i): Observation => {
    const brandId = brandAt(random()) as BrandId;
    const sourceId = `source-${1 + Math.floor(SOURCES * random() ** 2)}` as SourceId;
    const language = random() < 0.6 ? ENGLISH : RUSSIAN;
    const words = VOCABULARY.get(language) ?? [];
    const sentences = Array.from({ length: 1 + Math.floor(random() * 4) }, () => {
      const told = drawn(language);
      const one = unlike ? told.replaceAll(/[^ ]+/g, () => drawn(words)) : told;
      return `${one[0]?.toUpperCase() ?? ""}${one.slice(1)}.`;
    });
    const isCopy = unlike && before !== "" && random() * COPIES < 1;
    before = isCopy ? before : sentences.join(" ");
    const arrived = from + ((to - from) * i) / count;
    return {
      type: "seen",
      mention: {
        mentionId: mentionIdOf(brandId, sourceId, `stream-${from}-${start + i}`),
        brandId,
        sourceId,
        kind: "review",
        url: `https://reviews.example/${sourceId}/${start + i}`,
        title: null,
        text: before,
        rating: random() < 0.5 ? { value: 1 + Math.floor(random() * 5), min: 1, max: 5 } : null,
        language: null,
        region: null,
        authorHash: null,
        reach: null,
        reply: null,
        publishedAt: {
          at: instantOf(Math.floor(arrived - random() * late)),
          precision: "second",
          from: "source",
          clamped: false,
        },
        editedAt: null,
        extra: {},
      },
      observedAt: instantOf(Math.floor(arrived)),
    };
  });
};
