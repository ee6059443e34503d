import { BUILT_IN_TOPICS } from "@molva/contracts";
import { WORDS_EN } from "./words-en.ts";
import { WORDS_RU } from "./words-ru.ts";

/**
 * Patterns by topic, both languages in one: script tells them apart. A pattern is one word or several that follow each other. A word
 * matches by its stem (`price`: prices, priced), `word*` by its beginning, `=word` as it stands, `_` is any word.
 */
export type TopicDictionary = ReadonlyMap<string, readonly string[]>;

/** What a user adds: words and phrases of a language, matched by their stems. */
export interface TopicWords {
  readonly en?: readonly string[] | undefined;
  readonly ru?: readonly string[] | undefined;
}

/** Phrases under this id say nothing of any topic, though their words would. */
const NO_TOPIC = "";

/** The built-in dictionary with the user's words: to a built-in topic they are added, any other id is a topic of its own. */
export const topicDictionary = (own: Readonly<Record<string, TopicWords>> = {}): TopicDictionary => {
  const ids = new Set([NO_TOPIC, ...Object.keys(BUILT_IN_TOPICS), ...Object.keys(own)]);
  return new Map(
    [...ids].map((id) => [
      id,
      [
        ...((Object.hasOwn(WORDS_EN, id) ? WORDS_EN[id] : undefined) ?? []),
        ...((Object.hasOwn(WORDS_RU, id) ? WORDS_RU[id] : undefined) ?? []),
        ...(own[id]?.en ?? []),
        ...(own[id]?.ru ?? []),
      ],
    ]),
  );
};
