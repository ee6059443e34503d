import type { CheerioAPI } from "cheerio";
import type { Element } from "domhandler";
import { htmlToText } from "../html-text.ts";
import { resolveUrl } from "../url.ts";
import { childElements } from "./elements.ts";
import { localName, type Item, type Value } from "./item.ts";

const DEPTH_LIMIT = 64;
const tokens = (text: string | undefined): readonly string[] =>
  text?.split(/\s+/).filter((token) => token !== "") ?? [];

const URL_ATTRIBUTE: Readonly<Record<string, string>> = {
  a: "href",
  area: "href",
  link: "href",
  audio: "src",
  embed: "src",
  iframe: "src",
  img: "src",
  source: "src",
  track: "src",
  video: "src",
  object: "data",
};

/** The value of a property element (HTML Standard, §5.2.4); `content` counts on every element, as search engines read it. */
const elementValue = ($: CheerioAPI, element: Element, base: string): string => {
  const attribute = (name: string): string | undefined => element.attribs[name];
  const content = attribute("content");
  if (content !== undefined) return content;
  const url = attribute(URL_ATTRIBUTE[element.name] ?? "");
  if (url !== undefined) return resolveUrl(url, base) ?? url;
  if (element.name === "data" || element.name === "meter") return attribute("value") ?? $(element).text();
  if (element.name === "time") return attribute("datetime") ?? $(element).text().trim();
  return htmlToText($(element).html() ?? "");
};

/** Elements that are a review and say so only by their property's name. */
const isLooseReview = ($: CheerioAPI, element: Element): boolean =>
  element.attribs["itemscope"] === undefined &&
  tokens(element.attribs["itemprop"]).some((name) => name === "review" || name === "reviews") &&
  $(element).find('[itemprop="reviewBody"], [itemprop="author"], [itemprop="reviewRating"]').length > 0;

/** What elements below say by a class of that pattern; null when none does, or when they differ (pages draw one thing twice, for phones and for desks). */
const drawn = (
  $: CheerioAPI,
  element: Element,
  pattern: RegExp,
): { readonly match: RegExpExecArray; readonly text: string } | null => {
  const found = [...$<Element, string>("[class]", element)].flatMap((part) => {
    const match = tokens(part.attribs["class"])
      .map((token) => pattern.exec(token))
      .find((m) => m !== null);
    return match === undefined || match === null ? [] : [{ match, text: $(part).text().trim() }];
  });
  const first = found[0];
  return first !== undefined && found.every(({ match, text }) => match[0] === first.match[0] && text === first.text)
    ? first
    : null;
};

/** Marked-up reviews whose stars and date are only drawn: read from class names where these are plain (`star5`, `feedback__date`). */
const drawnProperties = ($: CheerioAPI, element: Element, props: Map<string, Value[]>): void => {
  if (!props.has("reviewRating") && !props.has("ratingValue")) {
    const stars = drawn($, element, /^(?:stars?|rating)[-_]?([1-5])$/i);
    if (stars !== null) props.set("ratingValue", [stars.match[1] as string]);
  }
  if (!props.has("datePublished") && !props.has("dateCreated")) {
    const date = drawn($, element, /(?:^|[-_])date$/i);
    if (date !== null && date.text !== "" && date.text.length <= 60) props.set("datePublished", [date.text]);
  }
};

/** Every top-level item of a page in Microdata, `itemref` and nesting included. @param base of relative links. */
export const readMicrodata = ($: CheerioAPI, base: string): readonly Item[] => {
  const made = new Map<Element, Item>();
  const opensItem = (element: Element): boolean =>
    element.attribs["itemscope"] !== undefined || isLooseReview($, element);

  /** Property elements of an item: below it and below what it refers to, down to the next item. */
  const propertiesOf = (root: Element): readonly Element[] => {
    const found: Element[] = [];
    const seen = new Set<Element>([root]);
    const referred = tokens(root.attribs["itemref"]).flatMap((id) =>
      $<Element, string>(`[id="${id.replace(/["\\]/g, "\\$&")}"]`)
        .first()
        .toArray(),
    );
    const queue: Element[] = [...childElements(root), ...referred].toReversed();
    for (let element = queue.pop(); element !== undefined; element = queue.pop()) {
      if (seen.has(element)) continue;
      seen.add(element);
      if (tokens(element.attribs["itemprop"]).length > 0) found.push(element);
      if (!opensItem(element)) queue.push(...childElements(element).toReversed());
    }
    return found;
  };

  const itemOf = (element: Element, depth: number): Item => {
    const known = made.get(element);
    if (known !== undefined) return known;
    const props = new Map<string, Value[]>();
    const itemid = element.attribs["itemid"];
    const told = tokens(element.attribs["itemtype"]).map((type) => localName(type).toLowerCase());
    const types = told.length === 0 && isLooseReview($, element) ? ["review"] : told;
    const item: Item = {
      id: itemid === undefined ? null : (resolveUrl(itemid, base) ?? itemid),
      types,
      props,
      syntax: "microdata",
    };
    made.set(element, item);
    if (depth > DEPTH_LIMIT) return item;
    for (const part of propertiesOf(element)) {
      const value = opensItem(part) ? itemOf(part, depth + 1) : elementValue($, part, base);
      for (const name of tokens(part.attribs["itemprop"]).map(localName))
        props.set(name, [...(props.get(name) ?? []), value]);
    }
    if (types.includes("review")) drawnProperties($, element, props);
    return item;
  };

  const scopes = $<Element, string>("[itemscope], [itemprop~='review'], [itemprop~='reviews']")
    .toArray()
    .filter(opensItem);
  for (const scope of scopes) itemOf(scope, 0);
  const nested = new Set<Item>(
    [...made.values()].flatMap((item) => [...item.props.values()].flat().filter((value) => typeof value === "object")),
  );
  return scopes.map((scope) => made.get(scope) as Item).filter((item) => !nested.has(item));
};
