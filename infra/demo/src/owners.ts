import type { Archive } from "./archive.ts";
import type { DemoBrand } from "./brands.ts";
import { standing, totalOf, type Rendered } from "./listing.ts";
import { escaped, page } from "./markup.ts";
import { latestChange, pathOf, tagOf } from "./posting.ts";
import { localStamp, printedDate } from "./review-card.ts";

/** As many as the club shows at once. */
const OWNERS_LIMIT = 150;

/** The owners' club: its HTML holds no review; a script fetches them and puts them into the document. */
export const ownersPage = (brand: DemoBrand): Rendered => ({
  type: "text/html; charset=utf-8",
  changedAt: null,
  body: page({
    title: `${brand.title}: owners' club`,
    language: "en",
    head: '<script type="module" src="/assets/owners.js"></script>\n',
    body: `<main id="club" data-source="/owners/${brand.id}.json" data-about="tag:demo.molva,2026:brand/${brand.id}" data-name="${escaped(brand.title)}">
<h1>${escaped(brand.title)}: owners' club · клуб владельцев</h1>
<p class="about" id="wait">Loading… · Загрузка…</p>
<noscript><p>This page needs JavaScript. · Этой странице нужен JavaScript.</p></noscript>
</main>`,
  }),
});

export const ownersData = (archive: Archive, brand: DemoBrand, now: number): Rendered => {
  const written = archive.written("owners", brand.id, now);
  const shown = standing(written, now);
  return {
    type: "application/json; charset=utf-8",
    changedAt: latestChange(written, now),
    body: JSON.stringify({
      total: totalOf(shown),
      reviews: shown.slice(0, OWNERS_LIMIT).map((one) => ({
        id: tagOf(one.posting),
        path: pathOf(one.posting),
        language: one.posting.language,
        author: one.posting.author,
        date: printedDate(one),
        edited: one.editedAt === null ? null : localStamp(one.editedAt),
        rating: one.wording.rating,
        text: one.wording.text,
        reply: one.reply === null ? null : { text: one.reply.text, date: localStamp(one.reply.at) },
      })),
    }),
  };
};
