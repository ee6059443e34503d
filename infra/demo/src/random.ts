/** A stream of numbers that depends on its key alone: the same key, the same stream, on every machine. */
export interface Dice {
  /** In [0, 1). */
  readonly roll: () => number;
  /** An integer in [0, below). */
  readonly below: (below: number) => number;
  readonly chance: (probability: number) => boolean;
  readonly pick: <T>(items: readonly T[]) => T;
  /** One of the keys, as often as its weight says. */
  readonly weighted: <K extends string>(weights: Readonly<Record<K, number>>) => K;
}

/** FNV-1a over UTF-16 units with a last mixing (murmur3's finalizer): 32 bits. */
const hash32 = (text: string): number => {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
};

/** Mulberry32 (Tommy Ettinger, public domain). */
export const diceOf = (key: string): Dice => {
  let state = hash32(key);
  const roll = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
  const below = (limit: number): number => Math.floor(roll() * limit);
  return {
    roll,
    below,
    chance: (probability) => roll() < probability,
    pick: (items) => {
      const item = items[below(items.length)];
      if (item === undefined) throw new RangeError("pick: the list is empty");
      return item;
    },
    weighted: <K extends string>(weights: Readonly<Record<K, number>>): K => {
      const entries = Object.entries<number>(weights) as [K, number][];
      let rest = roll() * entries.reduce((sum, [, weight]) => sum + weight, 0);
      const found = entries.find(([, weight]) => (rest -= weight) < 0) ?? entries.at(-1);
      if (found === undefined) throw new RangeError("weighted: there are no weights");
      return found[0];
    },
  };
};

/** A count with the given mean, by Knuth's multiplication; meant for means below about 30. */
export const poisson = (dice: Dice, mean: number): number => {
  const floor = Math.exp(-mean);
  let count = 0;
  for (let product = dice.roll(); product > floor; product *= dice.roll()) count++;
  return count;
};

/** Ten characters that name one posting; 62 bits, so that a few thousand never meet. */
export const idOf = (key: string): string =>
  (hash32(`a:${key}`).toString(36).padStart(7, "0") + hash32(`b:${key}`).toString(36).padStart(7, "0")).slice(-10);
