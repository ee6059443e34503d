import type { Batch, BrandId, Fact, MentionId, Observation, SourceId } from "@molva/contracts";
import { createCopyIndex, type CopyIndexOptions, type Recalled, type Sketch } from "@molva/text";

/** Tells copies from originals while mentions go by. */
export interface Grouping {
  /** Before the first mention of a batch: what was recorded of its brands is remembered. */
  begin(batch: Batch<Observation>, signal: AbortSignal): Promise<void>;
  /** The fact with the group of its mention, and beside it, when this is the first copy, that the other one heads the group. */
  grouped(fact: Fact, sketch?: Sketch): readonly Fact[];
}

export interface GroupingOptions extends CopyIndexOptions {
  /** Resolves once all that was published can be recalled; gives up by itself. */
  readonly recorded: (signal: AbortSignal) => Promise<void>;
  /** Recent mentions of a brand with the groups that were recorded, the oldest first. */
  readonly recall: (brand: BrandId) => Promise<readonly Recalled[]>;
}

/**
 * The groups are what was recorded, whoever recorded it: where a batch does not follow the one before (the first after a start, one that is
 * delivered again, one of a partition that was another process's), its brands are recalled from the store before the first mention is compared.
 */
export const createGrouping = ({ recorded, recall, ...options }: GroupingOptions): Grouping => {
  const index = createCopyIndex(options);
  const remembered = new Set<BrandId>();
  /** By lane and partition the offset that follows what was seen. */
  const following = new Map<string, bigint>();
  return {
    async begin({ lane, partition, messages }, signal) {
      const [first, last] = [messages[0], messages.at(-1)];
      if (first === undefined || last === undefined) return;
      const place = `${lane}/${partition}`;
      const brands = new Set(messages.flatMap(({ value }) => (value.type === "seen" ? [value.mention.brandId] : [])));
      if (following.get(place) !== first.offset) {
        await recorded(signal);
        for (const brand of brands) if (remembered.delete(brand)) index.forget(brand);
      }
      following.set(place, last.offset + 1n);
      for (const brand of brands) {
        if (remembered.has(brand)) continue;
        for (const mention of await recall(brand)) index.recall(mention);
        remembered.add(brand);
      }
    },
    grouped(fact, sketch) {
      if (fact.type !== "content") return [fact];
      const { brandId } = fact.mention;
      const { group, head } = index.place(fact.mention, fact.observedAt, sketch);
      const told: Fact = { ...fact, group };
      if (head === null || group === null) return [told];
      const { mentionId, sourceId, observedAt } = head;
      // The head first: between the two no number has one original too many.
      return [
        {
          type: "group",
          mentionId: mentionId as MentionId,
          brandId,
          sourceId: sourceId as SourceId,
          group,
          observedAt,
        },
        told,
      ];
    },
  };
};
