import type { StoredMention } from "@molva/aggregator";

/** A uniform sample of what goes by (reservoir, Vitter 1985), the same each time: a fixed sequence stands for chance. */
export const reservoir = (size: number) => {
  const kept: StoredMention[] = [];
  let seen = 0;
  let state = 0x2545f491;
  const random = (): number => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
  return {
    add(mention: StoredMention): void {
      seen += 1;
      if (kept.length < size) kept.push(mention);
      else {
        const at = Math.floor(random() * seen);
        if (at < size) kept[at] = mention;
      }
    },
    count: (): number => seen,
    /** The newest first. */
    mentions: (): readonly StoredMention[] =>
      kept.toSorted((a, b) => (a.publishedAt < b.publishedAt ? 1 : a.publishedAt > b.publishedAt ? -1 : 0)),
  };
};
export type Reservoir = ReturnType<typeof reservoir>;
