import type { CheerioAPI } from "cheerio";
import { localName, type Item, type Value } from "./item.ts";
import { parseLenientJson } from "./lenient-json.ts";

type Node = Readonly<Record<string, unknown>>;

/** Deeper is no description of anything. */
const DEPTH_LIMIT = 64;

const isNode = (value: unknown): value is Node => typeof value === "object" && value !== null && !Array.isArray(value);
const listOf = (value: unknown): readonly unknown[] =>
  Array.isArray(value) ? value : value === undefined || value === null ? [] : [value];

const typesOf = (node: Node): readonly string[] =>
  listOf(node["@type"] ?? node["type"])
    .filter((type) => typeof type === "string")
    .map((type) => localName(type).toLowerCase());

/** What is only `{"@id": …}` points to the node of that name. */
const isReference = (node: Node): boolean => typeof node["@id"] === "string" && Object.keys(node).length === 1;

/** Reads one document: its top-level nodes, with references resolved within the page. */
const itemsOfDocument = (roots: readonly unknown[], named: ReadonlyMap<string, Node>): readonly Item[] => {
  const made = new Map<Node, Item>();

  const valueOf = (value: unknown, depth: number): readonly Value[] => {
    if (typeof value === "string") return [value];
    if (typeof value === "number" || typeof value === "boolean") return [String(value)];
    if (Array.isArray(value)) return value.flatMap((part) => valueOf(part, depth));
    if (!isNode(value) || depth > DEPTH_LIMIT) return [];
    if (value["@value"] !== undefined) return valueOf(value["@value"], depth + 1);
    if (value["@list"] !== undefined || value["@set"] !== undefined)
      return valueOf(value["@list"] ?? value["@set"], depth + 1);
    const target = isReference(value) ? named.get(value["@id"] as string) : value;
    // A reference to what the page does not hold is at least a name.
    if (target === undefined) return [value["@id"] as string];
    return [itemOf(target, depth + 1)];
  };

  const itemOf = (node: Node, depth: number): Item => {
    const known = made.get(node);
    if (known !== undefined) return known;
    const props = new Map<string, Value[]>();
    const id = node["@id"];
    const item: Item = { id: typeof id === "string" ? id : null, types: typesOf(node), props, syntax: "json-ld" };
    // Known before its parts are read: nodes point at each other.
    made.set(node, item);
    for (const [key, value] of Object.entries(node)) {
      if (key.startsWith("@") || depth > DEPTH_LIMIT) continue;
      const name = localName(key);
      props.set(name, [...(props.get(name) ?? []), ...valueOf(value, depth)]);
    }
    return item;
  };

  const nodesOf = (value: unknown, depth: number): readonly Node[] => {
    if (Array.isArray(value)) return depth > DEPTH_LIMIT ? [] : value.flatMap((part) => nodesOf(part, depth + 1));
    if (!isNode(value)) return [];
    const graph = value["@graph"];
    if (graph === undefined || depth > DEPTH_LIMIT) return [value];
    // A graph may itself be described: then it is a node, too.
    return [...(typesOf(value).length > 0 ? [value] : []), ...nodesOf(graph, depth + 1)];
  };
  return roots.flatMap((root) => nodesOf(root, 0)).map((node) => itemOf(node, 0));
};

/** Nodes by their @id, the fullest of each. Iterative: documents nest as deep as their author likes. */
const namedNodes = (roots: readonly unknown[]): ReadonlyMap<string, Node> => {
  const named = new Map<string, Node>();
  const queue: unknown[] = [...roots];
  for (let value = queue.pop(); value !== undefined; value = queue.pop()) {
    if (Array.isArray(value)) queue.push(...value.filter((part) => part !== undefined && part !== null));
    if (!isNode(value)) continue;
    const id = value["@id"];
    if (
      typeof id === "string" &&
      !isReference(value) &&
      Object.keys(value).length > Object.keys(named.get(id) ?? {}).length
    )
      named.set(id, value);
    queue.push(...Object.values(value).filter((part) => typeof part === "object" && part !== null));
  }
  return named;
};

export interface JsonLd {
  readonly items: readonly Item[];
  /** Scripts that could not be read, even leniently. */
  readonly broken: number;
}

/** Every JSON-LD script of a page: `@graph`, arrays, references, and the mistakes people make in it. */
export const readJsonLd = ($: CheerioAPI): JsonLd => {
  const documents = $("script")
    .toArray()
    .filter((script) => /^application\/ld\+json\b/i.test($(script).attr("type")?.trim() ?? ""))
    .map((script) => parseLenientJson($(script).text()));
  const roots = documents.filter((document) => document !== null);
  return { items: itemsOfDocument(roots, namedNodes(roots)), broken: documents.length - roots.length };
};
