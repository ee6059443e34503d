/** A review of a place that exists nowhere, as a page shows it. */
export interface PageReview {
  readonly number: number;
  readonly author: string;
  readonly stars: number;
  readonly text: string;
}

/** A page of reviews as sites mark them up: JSON-LD, each review with a number of its own. */
export const reviewsPage = (url: string, reviews: readonly PageReview[]): string => {
  const review = reviews.map(({ number, author, stars, text }) => ({
    "@type": "Review",
    "@id": `${url}#review-${number}`,
    identifier: String(number),
    url: `${url}/r/${number}`,
    author: { "@type": "Person", name: author },
    reviewRating: { "@type": "Rating", ratingValue: stars, bestRating: 5, worstRating: 1 },
    datePublished: `2026-03-${String(1 + (number % 20)).padStart(2, "0")}T10:00:00Z`,
    reviewBody: text,
  }));
  const data = JSON.stringify({ "@context": "https://schema.org", "@type": "Organization", name: "Kvarta", review });
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Kvarta</title>
<script type="application/ld+json">${data.replaceAll("<", "\\u003c")}</script></head><body></body></html>`;
};
