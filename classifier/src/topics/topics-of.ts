import type { Label, Probabilities, TopicClause } from "@molva/contracts";
import { wordsOf } from "../model.ts";
import { normaliseText } from "../normalise.ts";
import { clausesOf, type Clause } from "./clauses.ts";
import { topicDictionary, type TopicDictionary } from "./dictionary.ts";
import { createLexicon } from "./lexicon.ts";
import { createWordReader } from "./read-words.ts";

/** The sentiment of the units from `from` to `to` of a normalised text, by the model that labels the mention; null where it gives none. */
export type ClauseSentiment = (text: string, from: number, to: number) => Probabilities | null;

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

/** Probabilities that the model calls 0 are not. */
const LEAST = 1e-4;

const strongest = (p: Probabilities): Label =>
  p.negative > p.neutral && p.negative >= p.positive ? "negative" : p.positive > p.neutral ? "positive" : "neutral";

/** A share of log-probabilities, as what probabilities are multiplied with. */
const inheritedOf = (whole: Probabilities): Probabilities => ({
  negative: Math.max(whole.negative, LEAST) ** INHERITED,
  neutral: Math.max(whole.neutral, LEAST) ** INHERITED,
  positive: Math.max(whole.positive, LEAST) ** INHERITED,
});
const NOTHING: Probabilities = { negative: 1, neutral: 1, positive: 1 };

/** What is said of a topic, clause by clause. */
interface Tally {
  readonly topic: string;
  readonly first: number;
  weight: number;
  negative: number;
  neutral: number;
  positive: number;
}

/** What the model says of a clause, what it inherits, and what its phrases say by themselves. */
const weighed = (clause: Probabilities, inherited: Probabilities, valence: number): Probabilities => {
  const negative =
    Math.max(clause.negative, LEAST) * inherited.negative * (valence < 0 ? Math.exp(VALENCE * -valence) : 1);
  const neutral = Math.max(clause.neutral, LEAST) * inherited.neutral;
  const positive =
    Math.max(clause.positive, LEAST) * inherited.positive * (valence > 0 ? Math.exp(VALENCE * valence) : 1);
  const sum = negative + neutral + positive;
  return { negative: negative / sum, neutral: neutral / sum, positive: positive / sum };
};

const tallyOf = (tallies: Tally[], topic: string, first: number): Tally => {
  for (const tally of tallies) if (tally.topic === topic) return tally;
  const tally = { topic, first, weight: 0, negative: 0, neutral: 0, positive: 0 };
  tallies.push(tally);
  return tally;
};

const isBefore = (a: Tally, b: Tally): boolean => a.weight > b.weight || (a.weight === b.weight && a.first < b.first);

/** Puts the heaviest first, of equals the one named first. By insertion: they are one or two, for which `sort` costs more than all else here. */
const rank = (tallies: Tally[]): void => {
  for (let i = 1; i < tallies.length; i += 1) {
    const tally = tallies[i] as Tally;
    let at = i;
    for (; at > 0 && isBefore(tally, tallies[at - 1] as Tally); at -= 1) tallies[at] = tallies[at - 1] as Tally;
    tallies[at] = tally;
  }
};

export const createTopicsOf = (dictionary: TopicDictionary = topicDictionary()): TopicsOf => {
  const lexicon = createLexicon(dictionary);
  const read = createWordReader(lexicon);
  return ({ title, text, whole }, sentiment) => {
    // As the model read it, which then has at hand what it found there.
    const source = normaliseText(wordsOf({ title, text }));
    const words = read(source);
    if (!words.any) return [];
    const headEnd = title === null ? 0 : normaliseText(title).length;
    const inherited = inheritedOf(whole);
    const tallies: Tally[] = [];
    const clauses = clausesOf(words, lexicon);
    for (let k = 0; k < clauses.length; k += 1) {
      const { from, to, topics, valence } = clauses[k] as Clause;
      const start = words.starts[from] as number;
      const end = to < words.count ? (words.starts[to] as number) : source.length;
      const covers = from === 0 && to === words.count;
      const own = covers ? whole : k < MOST_SCORED ? sentiment(source, start, end) : null;
      const p = weighed(own ?? whole, own === null || covers ? NOTHING : inherited, valence);
      const weight = own === null ? NEUTRAL_WEIGHT : 1 - p.neutral + NEUTRAL_WEIGHT;
      for (const topic of topics) {
        const tally = tallyOf(tallies, topic, from);
        tally.weight += start < headEnd ? TITLE_WEIGHT : 1;
        tally.negative += weight * p.negative;
        tally.neutral += weight * p.neutral;
        tally.positive += weight * p.positive;
      }
    }
    rank(tallies);
    const main = tallies.length > MOST_TOPICS ? tallies.slice(0, MOST_TOPICS) : tallies;
    return main.map((tally) => ({ topic: tally.topic, label: strongest(tally) }));
  };
};
