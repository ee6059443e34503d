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

/** `http://schema.org/Review`, `schema:Review` → `Review`. */
export const localName = (name: string): string => /([^/#:]+)\/?$/.exec(name.trim())?.[1] ?? name.trim();

export const isItem = (value: Value | undefined): value is Item => typeof value === "object";

export const valuesOf = (item: Item, ...names: readonly string[]): readonly Value[] =>
  names.flatMap((name) => item.props.get(name) ?? []);

export const itemsOf = (item: Item, ...names: readonly string[]): readonly Item[] =>
  valuesOf(item, ...names).filter(isItem);

/** The first text under any of the names; of an item, its name. Null when there is none. */
export const textOf = (item: Item, ...names: readonly string[]): string | null => {
  for (const value of valuesOf(item, ...names)) {
    const text = isItem(value) ? textOf({ ...value, props: onlyNames(value) }, "name", "text", "@value") : value.trim();
    if (text !== null && text !== "") return text;
  }
  return null;
};

/** Names are texts: one level down is enough, and cycles end. */
const onlyNames = (item: Item): ReadonlyMap<string, readonly Value[]> =>
  new Map([...item.props].map(([name, values]) => [name, values.filter((value) => !isItem(value))]));

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
    const below = [...item.props].flatMap(([property, values]) =>
      values.filter(isItem).map((child) => ({ item: child, parent: item, property })),
    );
    queue.push(...below.toReversed());
  }
  return found;
};
