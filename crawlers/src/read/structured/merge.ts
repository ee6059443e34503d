import type { FoundReview } from "./reviews.ts";

/** Letters and digits only: two syntaxes print the same words with other spaces, quotes and entities. */
const essence = (text: string): string =>
  text
    .normalize("NFKC")
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, "");

const agree = <T>(a: T | null, b: T | null, same: (a: T, b: T) => boolean): boolean =>
  a === null || b === null || same(a, b);
const sameDay = (a: string, b: string): boolean =>
  a === b || a.slice(0, 10) === b.slice(0, 10) || !/^\d{4}-\d{2}-\d{2}/.test(a) || !/^\d{4}-\d{2}-\d{2}/.test(b);
const sameRating = (a: NonNullable<FoundReview["rating"]>, b: NonNullable<FoundReview["rating"]>): boolean =>
  Math.abs((a.value - a.min) / (a.max - a.min) - (b.value - b.min) / (b.max - b.min)) < 0.011;
const sameName = (a: string, b: string): boolean => essence(a) === essence(b);

const LONG_ENOUGH = 20;

/** One review told twice: by the same words (one of the two may be cut), or, without words, by author, date and rating. */
const isSame = (a: FoundReview, b: FoundReview): boolean => {
  const [x, y] = [essence(a.text), essence(b.text)];
  const [short, long] = x.length <= y.length ? [x, y] : [y, x];
  if (
    !agree(a.author, b.author, sameName) ||
    !agree(a.published, b.published, sameDay) ||
    !agree(a.rating, b.rating, sameRating)
  )
    return false;
  if (x === y && x !== "") return x.length >= LONG_ENOUGH || (a.author !== null && b.author !== null);
  if (x === "" || y === "")
    return (
      a.author !== null &&
      b.author !== null &&
      a.published !== null &&
      b.published !== null &&
      a.rating !== null &&
      b.rating !== null
    );
  const sameAuthor = a.author !== null && b.author !== null;
  return short.length >= (sameAuthor ? LONG_ENOUGH : LONG_ENOUGH * 2) && long.startsWith(short);
};

const joined = (a: FoundReview, b: FoundReview): FoundReview => ({
  id: a.id ?? b.id,
  identifier: a.identifier ?? b.identifier,
  url: a.url ?? b.url,
  title: a.title ?? b.title,
  text: b.text.length > a.text.length * 1.1 ? b.text : a.text,
  rating: a.rating ?? b.rating,
  author: a.author ?? b.author,
  published: a.published ?? b.published,
  modified: a.modified ?? b.modified,
  language: a.language ?? b.language,
  region: a.region ?? b.region,
  reply: a.reply ?? b.reply,
  subject: a.subject ?? b.subject,
});

/**
 * Reviews of one page told in several syntaxes, each once: what the first leaves out, the later ones fill in. Within one
 * syntax nothing is joined but exact repetitions.
 */
export const mergeReviews = (bySyntax: readonly (readonly FoundReview[])[]): readonly FoundReview[] => {
  let merged: FoundReview[] = [];
  for (const reviews of bySyntax) {
    const free = new Set(merged.keys());
    const added: FoundReview[] = [];
    for (const review of reviews) {
      const at = [...free].find((index) => isSame(merged[index] as FoundReview, review));
      if (at !== undefined) {
        merged[at] = joined(merged[at] as FoundReview, review);
        free.delete(at);
      } else if (!added.some((other) => isRepetition(other, review))) added.push(review);
    }
    merged = [...merged, ...added];
  }
  return merged;
};

const isRepetition = (a: FoundReview, b: FoundReview): boolean =>
  a.text !== "" &&
  a.text === b.text &&
  a.author === b.author &&
  a.published === b.published &&
  a.rating?.value === b.rating?.value;
