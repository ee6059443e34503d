import type { BrandId, Instant, MentionId, SourceId } from "@molva/contracts";
import { createCopyIndex } from "@molva/text";
import { CHANGES, countWords, planted, randomOf, type Change } from "./plant.ts";

/** How well copies are told from originals in one set of texts. */
export interface CopiesRow {
  readonly set: string;
  readonly texts: number;
  /** Planted copies. */
  readonly copies: number;
  /** Of the planted ones those that stand in the group of what they are a copy of. 0…1. */
  readonly recall: number;
  /** Of all that were called copies those that are, planted ones and standing ones. 0…1. */
  readonly precision: number;
  /** Copies that stood in the set before any was planted: told by comparing words, not by the index. */
  readonly standing: number;
  /** Recall by what was done to the text. */
  readonly byChange: Readonly<Record<string, number>>;
  /** Microseconds for each text. */
  readonly micros: number;
}

const AT = "2026-01-01T00:00:00.000Z" as Instant;
/** A text must leave enough words when it is cut: shorter ones are never called copies (docs/copies.md). */
const LEAST_WORDS = 12;

const idOf = (i: number): MentionId =>
  ((Math.imul(i + 1, 0x9e3779b1) >>> 0).toString(16).padStart(8, "0") + i.toString(16).padStart(24, "0")) as MentionId;

/** Words as often as they stand, by another route than the index takes. */
const bagOf = (text: string): ReadonlyMap<string, number> => {
  const bag = new Map<string, number>();
  const plain = text
    .normalize("NFKC")
    .toLowerCase()
    .replaceAll("ё", "е")
    .replaceAll(/https?:\S+|www\.\S+|@\S+/gu, " ");
  for (const [word] of plain.matchAll(/[\p{L}\p{N}]+/gu)) bag.set(word, (bag.get(word) ?? 0) + 1);
  return bag;
};
const sizeOf = (bag: ReadonlyMap<string, number>): number => [...bag.values()].reduce((sum, n) => sum + n, 0);

/** Whether three quarters of the shorter text's words stand in the other one: what people call the same text. */
const isSameText = (a: string, b: string): boolean => {
  const [one, other] = [bagOf(a), bagOf(b)];
  const common = [...one].reduce((sum, [word, n]) => sum + Math.min(n, other.get(word) ?? 0), 0);
  return common >= 0.75 * Math.min(sizeOf(one), sizeOf(other));
};

interface Item {
  readonly text: string;
  /** The text it was made of, or itself. */
  readonly origin: number;
  readonly change: Change | null;
}

const WAYS: readonly Change[] = [...(Object.keys(CHANGES) as (keyof typeof CHANGES)[]), "mixed"];

/** Plants copies of a quarter of the texts behind all of them, and asks the index. The same seed gives the same row. */
export const copiesRow = (set: string, texts: readonly string[], seed = 7): CopiesRow => {
  const random = randomOf(seed);
  const items: Item[] = texts.map((text, origin) => ({ text, origin, change: null }));
  for (const [origin, text] of texts.entries()) {
    if (countWords(text) < LEAST_WORDS || random() >= 0.25) continue;
    const change = WAYS[Math.floor(random() * WAYS.length)] as Change;
    items.push({ text: planted(text, change, random), origin, change });
  }
  const index = createCopyIndex({ entries: 65_536 });
  const groups: (string | null)[] = [];
  const places = new Map<string, number>();
  const started = process.cpuUsage();
  for (const [i, { text }] of items.entries()) {
    const mentionId = idOf(i);
    places.set(mentionId, i);
    const mention = {
      mentionId,
      brandId: "brand" as BrandId,
      sourceId: "source" as SourceId,
      title: null,
      text,
      url: null,
      authorHash: null,
    };
    const { group, head } = index.place(mention, AT);
    groups.push(group);
    if (head !== null) groups[places.get(head.mentionId) as number] = group;
  }
  const micros = process.cpuUsage(started).user / items.length;
  const found: Record<string, number> = {};
  const asked: Record<string, number> = {};
  let [wrong, standing] = [0, 0];
  for (const [i, item] of items.entries()) {
    const group = groups[i] ?? null;
    if (item.change !== null) {
      asked[item.change] = (asked[item.change] ?? 0) + 1;
      const isFound = group !== null && group === groups[item.origin];
      if (isFound) found[item.change] = (found[item.change] ?? 0) + 1;
    }
    if (group === null || group === idOf(i)) continue;
    const head = items[places.get(group) as number] as Item;
    if (head.origin === item.origin) continue;
    const original = texts[item.origin] as string;
    if (isSameText(head.text, original) || isSameText(head.text, item.text)) standing += 1;
    else wrong += 1;
  }
  const sum = (of: Readonly<Record<string, number>>): number => Object.values(of).reduce((so, n) => so + n, 0);
  const [right, copies] = [sum(found), sum(asked)];
  return {
    set,
    texts: texts.length,
    copies,
    recall: copies === 0 ? 1 : right / copies,
    precision: right + standing + wrong === 0 ? 1 : (right + standing) / (right + standing + wrong),
    standing,
    byChange: Object.fromEntries(WAYS.map((way) => [way, (found[way] ?? 0) / Math.max(1, asked[way] ?? 0)])),
    micros,
  };
};
