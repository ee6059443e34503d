import { demoBrandOf, DEMO_BRANDS } from "./brands.ts";
import type { Rendered } from "./listing.ts";
import { escaped, page, paragraphs } from "./markup.ts";
import { latestChange, type Shown } from "./posting.ts";
import { reviewCard } from "./review-card.ts";

const HTML = "text/html; charset=utf-8";

/** The page of one posting: where a click on a mention leads. */
export const singlePage = (shown: Shown, now: number): Rendered => {
  const { posting, wording } = shown;
  const brand = demoBrandOf(posting.brandIds[0] ?? "");
  const title = wording.title ?? (brand === null ? "A post" : `About ${brand.title}`);
  const back =
    brand === null
      ? ""
      : `<nav><a href="/reviews/${brand.id}">${escaped(brand.title)}: all reviews · все отзывы</a></nav>`;
  const isReview = posting.channel === "reviews" || posting.channel === "owners";
  const body = isReview
    ? `<h1>${brand === null ? "" : escaped(brand.title)}</h1>\n${reviewCard(shown, "plain", null)}`
    : `<article class="card" lang="${posting.language}"><h1>${escaped(title)}</h1><p class="by"><b>${escaped(posting.author)}</b> <time datetime="${new Date(posting.at).toISOString()}">${new Date(posting.at).toISOString().slice(0, 16).replace("T", " · ")} UTC</time></p>${paragraphs(
        wording.text,
      )
        .map((part) => `<p>${escaped(part)}</p>`)
        .join("")}</article>`;
  return {
    type: HTML,
    changedAt: latestChange([posting], now),
    body: page({ title, language: posting.language, body: `<main>${body}\n${back}</main>` }),
  };
};

export const indexPage = (): Rendered => ({
  type: HTML,
  changedAt: null,
  body: page({
    title: "Word of Riverton",
    language: "en",
    body: `<main>
<h1>Word of Riverton · Молва Ривертона</h1>
<p class="about">What people of Riverton say about three companies that do not exist. · Что жители говорят о трёх компаниях, которых нет.</p>
<ul class="brands">
${DEMO_BRANDS.map((brand) => `<li class="card"><h2><a href="/reviews/${brand.id}">${escaped(brand.title)}</a></h2><p>${escaped(brand.about.en)}<br>${escaped(brand.about.ru)}</p>${brand.channels.owners === undefined ? "" : `<p><a href="/owners/${brand.id}">Owners' club · Клуб владельцев</a></p>`}</li>`).join("\n")}
</ul>
<h2>Feeds · Ленты</h2>
<ul>
<li><a href="/feeds/news.rss">News of the Riverton Courier (RSS)</a></li>
<li><a href="/feeds/blog.atom">Blogs (Atom)</a></li>
<li><a href="/feeds/talk.json">Talk (JSON Feed)</a></li>
</ul>
<p><a href="/office/" rel="nofollow">Editor's office</a> (closed to robots by <a href="/robots.txt">robots.txt</a>)</p>
</main>`,
  }),
});

export const officePage = (): Rendered => ({
  type: HTML,
  changedAt: null,
  body: page({
    title: "Editor's office",
    language: "en",
    body: "<main><h1>Editor's office</h1><p>Nothing to read here. Robots stay out.</p></main>",
  }),
});

export const messagePage = (title: string, text: string): Rendered => ({
  type: HTML,
  changedAt: null,
  body: page({
    title,
    language: "en",
    body: `<main><h1>${escaped(title)}</h1><p>${escaped(text)}</p><nav><a href="/">Word of Riverton</a></nav></main>`,
  }),
});

export const ROBOTS: Rendered = {
  type: "text/plain; charset=utf-8",
  changedAt: null,
  body: "User-agent: *\nDisallow: /office/\nAllow: /\n",
};
