/** A thing that a page describes in JSON-LD, Microdata or RDFa: one shape for the three. */
export interface Item {
  /** Absolute where the page gives enough to make it so. */
  readonly id: string | null;
  /** Local names in lower case, e.g. `review`; `schema:Review` and `http://schema.org/Review` alike. */
  readonly types: readonly string[];
  /** By local name, as written: `reviewBody`. */
  readonly props: ReadonlyMap<string, readonly Value[]>;
  readonly syntax: "json-ld" | "microdata" | "rdfa";
}

export type Value = string | Item;

/** A page says the same few names thousands of times. */
const namesKnown = new Map<string, string>();
const MOST_NAMES = 2000;

/** `http://schema.org/Review`, `schema:Review` → `Review`. */
export const localName = (name: string): string => {
  const known = namesKnown.get(name);
  if (known !== undefined) return known;
  const local = /([^/#:]+)\/?$/.exec(name.trim())?.[1] ?? name.trim();
  if (namesKnown.size < MOST_NAMES && name.length < 100) namesKnown.set(name, local);
  return local;
};

export const isItem = (value: Value | undefined): value is Item => typeof value === "object";

export const valuesOf = (item: Item, ...names: readonly string[]): readonly Value[] =>
  names.flatMap((name) => item.props.get(name) ?? []);

export const itemsOf = (item: Item, ...names: readonly string[]): readonly Item[] =>
  valuesOf(item, ...names).filter(isItem);

/** The first text under any of the names; of an item, its name. Null when there is none. */
export const textOf = (item: Item, ...names: readonly string[]): string | null => {
  for (const name of names) {
    for (const value of item.props.get(name) ?? []) {
      const text = isItem(value) ? nameOf(value) : value.trim();
      if (text !== null && text !== "") return text;
    }
  }
  return null;
};

/** What an item is called. Names are texts: one level down is enough, and cycles end. */
const nameOf = (item: Item): string | null => {
  for (const name of ["name", "text", "@value"]) {
    for (const value of item.props.get(name) ?? []) {
      const text = isItem(value) ? "" : value.trim();
      if (text !== "") return text;
    }
  }
  return null;
};

/** Every item below these, each once, in the order of the page; `parent` is the nearest item around it. */
export const walkItems = (
  roots: readonly Item[],
): readonly { readonly item: Item; readonly parent: Item | null; readonly property: string | null }[] => {
  const found: { item: Item; parent: Item | null; property: string | null }[] = [];
  const seen = new Set<Item>();
  const queue: { item: Item; parent: Item | null; property: string | null }[] = roots
    .map((item) => ({ item, parent: null, property: null }))
    .toReversed();
  for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
    const { item } = next;
    if (seen.has(item)) continue;
    seen.add(item);
    found.push(next);
    const below: typeof queue = [];
    for (const [property, values] of item.props)
      for (const child of values) if (isItem(child)) below.push({ item: child, parent: item, property });
    for (let last = below.pop(); last !== undefined; last = below.pop()) queue.push(last);
  }
  return found;
};
