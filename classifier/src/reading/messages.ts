import { GIVEN_LABELS, LABELS, type TopicClause } from "@molva/contracts";
import type { Sketch } from "@molva/text";
import type { TopicWords } from "../topics/dictionary.ts";
import type { Read, Readable } from "./read-mention.ts";
import { unpackSketches } from "./sketches.ts";

/** What the thread is started with. */
export interface ReadingSetting {
  /** The configuration's words for topics. */
  readonly topics: Readonly<Record<string, TopicWords>>;
}

/** Mentions column by column: as objects each would be taken apart and put together by its keys on either side. */
export interface ReadingRequest {
  readonly titles: readonly (string | null)[];
  readonly texts: readonly string[];
  /** Value, least, most; NaN where there is none. */
  readonly ratings: Float64Array;
  readonly languages: readonly (string | null)[];
  readonly brands: readonly (string | null)[];
  /** Whether sketches are wanted too. */
  readonly sketches: boolean;
}

/** In the order of the request. */
export interface ReadingAnswer {
  /** Places among the labels; `FAILED` for one that could not be read. */
  readonly labels: Uint8Array;
  /** Negative, neutral, positive; NaN where there are none. */
  readonly probabilities: Float64Array;
  readonly languages: readonly (string | null)[];
  readonly inputs: readonly string[];
  /** The topics of all mentions one after the other: place in `names` × 3 + place among the labels. */
  readonly topics: readonly number[];
  /** How many of them each mention has. */
  readonly topicCounts: Uint8Array;
  readonly names: readonly string[];
  /** Why those failed that did, in their order. */
  readonly failures: readonly string[];
  /** As `packSketches` has them; null where none were asked for. */
  readonly sketches: Uint32Array | null;
}

const FAILED = 255;

export const requestOf = (mentions: readonly Readable[], sketches: boolean): ReadingRequest => {
  const ratings = new Float64Array(3 * mentions.length).fill(Number.NaN);
  for (const [i, { rating }] of mentions.entries())
    if (rating !== null) ratings.set([rating.value, rating.min, rating.max], 3 * i);
  return {
    titles: mentions.map(({ title }) => title),
    texts: mentions.map(({ text }) => text),
    ratings,
    languages: mentions.map(({ language }) => language),
    brands: mentions.map(({ brand }) => brand),
    sketches,
  };
};

export const readablesOf = ({ titles, texts, ratings, languages, brands }: ReadingRequest): readonly Readable[] =>
  texts.map((text, i) => {
    const [value, min, max] = [ratings[3 * i] as number, ratings[3 * i + 1] as number, ratings[3 * i + 2] as number];
    return {
      title: titles[i] ?? null,
      text,
      rating: Number.isNaN(value) ? null : { value, min, max },
      language: languages[i] ?? null,
      brand: brands[i] ?? null,
    };
  });

export const answerOf = (reads: readonly (Read | Error)[], sketches: Uint32Array | null): ReadingAnswer => {
  const labels = new Uint8Array(reads.length).fill(FAILED);
  const probabilities = new Float64Array(3 * reads.length).fill(Number.NaN);
  const topicCounts = new Uint8Array(reads.length);
  const [languages, inputs, topics, failures]: [(string | null)[], string[], number[], string[]] = [[], [], [], []];
  const names = new Map<string, number>();
  for (const [i, read] of reads.entries()) {
    if (read instanceof Error) {
      failures.push(read.message);
      languages.push(null);
      inputs.push("");
      continue;
    }
    labels[i] = GIVEN_LABELS.indexOf(read.label);
    const { probabilities: of } = read;
    if (of !== null) probabilities.set([of.negative, of.neutral, of.positive], 3 * i);
    languages.push(read.language);
    inputs.push(read.input);
    topicCounts[i] = read.topics.length;
    for (const { topic, label } of read.topics) {
      const name = names.get(topic) ?? names.size;
      names.set(topic, name);
      topics.push(name * LABELS.length + LABELS.indexOf(label));
    }
  }
  return {
    labels,
    probabilities,
    languages,
    inputs,
    topics,
    topicCounts,
    names: [...names.keys()],
    failures,
    sketches,
  };
};

export const readsOf = (answer: ReadingAnswer): readonly (Read | Error)[] => {
  const { labels, probabilities, languages, inputs, topicCounts, names, failures } = answer;
  const sketches = answer.sketches === null ? null : unpackSketches(answer.sketches);
  let [topicsRead, failed] = [0, 0];
  return inputs.map((input, i) => {
    const label = GIVEN_LABELS[labels[i] as number];
    if (label === undefined) return new Error(failures[failed++] ?? "");
    const topics: TopicClause[] = [];
    for (const end = topicsRead + (topicCounts[i] as number); topicsRead < end; topicsRead += 1) {
      const code = answer.topics[topicsRead] as number;
      const place = code % LABELS.length;
      topics.push({
        topic: names[(code - place) / LABELS.length] as string,
        label: LABELS[place] as TopicClause["label"],
      });
    }
    const [negative, neutral, positive] = probabilities.subarray(3 * i, 3 * i + 3) as unknown as [
      number,
      number,
      number,
    ];
    return {
      label,
      probabilities: Number.isNaN(negative) ? null : { negative, neutral, positive },
      language: languages[i] ?? null,
      topics,
      input,
      ...(sketches === null ? {} : { sketch: sketches[i] as Sketch }),
    };
  });
};
