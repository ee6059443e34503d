import { load, type Cheerio, type CheerioAPI } from "cheerio";
import type { Element } from "domhandler";
import { assertShallow } from "./depth.ts";
import type { Feed, FeedEntry } from "./feed.ts";
import { looseText } from "./html-text.ts";
import { resolveUrl } from "./url.ts";

const local = (element: Element): string => element.name.replace(/^.*:/, "").toLowerCase();

/** The text of the first child of one of these names, in this order; null when there is none. */
const childText = ($: CheerioAPI, entry: Cheerio<Element>, names: readonly string[]): string | null => {
  const children = entry.children().toArray();
  for (const name of names) {
    const child = children.find((element) => local(element) === name);
    if (child === undefined) continue;
    const text = $(child).text().trim();
    if (text !== "") return text;
  }
  return null;
};

/**
 * Entries of a feed that no parser of feeds takes for one: without a channel, with elements that nobody knows, with nothing in them.
 * What an entry does not say is null; an entry that says nothing is one all the same.
 * @throws {RangeError} when it nests deeper than any feed does.
 */
export const bareFeed = (xml: string, url: string): Feed => {
  assertShallow(xml, true);
  const $ = load(xml, { xml: { xmlMode: true, decodeEntities: true } });
  const found = ($("*").toArray() as Element[]).filter((element) => ["item", "entry"].includes(local(element)));
  const entries = found.map((element): FeedEntry => {
    const entry = $(element);
    const told = (...names: readonly string[]): string | null => childText($, entry, names);
    const href = entry
      .children()
      .toArray()
      .find((child) => local(child) === "link" && child.attribs["href"] !== undefined)?.attribs["href"];
    const title = told("title");
    const author = told("author", "creator");
    return {
      id: told("guid", "id"),
      link: resolveUrl(told("link") ?? href, url),
      title: title === null ? null : looseText(title) || null,
      text: looseText(told("encoded", "content", "description", "summary", "body", "fullitem") ?? ""),
      author: author === null ? null : looseText(author) || null,
      published: told("pubdate", "published", "issued", "created", "date"),
      updated: told("updated", "modified"),
      language: null,
      takenFrom: null,
    };
  });
  return { title: null, language: null, entries, next: null };
};
