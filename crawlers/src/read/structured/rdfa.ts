import type { CheerioAPI } from "cheerio";
import type { Document, Element } from "domhandler";
import { htmlToText } from "../html-text.ts";
import { resolveUrl } from "../url.ts";
import { childElements } from "./elements.ts";
import { localName, type Item, type Value } from "./item.ts";

const tokens = (text: string | undefined): readonly string[] =>
  text?.split(/\s+/).filter((token) => token !== "") ?? [];

/** The value of a property (RDFa Lite 1.1 with the attributes of HTML+RDFa): content, datetime, a link, the text. */
const propertyValue = ($: CheerioAPI, element: Element, base: string): string => {
  const { content, datetime, href, src, resource } = element.attribs;
  const told = content ?? datetime;
  if (told !== undefined) return told;
  const link = resource ?? href ?? src;
  if (link !== undefined) return resolveUrl(link, base) ?? link;
  return htmlToText($(element).html() ?? "");
};

/** Every top-level item of a page in RDFa Lite: `vocab`, `typeof`, `property`, `resource`. @param base of relative links. */
export const readRdfa = ($: CheerioAPI, base: string): readonly Item[] => {
  const roots: Item[] = [];
  const byResource = new Map<
    string,
    { readonly types: string[]; readonly props: Map<string, Value[]>; readonly item: Item }
  >();

  const openItem = (element: Element): { readonly item: Item; readonly props: Map<string, Value[]> } => {
    const types = tokens(element.attribs["typeof"]).map((type) => localName(type).toLowerCase());
    const { resource, about } = element.attribs;
    const id = resource ?? about;
    const absolute = id === undefined ? null : (resolveUrl(id, base) ?? id);
    // Two elements about one resource describe one thing.
    const same = absolute === null ? undefined : byResource.get(absolute);
    if (same !== undefined) {
      same.types.push(...types.filter((type) => !same.types.includes(type)));
      return same;
    }
    const props = new Map<string, Value[]>();
    const item: Item = { id: absolute, types, props, syntax: "rdfa" };
    if (absolute !== null) byResource.set(absolute, { types, props, item });
    return { item, props };
  };

  interface Step {
    readonly element: Element;
    readonly around: Map<string, Value[]> | null;
  }
  const queue: Step[] = childElements($.root()[0] as Document)
    .map((element) => ({ element, around: null }))
    .toReversed();
  for (let step = queue.pop(); step !== undefined; step = queue.pop()) {
    const { element, around } = step;
    const names = tokens(element.attribs["property"]).map(localName);
    let inside = around;
    if (element.attribs["typeof"] !== undefined) {
      const { item, props } = openItem(element);
      inside = props;
      if (around === null || names.length === 0) roots.push(item);
      else for (const name of names) around.set(name, [...(around.get(name) ?? []), item]);
    } else if (names.length > 0 && around !== null) {
      const value = propertyValue($, element, base);
      for (const name of names) around.set(name, [...(around.get(name) ?? []), value]);
    }
    queue.push(
      ...childElements(element)
        .map((child) => ({ element: child, around: inside }))
        .toReversed(),
    );
  }
  const nested = new Set(
    [...roots].flatMap((item) => [...item.props.values()].flat()).filter((value) => typeof value === "object"),
  );
  return [...new Set(roots)].filter((item) => !nested.has(item));
};
