import { load, type CheerioAPI } from "cheerio";
import { assertShallow } from "../depth.ts";
import { readJsonLd } from "./json-ld.ts";
import { mergeReviews } from "./merge.ts";
import { readMicrodata } from "./microdata.ts";
import { readRdfa } from "./rdfa.ts";
import { reviewsIn, type Aggregate, type FoundReview } from "./reviews.ts";

export interface StructuredPage {
  readonly $: CheerioAPI;
  readonly reviews: readonly FoundReview[];
  readonly aggregate: Aggregate | null;
  readonly hollow: number;
  /** JSON-LD scripts that could not be read. */
  readonly broken: number;
}

/**
 * The reviews that a page describes in JSON-LD, Microdata and RDFa, each once.
 * @param url of the document; a `base` element in it counts.
 * @throws {RangeError} when it nests deeper than any page does.
 */
export const readStructuredPage = (html: string, url: string): StructuredPage => {
  assertShallow(html);
  const inAttributes = /\bitem(?:scope|prop)\b/i.test(html);
  const inRdfa = /\btypeof\s*=/i.test(html);
  // Where all stands in scripts, the tree around them is nobody's business: the quick parser finds them, too.
  const $ = inAttributes || inRdfa ? load(html) : load(html, { xml: { xmlMode: false, decodeEntities: true } });
  const baseHref = $("base[href]").first().attr("href");
  const base = baseHref !== undefined && URL.canParse(baseHref, url) ? new URL(baseHref, url).href : url;
  const jsonLd = readJsonLd($);
  // Most pages speak one syntax: what a page does not spell is not looked for.
  const microdata = inAttributes ? readMicrodata($, base) : [];
  const rdfa = inRdfa ? readRdfa($, base) : [];
  const bySyntax = [jsonLd.items, microdata, rdfa].map(reviewsIn);
  return {
    $,
    reviews: mergeReviews(bySyntax.map(({ reviews }) => reviews)),
    aggregate: bySyntax.map(({ aggregate }) => aggregate).find((aggregate) => aggregate !== null) ?? null,
    hollow: bySyntax.reduce((sum, { hollow }) => sum + hollow, 0),
    broken: jsonLd.broken,
  };
};
