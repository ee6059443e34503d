import type { Rating } from "@molva/contracts";
import { looseText } from "../html-text.ts";
import { primaryLanguage } from "../url.ts";
import { isItem, itemsOf, textOf, valuesOf, walkItems, type Item } from "./item.ts";
import { countOf, ratingOf } from "./rating.ts";

/** A review as a page describes it, before its dates are read. */
export interface FoundReview {
  readonly id: string | null;
  /** `identifier` of schema.org: unique at the site, as far as it says. */
  readonly identifier: string | null;
  readonly url: string | null;
  readonly title: string | null;
  readonly text: string;
  readonly rating: Rating | null;
  readonly author: string | null;
  readonly published: string | null;
  readonly modified: string | null;
  readonly language: string | null;
  readonly region: string | null;
  readonly reply: { readonly text: string; readonly date: string | null } | null;
  /** What is reviewed. */
  readonly subject: string | null;
}

/** Review and its kinds that people write about things. ClaimReview and MediaReview judge claims, not brands. */
const REVIEW_TYPES = new Set(["review", "userreview", "criticreview", "employerreview", "recommendation"]);
const isReview = ({ types }: Item): boolean => types.some((type) => REVIEW_TYPES.has(type));
const ORGANISATIONS = /organization|business|corporation|store|brand/;

/** Properties of data-vocabulary.org, which schema.org replaced, stand beside the names of today. */
const text = (item: Item, ...names: readonly string[]): string | null => {
  const found = textOf(item, ...names);
  return found === null ? null : looseText(found) || null;
};

const personNames = (item: Item, ...names: readonly string[]): string | null => {
  const people = valuesOf(item, ...names).flatMap((value) => {
    const name = isItem(value) ? (textOf(value, "name", "alternateName") ?? fullName(value)) : value;
    const plain = name === null ? "" : looseText(name);
    return plain === "" || /^https?:\/\//.test(plain) ? [] : [plain];
  });
  return people.length === 0 ? null : [...new Set(people)].join(", ");
};

const fullName = (person: Item): string | null =>
  [textOf(person, "givenName"), textOf(person, "familyName")].filter((part) => part !== null).join(" ") || null;

const reviewRating = (review: Item): Rating | null => {
  for (const value of valuesOf(review, "reviewRating", "ratingValue", "rating", "starRating")) {
    const rating = isItem(value)
      ? ratingOf(
          textOf(value, "ratingValue", "value", "average"),
          textOf(value, "bestRating", "best"),
          textOf(value, "worstRating", "worst"),
        )
      : ratingOf(value, textOf(review, "bestRating", "best"), textOf(review, "worstRating", "worst"));
    if (rating !== null) return rating;
  }
  return null;
};

/** Names in a list of notes: `positiveNotes` and `negativeNotes` are ItemLists, lists of texts or texts. */
const notes = (review: Item, name: string, mark: string): readonly string[] =>
  valuesOf(review, name)
    .flatMap((value) =>
      isItem(value) ? (value.props.has("itemListElement") ? valuesOf(value, "itemListElement") : [value]) : [value],
    )
    .flatMap((value) => (isItem(value) ? (textOf(value, "name", "text", "item") ?? []) : value))
    .map((note) => `${mark} ${looseText(note)}`);

const language = (review: Item): string | null => {
  const value = valuesOf(review, "inLanguage", "language")[0];
  return primaryLanguage(isItem(value) ? (textOf(value, "alternateName") ?? textOf(value, "name")) : value);
};

const region = (review: Item): string | null => {
  for (const place of valuesOf(review, "locationCreated", "contentLocation")) {
    const name = isItem(place)
      ? (itemsOf(place, "address").flatMap(
          (a) => textOf(a, "addressLocality", "addressRegion", "addressCountry") ?? [],
        )[0] ?? textOf(place, "name", "address"))
      : place;
    if (name !== null && name !== undefined && name !== "") return looseText(name);
  }
  return null;
};

/** An answer by the company: a comment by an organisation, or the only comment when it names nobody. */
const reply = (review: Item): FoundReview["reply"] => {
  const comments = itemsOf(review, "comment", "comments", "reply");
  const official = comments.find((comment) =>
    itemsOf(comment, "author", "creator").some(({ types }) => types.some((type) => ORGANISATIONS.test(type))),
  );
  const only =
    comments.length === 1 && valuesOf(comments[0] as Item, "author", "creator").length === 0 ? comments[0] : undefined;
  const chosen = official ?? only;
  const said = chosen === undefined ? null : text(chosen, "text", "commentText", "description");
  return chosen === undefined || said === null
    ? null
    : { text: said, date: textOf(chosen, "dateCreated", "datePublished") };
};

const reviewOf = (item: Item, parent: Item | null): FoundReview | null => {
  const body = text(item, "reviewBody", "description", "text", "articleBody");
  const heading = text(item, "name", "headline", "summary");
  const parts = [body, ...notes(item, "positiveNotes", "+"), ...notes(item, "negativeNotes", "−")].filter(
    (part) => part !== null && part !== "",
  );
  const rating = reviewRating(item);
  if (parts.length === 0 && heading === null && rating === null) return null;
  const subject =
    text(item, "itemReviewed", "itemreviewed") ?? (parent === null || isReview(parent) ? null : text(parent, "name"));
  return {
    id: item.id,
    identifier: textOf(item, "identifier"),
    url: textOf(item, "url"),
    title: heading === body || heading === subject ? null : heading,
    text: parts.join("\n"),
    rating,
    author: personNames(item, "author", "creator", "reviewer"),
    published: textOf(item, "datePublished", "dateCreated", "dtreviewed", "uploadDate"),
    modified: textOf(item, "dateModified"),
    language: language(item),
    region: region(item),
    reply: reply(item),
    subject,
  };
};

export interface Aggregate {
  readonly rating: Rating;
  readonly reviewCount: number | null;
  readonly ratingCount: number | null;
}

const aggregateOf = (item: Item): Aggregate | null => {
  const rating = ratingOf(
    textOf(item, "ratingValue", "average", "rating"),
    textOf(item, "bestRating", "best"),
    textOf(item, "worstRating", "worst"),
  );
  const reviewCount = countOf(textOf(item, "reviewCount", "count"));
  const ratingCount = countOf(textOf(item, "ratingCount", "votes"));
  // "No reviews yet" is often written as 0 of 0.
  if (rating === null)
    return reviewCount === 0 || ratingCount === 0
      ? { rating: { value: 0, min: 0, max: 5 }, reviewCount: reviewCount ?? 0, ratingCount }
      : null;
  return { rating, reviewCount, ratingCount };
};

const AGGREGATE_TYPES = new Set(["aggregaterating", "review-aggregate", "employeraggregaterating"]);

export interface ReviewsOfPage {
  readonly reviews: readonly FoundReview[];
  /** Of what the reviews are about; null when the page tells none, or several that differ. */
  readonly aggregate: Aggregate | null;
  /** Review items that held nothing to read. */
  readonly hollow: number;
}

/** Every review among the items of one syntax, and the rating of the whole that stands with them. */
export const reviewsIn = (roots: readonly Item[]): ReviewsOfPage => {
  const all = walkItems(roots);
  const found = all
    .filter(({ item }) => isReview(item))
    .map(({ item, parent }) => ({ parent, review: reviewOf(item, parent) }));
  const reviews = found.flatMap(({ review }) => review ?? []);
  const aggregates = all.filter(
    ({ item, parent }) =>
      item.types.some((type) => AGGREGATE_TYPES.has(type)) && (parent === null || !isReview(parent)),
  );
  const subjects = new Set(found.map(({ parent }) => parent));
  const ofReviewed = aggregates.filter(({ parent }) => parent !== null && subjects.has(parent));
  const candidates = (ofReviewed.length > 0 ? ofReviewed : aggregates).flatMap(({ item }) => aggregateOf(item) ?? []);
  const agree = new Set(candidates.map(({ rating, reviewCount }) => `${rating.value} ${reviewCount}`)).size === 1;
  return { reviews, aggregate: agree ? (candidates[0] as Aggregate) : null, hollow: found.length - reviews.length };
};
