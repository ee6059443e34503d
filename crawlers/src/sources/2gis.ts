import { z } from "zod";
import { datesOf, draftOf, extraOf, ratingOn, replyOf } from "../read/draft.ts";
import { tidy } from "../read/html-text.ts";
import { scriptString } from "../read/script-string.ts";
import { requiredId, toldNumber, toldObject, toldText, toldTrue } from "../read/told.ts";
import { resolveUrl } from "../read/url.ts";
import { defineSource, pageRequest, type Draft, type Page, type PageRequest, type ParsedPage } from "../source.ts";
import { onceEach, readItems, readJson, textOf } from "./json-page.ts";
import { layoutChanged } from "./layout-changed.ts";

const ID = "2gis";
const API = "https://public-api.reviews.2gis.com/3.0";

const targetSchema = z.strictObject({
  firm: z.coerce
    .string()
    .regex(/^\d{5,25}$/, "the number in the firm's address, in quotes: it is too long for a number")
    .describe("The number in the firm's address, in quotes"),
  city: z
    .string()
    .regex(/^[a-z_-]{2,40}$/)
    .nullable()
    .default(null)
    .describe("The city's name in the address, for example novosibirsk"),
  key: z
    .string()
    .regex(/^[\w-]{8,80}$/)
    .nullable()
    .default(null)
    .describe("The public key of the reviews' interface (it stands in every page); without it the firm's page is read"),
  pages: z.int().min(1).max(200).default(10).describe("Pages of 50 reviews; the firm's page is one"),
});
type FirmTarget = z.infer<typeof targetSchema>;

const reviewSchema = z.object({
  id: requiredId,
  text: toldText,
  rating: toldNumber,
  provider: toldText,
  is_hidden: toldTrue,
  url: toldText,
  date_created: toldText,
  date_edited: toldText,
  object: toldObject({ id: toldText }),
  user: toldObject({ name: toldText, first_name: toldText }),
  official_answer: toldObject({ text: toldText, date_created: toldText }),
});
type Review = z.infer<typeof reviewSchema>;

const answerSchema = z.object({
  meta: toldObject({
    next_link: toldText,
    total_count: toldNumber,
    branch_rating: toldNumber,
    org_rating: toldNumber,
    branch_reviews_count: toldNumber,
    org_reviews_count: toldNumber,
  }),
  reviews: z.array(z.unknown()),
});

const entrySchema = z.record(z.string(), z.object({ data: z.unknown() }));
const stateSchema = z.object({
  data: z.object({
    review: entrySchema,
    reviewSearch: z
      .record(
        z.string(),
        z.object({
          data: z.object({
            rating: toldNumber,
            total: toldNumber,
            totalForRequest: toldNumber,
            items: z.array(toldText),
          }),
        }),
      )
      .catch({}),
    entity: toldObject({
      profile: z
        .record(z.string(), z.object({ data: toldObject({ adm_div: z.array(z.unknown()).catch([]) }) }))
        .catch({}),
    }),
  }),
});
const divisionSchema = z.object({ type: z.literal("city"), name: z.string() });

const firmPage = ({ firm, city }: FirmTarget): string =>
  `https://2gis.ru/${city === null ? "" : `${city}/`}firm/${firm}/tab/reviews`;

const FIELDS =
  "meta.providers,meta.branch_rating,meta.branch_reviews_count,meta.total_count,reviews.hiding_reason,reviews.is_verified";

const startPage = (target: FirmTarget): PageRequest =>
  target.key === null
    ? pageRequest(firmPage(target), { kind: "page" })
    : pageRequest(
        `${API}/branches/${target.firm}/reviews?limit=50&is_advertiser=false&fields=${FIELDS}&rated=true&sort_by=date_edited&locale=ru_RU&key=${target.key}`,
        { kind: "api", headers: { accept: "application/json" } },
      );

const draftsOf = (
  items: readonly unknown[],
  page: Page,
  target: FirmTarget,
  zone: string,
  region: string | null,
): readonly Draft[] => {
  const dates = { fetchedAt: page.fetchedAt, zone };
  const draft = (review: Review): Draft =>
    draftOf({
      kind: "review",
      nativeId: review.id,
      url: resolveUrl(review.url, page.finalUrl) ?? firmPage(target),
      text: tidy(review.text ?? ""),
      rating: ratingOn(review.rating, 1, 5),
      region,
      author: review.user?.name ?? review.user?.first_name ?? null,
      reply: replyOf(
        review.official_answer === null ? null : tidy(review.official_answer.text ?? ""),
        review.official_answer?.date_created ?? null,
        dates,
      ),
      ...datesOf(review.date_created, review.date_edited, dates),
      extra: extraOf({
        provider: review.provider === "2gis" ? null : review.provider,
        branch: review.object?.id ?? null,
      }),
    });
  // What the site hides is no public word.
  const shown = readItems(ID, page, items, reviewSchema).filter((review) => !review.is_hidden);
  return onceEach(shown.map(draft));
};

const fromApi = (page: Page, target: FirmTarget, zone: string): ParsedPage => {
  const { meta, reviews } = readJson(ID, page, answerSchema);
  if (reviews.length === 0 && meta === null)
    throw layoutChanged(ID, page, "an empty answer that does not say it is one");
  const drafts = draftsOf(reviews, page, target, zone, null);
  const next = resolveUrl(meta?.next_link, page.finalUrl);
  const more = reviews.length > 0 && next !== null && new URL(next).host === new URL(page.finalUrl).host;
  const mean = ratingOn(meta?.branch_rating ?? meta?.org_rating ?? null, 1, 5);
  return {
    drafts,
    next: more ? [pageRequest(next, { kind: "api", headers: page.request.headers })] : [],
    publicRating:
      mean === null
        ? null
        : { mean: mean.value, min: 1, max: 5, count: meta?.branch_reviews_count ?? meta?.org_reviews_count ?? null },
    expected: drafts.length === 0 ? null : (meta?.total_count ?? null),
    complete: false,
  };
};

const fromState = (text: string, page: Page, target: FirmTarget, zone: string): ParsedPage => {
  const state = stateSchema.safeParse(parsed(scriptString(text, "initialState"))).data?.data;
  if (state === undefined) throw layoutChanged(ID, page, "the page holds no initialState with reviews");
  const [search] = Object.values(state.reviewSearch);
  const items = Object.values(state.review).map(({ data }) => data);
  if (items.length === 0 && search?.data.total !== 0)
    throw layoutChanged(ID, page, "no review stands in the page's state");
  const divisions = Object.values(state.entity?.profile ?? {}).flatMap(({ data }) => data?.adm_div ?? []);
  const city = divisions.flatMap((one) => divisionSchema.safeParse(one).data ?? [])[0]?.name ?? null;
  const drafts = draftsOf(items, page, target, zone, city);
  const mean = ratingOn(search?.data.rating ?? null, 1, 5);
  return {
    drafts,
    next: [],
    publicRating: mean === null ? null : { mean: mean.value, min: 1, max: 5, count: search?.data.total ?? null },
    expected: drafts.length === 0 ? null : (search?.data.totalForRequest ?? search?.data.total ?? null),
    complete: false,
  };
};

const parsed = (json: string | null): unknown => {
  try {
    return JSON.parse(json ?? "null") as unknown;
  } catch {
    return null;
  }
};

/** Reviews of a firm on 2GIS, Flamp's among them. */
export const twoGis = defineSource<FirmTarget>({
  id: ID,
  title: "2GIS reviews",
  version: 1,
  requestsPerMinute: 12,
  transports: ["http"],
  target: targetSchema,
  example: { firm: "70000001000000001", city: "vologda" },
  match: "all",
  orderOf: () => "newest",
  credentials: [],
  limits: [
    "There is no official interface for reviews: the firm's page shows the last 50; more need the public key of its pages",
    "Reviews from Flamp and others stand among them, each told in `provider`",
  ],

  titleOf: ({ firm, city }) => `2GIS ${city === null ? "" : `${city} `}${firm}`,
  pageLimit: ({ pages }) => pages,
  start: (target) => [startPage(target)],

  parse(page, target, { zone }) {
    const text = textOf(ID, page);
    return /^\s*[[{]/.test(text) ? fromApi(page, target, zone) : fromState(text, page, target, zone);
  },
});
