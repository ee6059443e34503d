import { z } from "zod";
import { datesOf, draftOf, extraOf, ratingOn, replyOf } from "../read/draft.ts";
import { looseText } from "../read/html-text.ts";
import { readStructuredPage } from "../read/structured/page.ts";
import { requiredId, toldNumber, toldObject, toldText } from "../read/told.ts";
import { primaryLanguage } from "../read/url.ts";
import { defineSource, pageRequest, type Draft, type Page, type PageRequest, type ParsedPage } from "../source.ts";
import { onceEach, readItems, textOf } from "./json-page.ts";
import { blockedBy, layoutChanged } from "./layout-changed.ts";

const ID = "trustpilot";

const targetSchema = z.strictObject({
  domain: z
    .string()
    .regex(/^[a-z\d-]+(?:\.[a-z\d-]+)+(?:\/[a-z\d-]{1,40})?$/i, "as in the page's address, for example shop.example")
    .describe("What follows /review/ in the page's address"),
  pages: z.int().min(1).max(100).default(10).describe("Pages of 20 reviews, newest first; deep ones ask for a login"),
});
type TrustpilotTarget = z.infer<typeof targetSchema>;

const reviewSchema = z.object({
  id: requiredId,
  title: toldText,
  text: toldText,
  rating: toldNumber,
  language: toldText,
  source: toldText,
  dates: toldObject({ experiencedDate: toldText, publishedDate: toldText, updatedDate: toldText }),
  consumer: toldObject({ displayName: toldText, countryCode: toldText }),
  reply: toldObject({ message: toldText, publishedDate: toldText }),
  location: toldObject({ name: toldText }),
  labels: toldObject({ verification: toldObject({ verificationLevel: toldText }) }),
});
type Review = z.infer<typeof reviewSchema>;

const propsSchema = z.object({
  businessUnit: z.object({ numberOfReviews: toldNumber, trustScore: toldNumber }),
  reviews: z.array(z.unknown()),
  filters: toldObject({
    pagination: toldObject({ currentPage: toldNumber, totalPages: toldNumber, totalCount: toldNumber }),
  }),
});
/** A page holds them in `props`; the site's own data route does not. */
const stateSchema = z.union([
  z.object({ props: z.object({ pageProps: propsSchema }) }).transform(({ props }) => props.pageProps),
  z.object({ pageProps: propsSchema }).transform(({ pageProps }) => pageProps),
]);
type Props = z.infer<typeof propsSchema>;

const pageOf = ({ domain }: TrustpilotTarget, page: number): PageRequest =>
  pageRequest(
    `https://www.trustpilot.com/review/${domain}?languages=all${page === 1 ? "" : `&page=${page}`}&sort=recency`,
  );

const reviewLink = (id: string): string => `https://www.trustpilot.com/reviews/${encodeURIComponent(id)}`;

const draftOfReview = (review: Review, page: Page, zone: string): Draft => {
  const dates = { fetchedAt: page.fetchedAt, zone };
  return draftOf({
    kind: "review",
    nativeId: review.id,
    url: reviewLink(review.id),
    title: review.title === null ? null : looseText(review.title) || null,
    text: looseText(review.text ?? ""),
    rating: ratingOn(review.rating, 1, 5),
    language: primaryLanguage(review.language),
    region: review.consumer?.countryCode ?? null,
    author: review.consumer?.displayName ?? null,
    reply: replyOf(
      review.reply?.message == null ? null : looseText(review.reply.message),
      review.reply?.publishedDate ?? null,
      dates,
    ),
    ...datesOf(review.dates?.publishedDate ?? null, review.dates?.updatedDate ?? null, dates),
    extra: extraOf({
      verified: review.labels?.verification?.verificationLevel ?? null,
      experienced: review.dates?.experiencedDate?.slice(0, 10) ?? null,
      place: review.location?.name ?? null,
    }),
  });
};

const fromState = (props: Props, page: Page, target: TrustpilotTarget, zone: string): ParsedPage => {
  const { businessUnit, filters } = props;
  const { currentPage, totalPages, totalCount } = filters?.pagination ?? {};
  const total = totalCount ?? businessUnit.numberOfReviews;
  if (props.reviews.length === 0 && total !== 0 && (currentPage ?? 1) <= (totalPages ?? 1)) {
    throw layoutChanged(ID, page, `${total ?? "some"} reviews are announced and none is there`);
  }
  const told = readItems(ID, page, props.reviews, reviewSchema);
  const drafts = onceEach(told.map((one) => draftOfReview(one, page, zone)));
  const more = drafts.length > 0 && currentPage != null && totalPages != null && currentPage < totalPages;
  const mean = ratingOn(businessUnit.trustScore, 1, 5);
  return {
    drafts,
    next: more ? [pageOf(target, currentPage + 1)] : [],
    publicRating: mean === null ? null : { mean: mean.value, min: 1, max: 5, count: businessUnit.numberOfReviews },
    expected: drafts.length === 0 ? null : (totalCount ?? null),
    complete: true,
    unreadable: props.reviews.length - told.length,
  };
};

/** The same reviews as schema.org, where the page holds no state any more. Replies and countries are not in it. */
const fromMarkup = (text: string, page: Page, zone: string): ParsedPage => {
  const { reviews, aggregate } = readStructuredPage(text, page.finalUrl);
  if (reviews.length === 0) throw layoutChanged(ID, page, "the page holds neither its state nor a schema.org review");
  const drafts = reviews.map((found) => {
    const id = /\/Review\/(?:.*\/)?([\da-f]{16,40})$/i.exec(found.id ?? "")?.[1] ?? null;
    return draftOf({
      kind: "review",
      nativeId: id,
      pageUrl: page.request.url,
      url: id === null ? page.finalUrl : reviewLink(id),
      title: found.title,
      text: found.text,
      rating: found.rating,
      language: found.language,
      author: found.author,
      ...datesOf(found.published, found.modified, { fetchedAt: page.fetchedAt, zone }),
    });
  });
  return {
    drafts: onceEach(drafts),
    next: [],
    publicRating:
      aggregate === null
        ? null
        : {
            mean: aggregate.rating.value,
            min: aggregate.rating.min,
            max: aggregate.rating.max,
            count: aggregate.reviewCount,
          },
    expected: null,
    complete: false,
  };
};

/** By the text, not by a tree: a page may nest deeper than a tree bears. */
const stateScript = (text: string): string => {
  const open = /<script[^>]{0,200}\bid="__NEXT_DATA__"[^>]{0,200}>/.exec(text);
  if (open === null) return "null";
  const start = open.index + open[0].length;
  const end = text.indexOf("</script>", start);
  return end === -1 ? "null" : text.slice(start, end);
};

const stateOf = (text: string): Props | null => {
  try {
    return stateSchema.safeParse(JSON.parse(/^\s*\{/.test(text) ? text : stateScript(text))).data ?? null;
  } catch {
    return null;
  }
};

/** Reviews of a company on Trustpilot, from the state that its pages carry. */
export const trustpilot = defineSource<TrustpilotTarget>({
  id: ID,
  title: "Trustpilot reviews",
  version: 1,
  requestsPerMinute: 6,
  transports: ["http"],
  target: targetSchema,
  example: { domain: "shop.example" },
  match: "all",
  orderOf: () => "newest",
  credentials: [],
  limits: [
    "Trustpilot's robots.txt forbids programs to read its pages: use its Business API, or import an export",
    "Deep pages ask for a login and robot checks are common; both are told as blocks",
  ],

  titleOf: ({ domain }) => `Trustpilot ${domain}`,
  pageLimit: ({ pages }) => pages,
  start: (target) => [pageOf(target, 1)],

  parse(page, target, { zone }) {
    const text = textOf(ID, page);
    if (/^\/(?:users\/connect|login)/.test(new URL(page.finalUrl).pathname)) throw blockedBy(ID, page, "login");
    const props = stateOf(text);
    if (props !== null) return fromState(props, page, target, zone);
    try {
      return fromMarkup(text, page, zone);
    } catch (error) {
      if (error instanceof RangeError) throw layoutChanged(ID, page, "the page could not be read", error);
      throw error;
    }
  },
});
