import { listMentions } from "@molva/aggregator";
import { instantOf, millisOf, type Instant, type ListedMention, type Store } from "@molva/contracts";
import { discoveries, surgeOf, type Surge } from "@molva/numbers";
import { phrasesOf } from "@molva/text";

export interface SurgingPhrase extends Surge {
  /** As it stands in most texts' words; of the same stems. */
  readonly phrase: string;
  /** Texts that have it, in the period and in the one before. */
  readonly now: number;
  readonly before: number;
  readonly textsNow: number;
  readonly textsBefore: number;
  readonly examples: readonly { readonly id: string; readonly text: string; readonly url: string | null }[];
}

/** Of a period with more mentions the newest are read. */
const MOST_READ = 10_000;
/** A phrase of fewer texts is not looked at. */
const LEAST = 5;
const EXAMPLES = 3;
/** Two texts that begin alike are copies: a reprint is no surge. */
const HEAD = 120;

interface Found {
  readonly texts: readonly ListedMention[];
  readonly phrases: ReadonlyMap<string, { readonly words: string; readonly mentions: readonly ListedMention[] }>;
}

const wordsOf = ({ title, text }: ListedMention): string =>
  [title, text].filter((part) => part !== null && part !== "").join(". ");

const read = async (store: Store, brand: string, from: number, to: number, asOf: Instant | null): Promise<Found> => {
  const listed = await listMentions(store, {
    brand,
    from: instantOf(from),
    to: instantOf(to),
    limit: MOST_READ,
    asOf,
  });
  const heads = new Map(listed.filter((m) => m.text !== null).map((m) => [wordsOf(m).slice(0, HEAD).toLowerCase(), m]));
  const texts = [...heads.values()];
  const phrases = new Map<string, { words: string; mentions: ListedMention[] }>();
  for (const mention of texts) {
    for (const [key, words] of phrasesOf(wordsOf(mention))) {
      const known = phrases.get(key);
      if (known === undefined) phrases.set(key, { words, mentions: [mention] });
      else known.mentions.push(mention);
    }
  }
  return { texts, phrases };
};

/** A phrase within a longer one that stands in nearly all of the same texts says nothing of its own. */
const withoutParts = <T extends { readonly key: string; readonly now: number }>(found: readonly T[]): readonly T[] =>
  found.filter(
    (one) =>
      !found.some((other) => other !== one && ` ${other.key} `.includes(` ${one.key} `) && other.now >= 0.8 * one.now),
  );

/**
 * Phrases of two and three words that stand in more of a period's texts than in those of the period before; of all that are told one in ten may be chance
 * (false discovery rate 10 %).
 */
export const surgingPhrases = async (
  store: Store,
  question: {
    readonly brand: string;
    readonly from: Instant;
    readonly to: Instant;
    readonly asOf: Instant | null;
    readonly limit: number;
  },
): Promise<readonly SurgingPhrase[]> => {
  const [from, to] = [millisOf(question.from), millisOf(question.to)];
  const now = await read(store, question.brand, from, to, question.asOf);
  const before = await read(store, question.brand, from - (to - from), from, question.asOf);
  if (now.texts.length === 0 || before.texts.length === 0) return [];
  const texts = { now: now.texts.length, before: before.texts.length };
  const claims = [...now.phrases].flatMap(([key, { words, mentions }]) => {
    if (mentions.length < LEAST) return [];
    const counts = { now: mentions.length, before: before.phrases.get(key)?.mentions.length ?? 0 };
    return [{ key, words, mentions, ...counts, ...surgeOf(counts, texts) }];
  });
  return withoutParts(discoveries(claims))
    .slice(0, question.limit)
    .map(({ words, mentions, now: count, before: earlier, times, low, high, p }) => ({
      phrase: words,
      now: count,
      before: earlier,
      textsNow: texts.now,
      textsBefore: texts.before,
      times,
      low,
      high,
      p,
      examples: mentions.slice(0, EXAMPLES).map((m) => ({ id: m.id, text: wordsOf(m), url: m.url })),
    }));
};
