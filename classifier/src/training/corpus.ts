import { createExtractor, fillShapes, SHAPES } from "../features.ts";
import { pieceKeys, placeOf } from "../hash.ts";
import { normaliseText } from "../normalise.ts";

/** Texts as rows of feature ids with values, in one flat arrangement (compressed sparse rows). Columns are features. */
export interface Corpus {
  /** Row r stands at `starts[r]`…`starts[r + 1]`. */
  readonly starts: Int32Array;
  readonly ids: Int32Array;
  /** 1 + ln(count of the feature in the row). */
  readonly counts: Float32Array;
  /** By id: the block (0, 1, 2), the key, and the number of rows that have it. */
  readonly blocks: Uint8Array;
  readonly keys: Int32Array;
  readonly rowsWith: Int32Array;
}

interface IntList {
  push(value: number): void;
  values(): Int32Array;
}

/** Grows by half: plain arrays of tens of millions of numbers would not fit. */
const createIntList = (capacity: number): IntList => {
  let items = new Int32Array(capacity);
  let length = 0;
  return {
    push: (value) => {
      if (length === items.length) {
        const larger = new Int32Array(Math.ceil(items.length * 1.5));
        larger.set(items);
        items = larger;
      }
      items[length] = value;
      length += 1;
    },
    values: () => items.subarray(0, length),
  };
};

interface Interner {
  /** The key's id: 0, 1, 2, … in the order of first sight. */
  idOf(key: number, block: number): number;
  keys(): Int32Array;
  blocks(): Int32Array;
}

const createInterner = (): Interner => {
  let slots = new Int32Array(1 << 20).fill(-1);
  let shift = 12;
  let keyOf = new Int32Array(1 << 19);
  let blockOf = new Int32Array(1 << 19);
  let length = 0;
  const place = (key: number, id: number): void => {
    const mask = slots.length - 1;
    let at = placeOf(key, shift);
    while (slots[at] !== -1) at = (at + 1) & mask;
    slots[at] = id;
  };
  const grow = (): void => {
    slots = new Int32Array(slots.length * 2).fill(-1);
    shift -= 1;
    const [oldKeys, oldBlocks] = [keyOf, blockOf];
    keyOf = new Int32Array(oldKeys.length * 2);
    blockOf = new Int32Array(oldBlocks.length * 2);
    keyOf.set(oldKeys);
    blockOf.set(oldBlocks);
    for (let id = 0; id < length; id += 1) place(keyOf[id] as number, id);
  };
  return {
    idOf: (key, block) => {
      const mask = slots.length - 1;
      let at = placeOf(key, shift);
      for (let id = slots[at] as number; id !== -1; id = slots[at] as number) {
        if (keyOf[id] === key) return id;
        at = (at + 1) & mask;
      }
      if (length === keyOf.length) grow();
      const id = length;
      keyOf[id] = key;
      blockOf[id] = block;
      length += 1;
      place(key, id);
      return id;
    },
    keys: () => keyOf.subarray(0, length),
    blocks: () => blockOf.subarray(0, length),
  };
};

/** Reads the texts in order; `onRow` is told after each. */
export const createCorpus = async (
  texts: readonly string[],
  onRow: (row: number) => Promise<void>,
): Promise<Corpus> => {
  const interner = createInterner();
  const ids = createIntList(1 << 22);
  const logs: number[] = Array.from({ length: 256 }, (_, count) => 1 + Math.log(Math.max(1, count)));
  let counts = new Uint8Array(1 << 22);
  const countBytes = createIntList(1 << 20);
  const starts = new Int32Array(texts.length + 1);
  const { features: found, extract } = createExtractor();
  const pieces = new Int32Array(512);
  const shapes = new Int32Array(SHAPES);
  let touched: number[] = [];
  const add = (id: number): void => {
    if (id >= counts.length) {
      const larger = new Uint8Array(counts.length * 2);
      larger.set(counts);
      counts = larger;
    }
    const count = counts[id] as number;
    if (count === 0) touched.push(id);
    if (count < 255) counts[id] = count + 1;
  };
  for (const [row, text] of texts.entries()) {
    extract(normaliseText(text));
    const { count: tokens, places, sizes, units } = found.tokens;
    const wordCount = found.firsts[tokens] as number;
    for (let i = 0; i < wordCount; i += 1) add(interner.idOf(found.words[i] as number, 0));
    for (let token = 0; token < tokens; token += 1) {
      const count = pieceKeys(units, places[token] as number, sizes[token] as number, pieces);
      for (let i = 0; i < count; i += 1) add(interner.idOf(pieces[i] as number, 1));
    }
    const shapeCount = fillShapes(found.tokens, 0, tokens, shapes);
    for (let i = 0; i < shapeCount; i += 1) add(interner.idOf(shapes[i] as number, 2));
    for (const id of touched) {
      ids.push(id);
      countBytes.push(counts[id] as number);
      counts[id] = 0;
    }
    touched = [];
    starts[row + 1] = ids.values().length;
    await onRow(row);
  }
  const keys = interner.keys();
  const rowsWith = new Int32Array(keys.length);
  for (const id of ids.values()) rowsWith[id] = (rowsWith[id] as number) + 1;
  return {
    starts,
    ids: ids.values(),
    counts: Float32Array.from(countBytes.values(), (c) => logs[c] as number),
    blocks: Uint8Array.from(interner.blocks()),
    keys,
    rowsWith,
  };
};

/** The same rows with the kept columns only, renumbered. */
export const keepColumns = (corpus: Corpus, keep: (id: number) => boolean): Corpus => {
  const next = new Int32Array(corpus.keys.length).fill(-1);
  const kept: number[] = [];
  for (let id = 0; id < next.length; id += 1) {
    if (!keep(id)) continue;
    next[id] = kept.length;
    kept.push(id);
  }
  const size = corpus.ids.reduce((sum, id) => sum + ((next[id] as number) >= 0 ? 1 : 0), 0);
  const ids = new Int32Array(size);
  const counts = new Float32Array(size);
  const starts = new Int32Array(corpus.starts.length);
  let at = 0;
  for (let row = 0; row + 1 < starts.length; row += 1) {
    for (let i = corpus.starts[row] as number; i < (corpus.starts[row + 1] as number); i += 1) {
      const id = next[corpus.ids[i] as number] as number;
      if (id < 0) continue;
      ids[at] = id;
      counts[at] = corpus.counts[i] as number;
      at += 1;
    }
    starts[row + 1] = at;
  }
  return {
    starts,
    ids,
    counts,
    blocks: Uint8Array.from(kept, (id) => corpus.blocks[id] as number),
    keys: Int32Array.from(kept, (id) => corpus.keys[id] as number),
    rowsWith: Int32Array.from(kept, (id) => corpus.rowsWith[id] as number),
  };
};
