import { indexText, matches, parseQuery, type Query } from "@molva/text";

/** Words of danger to people, and of courts, police and authorities; by stems and beginnings, in both languages. */
const WORDS = {
  safety: [
    "poisoned",
    "poisoning",
    "hospital",
    "hospitalised",
    "ambulance",
    "burned",
    "burns",
    "injured",
    "injury",
    "exploded",
    "explosion",
    '"caught fire"',
    "electrocuted",
    "allergic",
    "anaphylaxis",
    "died",
    "death",
    "unsafe",
    "choking",
    "отравил*",
    "отравлени*",
    "больниц*",
    "госпитализ*",
    "скорая",
    "скорую",
    "ожог*",
    "травм*",
    "взорвал*",
    "взрыв*",
    "загорел*",
    "пожар*",
    '"ударило током"',
    "аллерги*",
    "умер*",
    "погиб*",
    "опасно",
    "угроза",
  ],
  law: [
    "lawsuit",
    "sue",
    "suing",
    "court",
    "lawyer",
    "attorney",
    "police",
    "prosecutor",
    "fraud",
    "scam",
    "regulator",
    '"class action"',
    "illegal",
    '"в суд"',
    '"в суде"',
    '"через суд"',
    "судебн*",
    "иск",
    "засужу",
    "прокуратур*",
    "полици*",
    "роспотребнадзор*",
    "цб",
    "центробанк*",
    "юрист*",
    "адвокат*",
    "мошенни*",
    "незаконн*",
    '"коллективный иск"',
  ],
} as const;

export interface DangerWords {
  /** Further words and phrases, as a query has them. */
  readonly safety: readonly string[];
  readonly law: readonly string[];
}

const queryOf = (words: readonly string[]): Query => {
  const parsed = parseQuery(words.join(" OR "));
  if (!parsed.ok) throw new RangeError(`words of danger cannot be read: ${parsed.errors[0]?.message ?? ""}`);
  return parsed.query;
};

/**
 * Tells texts that speak of danger or of the law.
 * @throws {RangeError} when a word of the user's cannot be read as a part of a query
 */
export const dangerIn = (own: DangerWords = { safety: [], law: [] }) => {
  const queries = { safety: queryOf([...WORDS.safety, ...own.safety]), law: queryOf([...WORDS.law, ...own.law]) };
  return (text: {
    readonly title: string | null;
    readonly text: string;
  }): { readonly safety: boolean; readonly law: boolean } => {
    const index = indexText({ ...text, language: null, source: null, region: null });
    return { safety: matches(queries.safety, index), law: matches(queries.law, index) };
  };
};
