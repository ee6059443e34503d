import { load } from "cheerio";
import { parseFeed, type AtomFeed, type JsonFeed, type RdfFeed, type RssFeed } from "feedsmith";
import { bareFeed } from "./bare-feed.ts";
import { assertShallow } from "./depth.ts";
import { htmlToText, looseText, tidy } from "./html-text.ts";
import { primaryLanguage, resolveUrl } from "./url.ts";

/** One entry of any feed format. Texts are plain, links absolute, dates as printed. */
export interface FeedEntry {
  readonly id: string | null;
  readonly link: string | null;
  readonly title: string | null;
  readonly text: string;
  readonly author: string | null;
  readonly published: string | null;
  readonly updated: string | null;
  readonly language: string | null;
  /** Whom the entry was taken from, by name: `source` of RSS 2.0. */
  readonly takenFrom: string | null;
}

export interface Feed {
  readonly title: string | null;
  readonly language: string | null;
  readonly entries: readonly FeedEntry[];
  /** The next page of the feed (RFC 5005, JSON Feed); null at the end. */
  readonly next: string | null;
}

/** Whether the document ends where a feed ends: without entries that is what tells an empty feed from one that was cut off. */
const isWhole = (text: string): boolean =>
  text.startsWith("{") || /<\/(?:rss|feed|rdf:RDF)\s*>[\s\S]{0,2000}$/i.test(text);

type Rss = RssFeed.Feed<string>;
type Rdf = RdfFeed.Feed<string>;
type Atom = AtomFeed.Feed<string>;
type Json = JsonFeed.Feed<string>;

const firstOf = (...values: readonly (string | null | undefined)[]): string | null =>
  values.map((value) => value?.trim()).find((value) => value !== undefined && value !== "") ?? null;

const plain = (value: string | null): string | null => (value === null ? null : looseText(value) || null);

/** Atom says what its text is; what says nothing is text (RFC 4287 §3.1.1), though many write HTML all the same. */
const atomText = (part: { readonly value?: string; readonly type?: string } | undefined): string => {
  const value = part?.value ?? "";
  if (part?.type === "html" || part?.type === "xhtml" || part?.type?.includes("html") === true)
    return htmlToText(value);
  return looseText(value);
};

const names = (people: readonly { readonly name?: string; readonly email?: string }[] | undefined): string | null =>
  firstOf((people ?? []).flatMap(({ name, email }) => firstOf(name, email) ?? []).join(", "));

/** `dc` holds one value or several, by the version of the feed. */
const anyOf = (value: unknown): string | null => {
  const one = Array.isArray(value) ? value[0] : value;
  return typeof one === "string" ? one : null;
};
type Dc =
  | {
      readonly creators?: unknown;
      readonly creator?: unknown;
      readonly dates?: unknown;
      readonly date?: unknown;
      readonly languages?: unknown;
      readonly language?: unknown;
    }
  | undefined;
const creator = (dc: Dc): string | null => anyOf(dc?.creators) ?? anyOf(dc?.creator);
const dcDate = (dc: Dc): string | null => anyOf(dc?.dates) ?? anyOf(dc?.date);
const dcLanguage = (dc: Dc): string | null => anyOf(dc?.languages) ?? anyOf(dc?.language);

type Links = readonly { readonly href?: string; readonly rel?: string }[] | undefined;
const linkBy = (links: Links, rel: string): string | null =>
  firstOf(links?.find((link) => (link.rel ?? "alternate") === rel)?.href);

const fromRss = (feed: Rss | Rdf, url: string): Feed => {
  const base = resolveUrl(feed.xml?.base, url) ?? url;
  const language = primaryLanguage(
    firstOf("language" in feed ? feed.language : null, dcLanguage(feed.dc), feed.xml?.lang),
  );
  const entries = (feed.items ?? []).map((item): FeedEntry => {
    const rss = item as RssFeed.Item<string>;
    const { rdf } = item as RdfFeed.Item<string>;
    const here = resolveUrl(item.xml?.base, base) ?? base;
    const guid = firstOf(rss.guid?.value);
    // A guid is a link unless it says that it is not (RSS 2.0).
    const permalink = rss.guid?.isPermaLink === false ? null : guid !== null && /^https?:/i.test(guid) ? guid : null;
    return {
      id: guid ?? firstOf(item.atom?.id, rdf?.about),
      link: resolveUrl(firstOf(item.link, linkBy(item.atom?.links, "alternate"), permalink), here),
      title: plain(firstOf(item.title, anyOf(item.dc?.titles), item.media?.title?.value)),
      text: looseText(
        firstOf(
          item.content?.encoded,
          item.description,
          item.atom?.content?.value,
          item.atom?.summary?.value,
          rss.itunes?.summary,
          item.media?.description?.value,
        ) ?? "",
      ),
      author: plain(firstOf(creator(item.dc), names(rss.authors), rss.itunes?.author, names(item.atom?.authors))),
      published: firstOf(
        rss.pubDate,
        dcDate(item.dc),
        item.atom?.published,
        anyOf(item.dcterms?.created),
        anyOf(item.dcterms?.issued),
      ),
      updated: firstOf(item.atom?.updated, anyOf(item.dcterms?.modified)),
      language: primaryLanguage(firstOf(dcLanguage(item.dc), item.xml?.lang)) ?? language,
      takenFrom: plain(firstOf(rss.source?.title)),
    };
  });
  return {
    title: plain(firstOf(feed.title)),
    language,
    entries,
    next: resolveUrl(linkBy(feed.atom?.links, "next"), base),
  };
};

const fromAtom = (feed: Atom, url: string): Feed => {
  const base = resolveUrl(feed.xml?.base, url) ?? url;
  const language = primaryLanguage(firstOf(feed.xml?.lang, dcLanguage(feed.dc)));
  const entries = (feed.entries ?? []).map((entry): FeedEntry => {
    const here = resolveUrl(entry.xml?.base, base) ?? base;
    const text =
      atomText(entry.content) ||
      atomText(entry.summary) ||
      looseText(entry.media?.groups?.[0]?.description?.value ?? "");
    return {
      id: firstOf(entry.id),
      link: resolveUrl(linkBy(entry.links, "alternate") ?? firstOf(entry.links?.[0]?.href), here),
      title: atomText(entry.title) || null,
      text,
      author: plain(
        firstOf(names(entry.authors), creator(entry.dc), names(entry.source?.authors), names(feed.authors)),
      ),
      published: firstOf(entry.published, dcDate(entry.dc), entry.updated),
      updated: firstOf(entry.updated),
      language: primaryLanguage(entry.xml?.lang ?? entry.content?.xml?.lang) ?? language,
      takenFrom: atomText(entry.source?.title) || null,
    };
  });
  return { title: atomText(feed.title) || null, language, entries, next: resolveUrl(linkBy(feed.links, "next"), base) };
};

const fromJson = (feed: Json, url: string): Feed => {
  const language = primaryLanguage(feed.language);
  const entries = (feed.items ?? []).map((item): FeedEntry => ({
    id: firstOf(item.id),
    link: resolveUrl(firstOf(item.url, item.external_url), url),
    title: plain(firstOf(item.title)),
    text:
      item.content_text === undefined ? htmlToText(item.content_html ?? item.summary ?? "") : tidy(item.content_text),
    author: names(item.authors) ?? names(feed.authors),
    published: firstOf(item.date_published),
    updated: firstOf(item.date_modified),
    language: primaryLanguage(item.language) ?? language,
    takenFrom: null,
  }));
  return { title: plain(firstOf(feed.title)), language, entries, next: resolveUrl(feed.next_url, url) };
};

/** Ill-formed XML written again as well-formed: undefined entities, stray ampersands, tags that never close. */
const mended = (xml: string): string => {
  assertShallow(xml, true);
  return load(xml.replace(/^[\s\S]{0,1000}?(?=<(?:\?xml|rss|feed|rdf:RDF)\b)/i, ""), {
    xml: { xmlMode: true, decodeEntities: true },
  }).xml();
};

const read = (content: unknown, url: string): Feed => {
  const parsed = parseFeed(content as string);
  if (parsed.format === "atom") return fromAtom(parsed.feed, url);
  if (parsed.format === "json") return fromJson(parsed.feed, url);
  return fromRss(parsed.feed, url);
};

/**
 * Reads RSS 0.9x, 1.0, 2.0, Atom 0.3, 1.0 and JSON Feed; ill-formed XML is mended once.
 * @param url of the document: the base of its relative links.
 * @throws {Error} when it is no feed, or one that was cut off before its first entry.
 */
export const readFeed = (content: string, url: string): Feed => {
  const text = content.trimStart();
  const feed = readAny(text, url);
  if (feed.entries.length === 0 && !isWhole(text)) throw new RangeError("the feed is cut off");
  return feed;
};

/** Some write their version as a number, or not at all: what has items and says where it lives is a feed all the same. */
const jsonFeed = (json: Readonly<Record<string, unknown>>): unknown => {
  const isFeed =
    Array.isArray(json["items"]) &&
    ["version", "feed_url", "home_page_url"].some((key) => typeof json[key] === "string");
  const versioned = typeof json["version"] === "string" && /jsonfeed\.org\/version\//.test(json["version"]);
  return isFeed && !versioned ? { ...json, version: "https://jsonfeed.org/version/1.1" } : json;
};

const readAny = (text: string, url: string): Feed => {
  if (text.startsWith("{")) return read(jsonFeed(JSON.parse(text) as Readonly<Record<string, unknown>>), url);
  try {
    const feed = read(text, url);
    return feed.entries.length === 0 && HAS_ENTRIES.test(text) ? bareFeed(text, url) : feed;
  } catch (error) {
    if (!/<(?:rss|feed|rdf:RDF)[\s>/]/i.test(text)) throw error;
    try {
      return read(mended(text), url);
    } catch {
      return bareFeed(text, url);
    }
  }
};

const HAS_ENTRIES = /<(?:\w+:)?(?:item|entry)[\s>/]/i;
