import { brandIdSchema, sourceIdSchema, type Brand, type BrandId, type Label, type Target } from "@molva/contracts";
import type { Language } from "./words/stock.ts";

export const CHANNELS = ["reviews", "owners", "news", "blog", "talk"] as const;
/** Where on the site a posting stands: listing, owners' club (needs a browser), RSS, Atom, JSON Feed. */
export type Channel = (typeof CHANNELS)[number];
export type Trade = "bank" | "delivery" | "phones";
/** Forms of a name: nominative, genitive, prepositional, instrumental. */
interface NameForms {
  readonly b: string;
  readonly bg: string;
  readonly bp: string;
  readonly bi: string;
}

export interface DemoBrand {
  readonly id: BrandId;
  readonly title: string;
  readonly trade: Trade;
  readonly markup: "json-ld" | "microdata" | "rdfa";
  readonly schemaType: string;
  readonly hashtag: string;
  readonly query: string;
  readonly forms: Readonly<Record<Language, NameForms>>;
  /** Postings a day in a usual week, all channels. */
  readonly perDay: number;
  readonly mood: Readonly<Record<Label, number>>;
  readonly channels: Readonly<Partial<Record<Channel, number>>>;
  readonly languages: Readonly<Record<Language, number>>;
  /** Sunday first; 1 is usual. */
  readonly weekdays: readonly [number, number, number, number, number, number, number];
  readonly about: Readonly<Record<Language, string>>;
}

const unchanged = (name: string): NameForms => ({ b: name, bg: name, bp: name, bi: name });

/** Names were made up; they are spelled in both alphabets, as brands are. */
export const DEMO_BRANDS: readonly DemoBrand[] = [
  {
    id: brandIdSchema.parse("velmora-bank"),
    title: "Velmora Bank",
    trade: "bank",
    markup: "json-ld",
    schemaType: "BankOrCreditUnion",
    hashtag: "Velmora",
    query: "Velmora OR Велмора",
    forms: {
      en: unchanged("Velmora Bank"),
      ru: { b: "Велмора Банк", bg: "Велмора Банка", bp: "Велмора Банке", bi: "Велмора Банком" },
    },
    perDay: 9.5,
    mood: { positive: 0.48, neutral: 0.22, negative: 0.3 },
    channels: { reviews: 0.78, news: 0.025, blog: 0.045, talk: 0.15 },
    languages: { en: 0.42, ru: 0.58 },
    weekdays: [0.7, 1.15, 1.1, 1.1, 1.1, 1.1, 0.75],
    about: { en: "A bank without branches on every corner", ru: "Банк не на каждом углу" },
  },
  {
    id: brandIdSchema.parse("zumbrik"),
    title: "Zumbrik",
    trade: "delivery",
    markup: "microdata",
    schemaType: "Organization",
    hashtag: "Zumbrik",
    query: "Zumbrik OR Зумбрик OR Зумбрика OR Зумбрику OR Зумбриком OR Зумбрике",
    forms: { en: unchanged("Zumbrik"), ru: { b: "Зумбрик", bg: "Зумбрика", bp: "Зумбрике", bi: "Зумбриком" } },
    perDay: 7.5,
    mood: { positive: 0.52, neutral: 0.19, negative: 0.29 },
    channels: { reviews: 0.78, news: 0.025, blog: 0.045, talk: 0.15 },
    languages: { en: 0.5, ru: 0.5 },
    weekdays: [1.25, 0.85, 0.85, 0.9, 0.95, 1.05, 1.15],
    about: { en: "Groceries and parcels, to the door", ru: "Продукты и посылки до двери" },
  },
  {
    id: brandIdSchema.parse("ostrimo"),
    title: "Ostrimo",
    trade: "phones",
    markup: "rdfa",
    schemaType: "Organization",
    hashtag: "Ostrimo",
    query: "Ostrimo OR Остримо",
    forms: { en: unchanged("Ostrimo"), ru: unchanged("Остримо") },
    perDay: 4.6,
    mood: { positive: 0.58, neutral: 0.24, negative: 0.18 },
    channels: { reviews: 0.63, owners: 0.16, news: 0.04, blog: 0.05, talk: 0.12 },
    languages: { en: 0.52, ru: 0.48 },
    weekdays: [1, 1, 1, 1, 1, 1, 1],
    about: { en: "Phones with a leaf on the back", ru: "Телефоны с листом на крышке" },
  },
];

export const demoBrandOf = (id: string): DemoBrand | null => DEMO_BRANDS.find((brand) => brand.id === id) ?? null;

const RSS = sourceIdSchema.parse("rss");
/** More than a listing has after years. */
const ALL_PAGES = 1000;
const WEB_REVIEWS = sourceIdSchema.parse("web-reviews");

/** The brands as the pipeline is configured with them, with targets on the site at `origin` (no slash at its end). */
export const brandsAt = (origin: string): readonly Brand[] => {
  const feeds: readonly Target[] = [
    { source: RSS, options: { url: `${origin}/feeds/news.rss`, kind: "article" }, match: "query" },
    { source: RSS, options: { url: `${origin}/feeds/blog.atom`, kind: "post" }, match: "query" },
    { source: RSS, options: { url: `${origin}/feeds/talk.json`, kind: "post" }, match: "query" },
  ];
  return DEMO_BRANDS.map((brand) => ({
    id: brand.id,
    title: brand.title,
    query: brand.query,
    timezone: null,
    targets: [
      { source: WEB_REVIEWS, options: { url: `${origin}/reviews/${brand.id}`, pages: ALL_PAGES }, match: "all" },
      ...(brand.channels.owners === undefined
        ? []
        : [
            {
              source: WEB_REVIEWS,
              options: { url: `${origin}/owners/${brand.id}`, render: "browser", waitFor: "article" },
              match: "all",
            } as const,
          ]),
      ...feeds,
    ],
  }));
};
