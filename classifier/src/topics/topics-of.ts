import type { Label, Probabilities, TopicClause } from "@molva/contracts";
import { normaliseText } from "../normalise.ts";
import { clausesOf, type Clause } from "./clauses.ts";
import { topicDictionary, type TopicDictionary } from "./dictionary.ts";
import { createLexicon } from "./lexicon.ts";
import { createWordReader } from "./read-words.ts";

/** The sentiment of a clause by the model that labels the mention; null where it gives none. */
type ClauseSentiment = (clause: string) => Probabilities | null;

interface AboutMention {
  readonly title: string | null;
  readonly text: string;
  /** What the model says of the whole. */
  readonly whole: Probabilities;
}

/** What a mention is about, the main topic first. Pure; equal mentions have equal topics. */
export type TopicsOf = (mention: AboutMention, sentiment: ClauseSentiment) => readonly TopicClause[];

/** Of a longer text the first clauses are scored; later ones count as topics alone. */
const MOST_SCORED = 24;
/** A title says what it is about: its words weigh as many. */
const TITLE_WEIGHT = 3;
/** Facts hold no more. */
const MOST_TOPICS = 50;

/** How much of the whole's log-probabilities a clause inherits: "Ordered a delivery. Awful." tells of the delivery too. Chosen on the even sentences of tests/topics. */
const INHERITED = 0.4;
/** What a phrase says by itself, in nats. */
const VALENCE = 1.5;
/** A clause that says nothing of feeling weighs this much beside one that is all feeling. */
const NEUTRAL_WEIGHT = 0.15;

const LABELS = ["negative", "neutral", "positive"] as const;

const strongest = (p: Probabilities): Label =>
  p.negative > p.neutral && p.negative >= p.positive ? "negative" : p.positive > p.neutral ? "positive" : "neutral";

/** What the model says of a clause, what it inherits, and what its phrases say by themselves. */
const weighed = (clause: Probabilities, whole: Probabilities, inherited: number, valence: number): Probabilities => {
  const said = { negative: Math.max(0, -valence), neutral: 0, positive: Math.max(0, valence) };
  const raw = LABELS.map(
    (l) => Math.max(clause[l], 1e-4) * Math.max(whole[l], 1e-4) ** inherited * Math.exp(VALENCE * said[l]),
  );
  const sum = raw.reduce((a, b) => a + b, 0);
  return { negative: (raw[0] ?? 0) / sum, neutral: (raw[1] ?? 0) / sum, positive: (raw[2] ?? 0) / sum };
};

interface Tally {
  readonly first: number;
  weight: number;
  readonly sum: { negative: number; neutral: number; positive: number };
}

export const createTopicsOf = (dictionary: TopicDictionary = topicDictionary()): TopicsOf => {
  const lexicon = createLexicon(dictionary);
  const read = createWordReader(lexicon);
  return ({ title, text, whole }, sentiment) => {
    const head = title === null || title.trim() === "" ? "" : normaliseText(title);
    const body = normaliseText(text);
    const source = head === "" ? body : `${head}\n${body}`;
    const words = read(source);
    if (!words.any) return [];
    const clauses = clausesOf(words, lexicon);
    const covers = (clause: Clause): boolean => clause.from === 0 && clause.to === words.count;
    const found = new Map<string, Tally>();
    for (const [k, clause] of clauses.entries()) {
      const start = words.starts[clause.from] as number;
      const end = clause.to < words.count ? (words.starts[clause.to] as number) : source.length;
      const own = covers(clause) ? whole : k < MOST_SCORED ? sentiment(source.slice(start, end).trim()) : null;
      const p = weighed(own ?? whole, whole, own === null || own === whole ? 0 : INHERITED, clause.valence);
      const weight = own === null ? NEUTRAL_WEIGHT : 1 - p.neutral + NEUTRAL_WEIGHT;
      for (const topic of new Set(clause.topics.map((hit) => hit.topic))) {
        const tally = found.get(topic) ?? {
          first: clause.from,
          weight: 0,
          sum: { negative: 0, neutral: 0, positive: 0 },
        };
        found.set(topic, tally);
        tally.weight += start < head.length ? TITLE_WEIGHT : 1;
        for (const label of LABELS) tally.sum[label] += weight * p[label];
      }
    }
    return [...found]
      .toSorted(([, a], [, b]) => b.weight - a.weight || a.first - b.first)
      .slice(0, MOST_TOPICS)
      .map(([topic, { sum }]) => ({ topic, label: strongest(sum) }));
  };
};
