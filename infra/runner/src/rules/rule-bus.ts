import {
  FACTS,
  MENTIONS,
  type Brand,
  type Bus,
  type Checkpoints,
  type Fact,
  type Log,
  type Mention,
  type Observation,
} from "@molva/contracts";
import { hasOwnVoices, speaksForItself } from "./own-voices.ts";
import { readNoise } from "./noise-state.ts";

interface RuleBusOptions {
  /** Those of the configuration. Asked at the first mention. */
  readonly brands: () => Promise<readonly Brand[]>;
  readonly hashAuthor: (name: string) => string;
  readonly checkpoints: Checkpoints;
  readonly log: Log;
}

type Judge = (mention: Mention) => "own" | "noise" | null;

/**
 * The date is the mention's own, so that the same exclusion of the same mention is one fact however often it is collected, and stays undone
 * once a person has undone it.
 */
const exclusionOf = (mention: Mention, reason: "own" | "noise"): Fact => ({
  type: "exclude",
  mentionId: mention.mentionId,
  brandId: mention.brandId,
  sourceId: mention.sourceId,
  by: reason,
  reason,
  decidedAt: mention.publishedAt.at,
});

const judgeOf = async (brand: Brand, { hashAuthor, checkpoints }: RuleBusOptions): Promise<Judge | null> => {
  const isOwn = hasOwnVoices(brand) ? speaksForItself(brand, hashAuthor) : null;
  const noise = brand.noise === "exclude" ? await readNoise(checkpoints, brand.id) : null;
  const threshold = noise?.chosen?.threshold ?? null;
  if (isOwn === null && (noise === null || threshold === null)) return null;
  const score = threshold === null ? null : (await import("@molva/classifier")).noiseScore;
  return (mention) => {
    if (isOwn?.({ author: mention.authorHash, url: mention.url }) === true) return "own";
    if (noise === null || threshold === null || score === null) return null;
    return score(noise.model, { ...mention, source: mention.sourceId }) >= threshold ? "noise" : null;
  };
};

/**
 * The log, in front of which a brand's rules stand: what the brand itself wrote, and what looks like noise where the configuration says
 * `exclude`, is recorded with an exclusion of that reason. The exclusion goes first, so that no number ever counts it.
 */
export const withRules = (bus: Bus, options: RuleBusOptions): Bus => {
  let brands: Promise<ReadonlyMap<string, Brand>> | null = null;
  const known = (): Promise<ReadonlyMap<string, Brand>> =>
    (brands ??= options.brands().then((list) => new Map(list.map((brand) => [brand.id, brand]))));
  return {
    ...bus,
    publish: async (topic, lane, values) => {
      if (topic.name !== MENTIONS.name || values.length === 0) return bus.publish(topic, lane, values);
      const configured = await known();
      const seen = (values as readonly unknown[] as readonly Observation[]).flatMap((value) =>
        value.type === "seen" ? [value.mention] : [],
      );
      const judges = new Map<string, Judge | null>();
      for (const id of new Set(seen.map(({ brandId }) => brandId))) {
        const brand = configured.get(id);
        judges.set(id, brand === undefined ? null : await judgeOf(brand, options));
      }
      const facts = seen.flatMap((mention) => {
        const reason = judges.get(mention.brandId)?.(mention) ?? null;
        return reason === null ? [] : [exclusionOf(mention, reason)];
      });
      if (facts.length > 0) {
        options.log.info("excluded-by-rules", { mentions: facts.length });
        await bus.publish(FACTS, lane, facts);
      }
      return bus.publish(topic, lane, values);
    },
  };
};
