import type { Archive } from "./archive.ts";
import type { DemoBrand } from "./brands.ts";
import { escaped, inlineJson, page } from "./markup.ts";
import { latestChange, shownAt, type Posting, type Shown } from "./posting.ts";
import { reviewCard, reviewNode } from "./review-card.ts";

const PER_PAGE = 25;

export interface Rendered {
  readonly type: string;
  readonly body: string;
  /** Milliseconds since 1970 of the last change of what it shows; null when it shows nothing that changes. */
  readonly changedAt: number | null;
}

/** Of these postings those that stand at `now`, newest first. */
export const standing = (written: readonly Posting[], now: number): readonly Shown[] =>
  written
    .map((posting) => shownAt(posting, now))
    .filter((shown) => shown !== null)
    .toReversed();

/** What a page says of the whole: a crawler that has seen as many reviews knows that the others are gone. */
export interface Total {
  /** Mean of the stars, two decimals. */
  readonly mean: string;
  readonly ratings: number;
  readonly reviews: number;
}

export const totalOf = (shown: readonly Shown[]): Total | null => {
  const ratings = shown.map(({ wording }) => wording.rating).filter((rating) => rating !== null);
  if (ratings.length === 0) return null;
  const mean = ratings.reduce((sum, rating) => sum + rating, 0) / ratings.length;
  return { mean: mean.toFixed(2), ratings: ratings.length, reviews: shown.length };
};

/**
 * One page of a brand's reviews, newest first; null when there is no such page. `number` null is the front: the newest
 * 25 to 49. The others hold 25 places each and are numbered from the oldest, so that a new review moves nothing but
 * the front: page 7 stays page 7, and answers 304.
 */
export const listingPage = (
  archive: Archive,
  brand: DemoBrand,
  number: number | null,
  now: number,
  origin: string,
): Rendered | null => {
  const written = archive.written("reviews", brand.id, now);
  const fullPages = Math.floor(written.length / PER_PAGE);
  const lastNumbered = Math.max(0, fullPages - 1);
  if (number !== null && (number < 1 || number > lastNumbered)) return null;
  const places =
    number === null
      ? written.slice(lastNumbered * PER_PAGE)
      : written.slice((number - 1) * PER_PAGE, number * PER_PAGE);
  const shown = standing(places, now);
  const nextNumber = number === null ? lastNumbered : number - 1;
  const next = nextNumber >= 1 ? `/reviews/${brand.id}/page/${nextNumber}` : null;
  // Only the front tells the mean: on a numbered page it would change with every new review.
  const total = number === null ? totalOf(standing(written, now)) : null;
  const about = `tag:demo.molva,2026:brand/${brand.id}`;
  const head =
    (next === null ? "" : `<link rel="next" href="${next}">\n`) +
    (brand.markup === "json-ld"
      ? `<script type="application/ld+json">${jsonLd(brand, about, shown, total, origin)}</script>\n`
      : "");
  const open = {
    "json-ld": "<main>",
    microdata: `<main itemscope itemtype="https://schema.org/${brand.schemaType}" itemid="${about}">`,
    rdfa: `<main vocab="https://schema.org/" typeof="${brand.schemaType}" resource="${about}">`,
  }[brand.markup];
  const name = { "json-ld": "", microdata: ' itemprop="name"', rdfa: ' property="name"' }[brand.markup];
  const style = brand.markup === "json-ld" ? "plain" : brand.markup;
  return {
    type: "text/html; charset=utf-8",
    // The front's mean moves with every review, wherever that stands.
    changedAt: latestChange(number === null ? written : places, now),
    body: page({
      title: `${brand.title}: reviews${number === null ? "" : `, page ${number}`}`,
      language: "en",
      head,
      body: `${open}
<h1${name}>${escaped(brand.title)}</h1><p class="about">${escaped(brand.about.en)} · ${escaped(brand.about.ru)}</p>
${total === null ? "" : rating(brand, total)}
${shown.map((posting) => reviewCard(posting, style, style === "plain" ? null : "review")).join("\n")}
<nav>${number === null ? "" : `<a href="/reviews/${brand.id}">Newest · Новые</a>`}${next === null ? "" : `<a rel="next" href="${next}">Older · Раньше →</a>`}</nav>
</main>`,
    }),
  };
};

const rating = (brand: DemoBrand, { mean, ratings, reviews }: Total): string => {
  if (brand.markup === "json-ld") return `<p class="mean"><b>${mean} / 5</b> · ${ratings} ★</p>`;
  const [prop, scope] =
    brand.markup === "microdata"
      ? ["itemprop", 'itemprop="aggregateRating" itemscope itemtype="https://schema.org/AggregateRating"']
      : ["property", 'property="aggregateRating" typeof="AggregateRating"'];
  const marks = { ratingValue: mean, bestRating: 5, ratingCount: ratings, reviewCount: reviews };
  const metas = Object.entries(marks).map(([name, value]) => `<meta ${prop}="${name}" content="${value}">`);
  return `<p class="mean" ${scope}>${metas.join("")}<b>${mean} / 5</b> · ${ratings} ★</p>`;
};

const jsonLd = (
  brand: DemoBrand,
  about: string,
  shown: readonly Shown[],
  total: Total | null,
  origin: string,
): string =>
  inlineJson({
    "@context": "https://schema.org",
    "@graph": [
      { "@type": "WebSite", "@id": "tag:demo.molva,2026:site", name: "Word of Riverton" },
      {
        "@type": brand.schemaType,
        "@id": about,
        name: brand.title,
        ...(total === null
          ? {}
          : {
              aggregateRating: {
                "@type": "AggregateRating",
                ratingValue: total.mean,
                bestRating: 5,
                ratingCount: total.ratings,
                reviewCount: total.reviews,
              },
            }),
        review: shown.map((posting) => reviewNode(posting, origin)),
      },
    ],
  });
