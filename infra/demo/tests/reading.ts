import { load, type CheerioAPI } from "cheerio";

/** A review as an outsider reads it from a page's markup: written from the vocabularies' rules, not from the pages' code. */
interface ReadReview {
  readonly id: string;
  readonly text: string;
  readonly rating: number | null;
  readonly date: string;
  readonly author: string;
  readonly language: string;
  readonly reply: string | null;
}

const JSON_LD = (html: CheerioAPI): readonly ReadReview[] =>
  html('script[type="application/ld+json"]')
    .toArray()
    .flatMap((script) => JSON.parse(html(script).text())["@graph"])
    .flatMap((node) => node.review ?? [])
    .map((review) => ({
      id: review["@id"],
      text: review.reviewBody ?? "",
      rating: review.reviewRating?.ratingValue ?? null,
      date: review.datePublished,
      author: review.author.name,
      language: review.inLanguage,
      reply: review.comment?.text ?? null,
    }));

const MARKED = (
  html: CheerioAPI,
  names: { readonly item: string; readonly prop: string; readonly id: string; readonly scope: string },
): readonly ReadReview[] =>
  html(names.item)
    .toArray()
    .map((item) => {
      const inner = (name: string) => html(item).find(`[${names.prop}="${name}"]`);
      // Properties of the review itself: those whose nearest item is the review.
      const own = (name: string) =>
        inner(name).filter((_, element) => html(element).parent().closest(names.scope).is(item));
      return {
        id: html(item).attr(names.id) ?? "",
        text: own("reviewBody").text(),
        rating: inner("ratingValue").length === 0 ? null : Number(inner("ratingValue").attr("content")),
        date: own("datePublished").attr("datetime") ?? "",
        author: own("author").find(`[${names.prop}="name"]`).text(),
        language: own("inLanguage").attr("content") ?? "",
        reply: own("comment").length === 0 ? null : own("comment").find(`[${names.prop}="text"]`).text(),
      };
    });

export const READ: Readonly<Record<string, (body: string) => readonly ReadReview[]>> = {
  "json-ld": (body) => JSON_LD(load(body)),
  microdata: (body) =>
    MARKED(load(body), {
      item: '[itemtype="https://schema.org/Review"]',
      prop: "itemprop",
      id: "itemid",
      scope: "[itemscope]",
    }),
  rdfa: (body) =>
    MARKED(load(body), {
      item: '[vocab="https://schema.org/"] [typeof="Review"]',
      prop: "property",
      id: "resource",
      scope: "[typeof]",
    }),
};

export const nextOf = (body: string): string | null => load(body)('a[rel="next"]').attr("href") ?? null;
