import type { Instant, Mention } from "@molva/contracts";
import { instantOf, millisOf } from "@molva/contracts";
import { containment } from "./similarity.ts";
import { KEYS, sketchOf, SKETCH_SIZE, type Sketch } from "./sketch.ts";
import { mixed } from "./words.ts";

/** What of a mention its group depends on. */
export type GroupedMention = Pick<
  Mention,
  "mentionId" | "brandId" | "sourceId" | "title" | "text" | "url" | "authorHash"
>;

/** A mention that stood alone until now, and heads a group from now on. */
export interface Head {
  readonly mentionId: string;
  readonly sourceId: string;
  /** Of the observation that brought it into the index. */
  readonly observedAt: Instant;
}

export interface Placed {
  /** The id of the mention that heads the group; null when no copy is known. */
  readonly group: string | null;
  /** Tell its group: whoever reads the facts may not know yet that it heads one. Null when there is nothing to tell. */
  readonly head: Head | null;
}

/** A mention whose group is known already, as it is recalled after a restart. */
export interface Recalled {
  readonly mention: GroupedMention;
  readonly group: string | null;
  readonly observedAt: Instant;
}

export interface CopyIndexOptions {
  /** Texts that are remembered, of all brands together: the oldest leave first. Default 131 072. */
  readonly entries?: number;
}

export interface CopyIndex {
  /**
   * The group of a mention, which is remembered for those that come. The same mention again has its group again.
   * @param sketch what `sketchOf` says of its title and text, where that was asked already
   */
  place(mention: GroupedMention, observedAt: Instant, sketch?: Sketch): Placed;
  /** Remembers a mention as it was recorded. */
  recall(recalled: Recalled): void;
  /** Texts of the brand are no copies of what is remembered of it up to now. */
  forget(brandId: string): void;
  /** Bytes of the index, which do not depend on what is in it. */
  readonly bytes: number;
}

/** Copies are told apart from this many words on; shorter texts are copies only by the same author or at the same address, word for word. */
const LEAST_WORDS = 7;
/** Of the smaller text's features the larger one must have such a share: more where there are few, for short texts are alike by chance. */
const leastContained = (size: number): number => 0.76 + 0.06 * Math.min(1, Math.max(0, (25 - size) / 12));
/** And of what heads its group such a share, so that a group does not drift from copy to copy. */
const LEAST_OF_HEAD = 0.66;
/** A copy keeps at least this share of the features. */
const LEAST_SHARE = 0.5;
/** Texts that are looked at behind one key, newest first: a phrase that everybody writes says little. */
const LONGEST_CHAIN = 24;
/** The newest texts behind a key that are looked at even when no other key leads to them. */
const RARE = 4;
const LINKS = KEYS + 1;
const ID_WORDS = 4;

const hashText = (text: string, seed: number): number => {
  let h = seed;
  for (let i = 0; i < text.length; i += 1) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193);
  return mixed(h);
};

const powerOfTwo = (least: number): number => 2 ** Math.ceil(Math.log2(Math.max(2, least)));

const wordAt = (id: string, i: number): number => Number.parseInt(id.slice(i * 8, i * 8 + 8), 16);

/**
 * Near-duplicates of a stream of mentions, brand by brand, in bounded memory: bottom-k MinHash sketches over words and pairs of words, looked
 * up by the smallest pairs, which are the bands of an LSH index with one row each.
 *
 * Everything lies in arrays of fixed size, a ring of texts: 432 bytes each. Nothing is ever unlinked: a chain runs from new to old texts and ends
 * where the ring has been written over.
 */
export const createCopyIndex = ({ entries = 131_072 }: CopyIndexOptions = {}): CopyIndex => {
  const places = powerOfTwo(entries);
  const slots = powerOfTwo(places * LINKS);
  const heads = new Uint32Array(slots);
  const next = new Uint32Array(places * LINKS);
  const features = new Uint32Array(places * SKETCH_SIZE);
  const sizes = new Uint32Array(places);
  const kept = new Uint8Array(places);
  const words = new Uint32Array(places);
  const wholes = new Uint32Array(places);
  const ids = new Uint32Array(places * ID_WORDS);
  const groups = new Uint32Array(places * ID_WORDS);
  const observed = new Float64Array(places);
  const brandOf = new Uint32Array(places);
  const sourceOf = new Uint16Array(places);
  const asked = new Uint32Array(places);
  const hits = new Uint8Array(places);
  const looked = new Uint32Array(KEYS * LONGEST_CHAIN);
  let query = 0;
  const brands = new Map<string, number>();
  const sources: string[] = [];
  let nextBrand = 1;
  /** Of the next text; counts on for ever, its place is what is left of the division by `places`. */
  let serial = 1;

  const brandNumber = (brandId: string): number => {
    const known = brands.get(brandId);
    if (known !== undefined) return known;
    brands.set(brandId, nextBrand);
    return nextBrand++;
  };
  const sourceNumber = (sourceId: string): number => {
    const known = sources.indexOf(sourceId);
    return known === -1 ? sources.push(sourceId) - 1 : known;
  };

  const writeId = (list: Uint32Array, place: number, id: string | null): void => {
    for (let i = 0; i < ID_WORDS; i += 1) list[place * ID_WORDS + i] = id === null ? 0 : wordAt(id, i);
  };
  const readId = (list: Uint32Array, place: number): string =>
    Array.from(list.subarray(place * ID_WORDS, (place + 1) * ID_WORDS), (n) => n.toString(16).padStart(8, "0")).join(
      "",
    );
  const groupAt = (place: number): string | null =>
    groups.subarray(place * ID_WORDS, (place + 1) * ID_WORDS).some((n) => n !== 0) ? readId(groups, place) : null;
  const keysOf = (sketch: Sketch, mention: GroupedMention, brand: number): number[] => {
    const seed = mixed(brand);
    if (sketch.words >= LEAST_WORDS) return Array.from(sketch.keys, (key) => mixed(key ^ seed));
    if (sketch.words === 0) return [];
    const byWhom = [mention.authorHash, mention.url].filter((part) => part !== null);
    return byWhom.map((part) => hashText(part, sketch.whole ^ seed));
  };

  const link = (place: number, keys: readonly number[]): void => {
    for (const [i, key] of keys.entries()) {
      next[place * LINKS + i] = heads[key & (slots - 1)] as number;
      heads[key & (slots - 1)] = serial * LINKS + i;
    }
  };
  const nextPlace = (): number => {
    if (serial * LINKS > 0xffff_0000) restart();
    return serial & (places - 1);
  };

  const enter = (
    mention: GroupedMention,
    sketch: Sketch,
    keys: readonly number[],
    group: string | null,
    observedAt: Instant,
  ): void => {
    const place = nextPlace();
    features.set(sketch.features, place * SKETCH_SIZE);
    kept[place] = sketch.features.length;
    sizes[place] = sketch.size;
    words[place] = sketch.words;
    wholes[place] = sketch.whole;
    brandOf[place] = brandNumber(mention.brandId);
    sourceOf[place] = sourceNumber(mention.sourceId);
    observed[place] = millisOf(observedAt);
    writeId(ids, place, mention.mentionId);
    writeId(groups, place, group);
    link(place, [...keys.slice(0, KEYS), mixed(wordAt(mention.mentionId, 0))]);
    serial += 1;
  };
  /** Once in hundreds of millions of texts the numbers of the links run out. */
  const restart = (): void => {
    heads.fill(0);
    serial = 1;
  };

  /** The newest entry of a mention. */
  const own = (mentionId: string, brand: number): number | null => {
    const first = wordAt(mentionId, 0);
    const [second, third, fourth] = [wordAt(mentionId, 1), wordAt(mentionId, 2), wordAt(mentionId, 3)];
    let link = heads[mixed(first) & (slots - 1)] as number;
    for (let i = 0; i < 1_000 && link !== 0; i += 1) {
      const told = Math.floor(link / LINKS);
      if (serial - told > places || told >= serial) return null;
      const place = told & (places - 1);
      const at = place * ID_WORDS;
      if (ids[at] === first && ids[at + 1] === second && ids[at + 2] === third && ids[at + 3] === fourth) {
        if (brandOf[place] === brand) return place;
      }
      link = next[place * LINKS + (link % LINKS)] as number;
    }
    return null;
  };

  const likeness = (sketch: Sketch, place: number, ofHead: boolean): number => {
    const [size, other] = [sketch.size, sizes[place] as number];
    const smaller = Math.min(size, other);
    if (smaller < LEAST_SHARE * Math.max(size, other) && !ofHead) return 0;
    const mine = { list: sketch.features, from: 0, kept: sketch.features.length, size };
    const its = { list: features, from: place * SKETCH_SIZE, kept: kept[place] as number, size: other };
    return containment(mine, its, ofHead ? LEAST_OF_HEAD : leastContained(smaller));
  };

  /** Whether the text is like what heads the group of another one, where that is remembered. */
  const fitsGroup = (sketch: Sketch, place: number, brand: number): boolean => {
    const group = groupAt(place);
    const head = group === null ? null : own(group, brand);
    return head === null || head === place || likeness(sketch, head, true) > 0;
  };

  /** Notes the texts behind the keys in `looked`, and how many keys lead to each. Returns how many there are. */
  const candidates = (keys: readonly number[], brand: number): number => {
    let found = 0;
    query = (query + 1) >>> 0;
    for (const key of keys) {
      let link = heads[key & (slots - 1)] as number;
      for (let i = 0; i < LONGEST_CHAIN && link !== 0; i += 1) {
        const told = Math.floor(link / LINKS);
        if (serial - told > places || told >= serial) break;
        const place = told & (places - 1);
        if (brandOf[place] === brand) {
          if (asked[place] === query) hits[place] = (hits[place] as number) + 1;
          else {
            asked[place] = query;
            // A rare pair is enough; what many write must be met twice.
            hits[place] = i < RARE ? 2 : 1;
            looked[found++] = place;
          }
        }
        link = next[place * LINKS + (link % LINKS)] as number;
      }
    }
    return found;
  };

  const mostAlike = (sketch: Sketch, keys: readonly number[], brand: number): number | null => {
    const short = sketch.words < LEAST_WORDS;
    const found = candidates(keys, brand);
    let best: number | null = null;
    let most = 0;
    // None is more alike than all of it.
    for (let i = 0; i < found && most < 1; i += 1) {
      const place = looked[i] as number;
      if (!short && (hits[place] as number) < 2) continue;
      const alike = short
        ? Number(wholes[place] === sketch.whole && words[place] === sketch.words)
        : (words[place] as number) < LEAST_WORDS
          ? 0
          : likeness(sketch, place, false);
      if (alike > most && (short || fitsGroup(sketch, place, brand))) [best, most] = [place, alike];
    }
    return best;
  };

  const headOf = (place: number): Head => ({
    mentionId: readId(ids, place),
    sourceId: sources[sourceOf[place] as number] as string,
    observedAt: instantOf(observed[place] as number),
  });

  return {
    place(mention, observedAt, sketch = sketchOf(mention.title, mention.text)) {
      const brand = brandNumber(mention.brandId);
      const keys = keysOf(sketch, mention, brand);
      const itself = own(mention.mentionId, brand);
      if (itself !== null) {
        const group = groupAt(itself);
        if (wholes[itself] !== sketch.whole) enter(mention, sketch, keys, group, observedAt);
        // Delivered again: what was told of the head then may never have reached the log.
        const first = group === null || group === mention.mentionId ? null : own(group, brand);
        return { group, head: first === null ? null : headOf(first) };
      }
      const alike = mostAlike(sketch, keys, brand);
      if (alike === null) {
        if (keys.length > 0) enter(mention, sketch, keys, null, observedAt);
        return { group: null, head: null };
      }
      const known = groupAt(alike);
      const group = known ?? readId(ids, alike);
      if (known === null) writeId(groups, alike, group);
      enter(mention, sketch, keys, group, observedAt);
      return { group, head: known === null ? headOf(alike) : null };
    },
    recall({ mention, group, observedAt }) {
      const brand = brandNumber(mention.brandId);
      const sketch = sketchOf(mention.title, mention.text);
      const keys = keysOf(sketch, mention, brand);
      if (keys.length > 0) enter(mention, sketch, keys, group, observedAt);
    },
    forget(brandId) {
      brands.delete(brandId);
    },
    bytes: [
      heads,
      next,
      features,
      sizes,
      kept,
      words,
      wholes,
      ids,
      groups,
      observed,
      brandOf,
      sourceOf,
      asked,
      hits,
    ].reduce((sum, list) => sum + list.byteLength, 0),
  };
};
