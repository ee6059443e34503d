import type { Near, QueryNode, Sequence, Term, Within } from "./nodes.ts";
import type { Query } from "./parse-query.ts";
import { isNear } from "./places.ts";
import { TextIndex, type QueriedText } from "./text-index.ts";

/** A stretch of words, both ends included. */
interface Span {
  readonly from: number;
  readonly to: number;
}

const union = (a: readonly number[], b: readonly number[]): readonly number[] =>
  b.length === 0 ? a : a.length === 0 ? b : [...new Set([...a, ...b])].sort((x, y) => x - y);

const positionsOf = (term: Term, index: TextIndex): readonly number[] => {
  if (term.by === "form") return index.byForm(term.form);
  if (term.by === "prefix") return index.byPrefix(term.form);
  const stems = index.byStem(term.stem);
  return term.other === null ? stems : union(stems, index.bySound(term.other.sound, term.other.script));
};

/** A phrase of k words costs at most k looks for each place of its first word. */
const rowsOf = (sequence: Sequence, index: TextIndex): readonly Span[] => {
  const [first, ...rest] = sequence.terms.map((term) => positionsOf(term, index));
  const length = rest.length;
  const sets = rest.map((positions) => new Set(positions));
  const spans = (first ?? [])
    .filter((at) => sets.every((positions, i) => positions.has(at + i + 1)))
    .map((at) => ({ from: at, to: at + length }));
  // `#ThisIsOurBank`, `@ourbank`: the words of a phrase written as one.
  const tags = index.byTag(sequence.whole, null).map((at) => ({ from: at, to: at }));
  return tags.length === 0 ? spans : [...spans, ...tags].sort((a, b) => a.from - b.from);
};

/** The shortest stretches that hold every word; of a word that is asked for twice, two. */
const stretchesOf = ({ terms, distance }: Within, index: TextIndex): readonly Span[] => {
  const wanted = new Map<string, { readonly positions: readonly number[]; count: number }>();
  for (const term of terms) {
    const key = `${term.by} ${term.by === "stem" ? term.stem : term.form}`;
    const known = wanted.get(key);
    if (known === undefined) wanted.set(key, { positions: positionsOf(term, index), count: 1 });
    else known.count += 1;
  }
  const kinds = [...wanted.values()];
  const events = kinds
    .flatMap(({ positions }, kind) => positions.map((at) => ({ at, kind })))
    .sort((a, b) => a.at - b.at || a.kind - b.kind);
  const missing = kinds.map(({ count }) => count);
  let lacking = terms.length;
  const spans: Span[] = [];
  const longest = terms.length + distance;
  for (let from = 0, to = 0; to < events.length; to += 1) {
    const { at, kind } = events[to] as { at: number; kind: number };
    if ((missing[kind] as number) > 0) lacking -= 1;
    missing[kind] = (missing[kind] as number) - 1;
    while (lacking === 0) {
      const start = events[from] as { at: number; kind: number };
      if (at - start.at + 1 <= longest) spans.push({ from: start.at, to: at });
      missing[start.kind] = (missing[start.kind] as number) + 1;
      if ((missing[start.kind] as number) > 0) lacking += 1;
      from += 1;
    }
  }
  return spans;
};

const longestOf = (spans: readonly Span[]): number =>
  spans.reduce((most, { from, to }) => Math.max(most, to - from + 1), 0);

/** Those of `spans` that have one of `others` at most `distance` words before or behind them. Both ascend by their start. */
const nearTo = (spans: readonly Span[], others: readonly Span[], distance: number): readonly Span[] => {
  const reach = longestOf(others) + distance;
  let low = 0;
  return spans.filter((span) => {
    while (low < others.length && (others[low] as Span).from < span.from - reach) low += 1;
    for (let i = low; i < others.length; i += 1) {
      const other = others[i] as Span;
      if (other.from > span.to + distance + 1) return false;
      const between =
        other.from > span.to ? other.from - span.to - 1 : span.from > other.to ? span.from - other.to - 1 : -1;
      if (between >= 0 && between <= distance) return true;
    }
    return false;
  });
};

const spansOf = (node: QueryNode, index: TextIndex): readonly Span[] => {
  switch (node.kind) {
    case "sequence":
      return rowsOf(node, index);
    case "tag":
      return index.byTag(node.whole, node.sign).map((at) => ({ from: at, to: at }));
    case "within":
      return stretchesOf(node, index);
    case "or":
      return node.parts.flatMap((part) => spansOf(part, index)).sort((a, b) => a.from - b.from || a.to - b.to);
    case "and":
    case "not":
    case "near":
    case "field":
      return []; // the reader lets none of them stand beside a distance
  }
};

const isWithin = ({ first, rest }: Near, index: TextIndex): boolean => {
  let found = spansOf(first, index);
  for (const { part, distance } of rest) found = nearTo(spansOf(part, index), found, distance);
  return found.length > 0;
};

const primary = (language: string | null): string | null => language?.toLowerCase().split(/[-_]/)[0] ?? null;

const evaluate = (node: QueryNode, index: TextIndex): boolean => {
  switch (node.kind) {
    case "not":
      return !evaluate(node.part, index);
    case "and":
      return node.parts.every((part) => evaluate(part, index));
    case "or":
      return node.parts.some((part) => evaluate(part, index));
    case "near":
      return isWithin(node, index);
    case "field": {
      const { language, source, region } = index.about;
      if (node.field === "lang") return primary(language) === node.value;
      return node.field === "source" ? source === node.value : isNear(node.value, region);
    }
    case "sequence":
    case "tag":
    case "within":
      return spansOf(node, index).length > 0;
  }
};

/** A text by itself: no filter finds it. */
const plainText = (text: string): QueriedText => ({ title: null, text, language: null, source: null, region: null });

/** Reads a text once, for several queries. */
export const indexText = (about: QueriedText): TextIndex => new TextIndex(about);

/**
 * Whether a query finds a mention. Words are compared whole (`кот` does not find `который`), in all their forms, without case, with ё = е; names
 * also in the other script. Time grows linearly with the text for a given query, but for a sort of what was found.
 */
export const matches = (query: Query, text: string | QueriedText | TextIndex): boolean =>
  evaluate(query.root, text instanceof TextIndex ? text : indexText(typeof text === "string" ? plainText(text) : text));
