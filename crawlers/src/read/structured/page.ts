import { load, type CheerioAPI } from "cheerio";
import { Parser } from "htmlparser2";
import { readJsonLd } from "./json-ld.ts";
import { mergeReviews } from "./merge.ts";
import { readMicrodata } from "./microdata.ts";
import { readRdfa } from "./rdfa.ts";
import { reviewsIn, type Aggregate, type FoundReview } from "./reviews.ts";

/** Pages that people write nest a few dozen elements deep; a parser's tree gets slow long after that. */
const DEPTH_LIMIT = 3000;

/** The deepest nesting of a page, without building a tree. */
const depthOf = (html: string): number => {
  let depth = 0;
  let deepest = 0;
  const parser = new Parser({
    onopentagname() {
      depth++;
      deepest = Math.max(deepest, depth);
    },
    onclosetag() {
      depth--;
    },
  });
  parser.end(html);
  return deepest;
};

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
  if (depthOf(html) > DEPTH_LIMIT) throw new RangeError(`the page nests more than ${DEPTH_LIMIT} elements deep`);
  const $ = load(html);
  const baseHref = $("base[href]").first().attr("href");
  const base = baseHref !== undefined && URL.canParse(baseHref, url) ? new URL(baseHref, url).href : url;
  const jsonLd = readJsonLd($);
  const bySyntax = [jsonLd.items, readMicrodata($, base), readRdfa($, base)].map(reviewsIn);
  return {
    $,
    reviews: mergeReviews(bySyntax.map(({ reviews }) => reviews)),
    aggregate: bySyntax.map(({ aggregate }) => aggregate).find((aggregate) => aggregate !== null) ?? null,
    hollow: bySyntax.reduce((sum, { hollow }) => sum + hollow, 0),
    broken: jsonLd.broken,
  };
};
