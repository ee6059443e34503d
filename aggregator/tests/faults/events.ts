import type { Fact } from "@molva/contracts";
import { at, content, human } from "../support/facts.ts";
import { randomOf, storyOf } from "../support/story.ts";

export const FAULT_BRANDS = ["aurora", "borealis", "corona", "drift", "ember"] as const;

/** How many facts of which sort the list has; a fact may be of several. */
export type Told = Readonly<Record<string, number>>;

export interface EventList {
  /** In the order in which they are published. */
  readonly facts: readonly Fact[];
  readonly told: Told;
}

const SHARE = { again: 0.07, otherLabel: 0.02, poison: 0.0005, anywhere: 0.15, nearby: 0.2 };
const NEARBY = 400;
/** Facts a mention gets on average: enough for edits, moves and decisions to meet. */
const FACTS_A_MENTION = 8;

/** Of each brand. A choice has every hour of its brand folded anew, which would mend what a fault has spoilt before. */
const CHOICES = 4;

const withFewChoices = (facts: readonly Fact[]): readonly Fact[] => {
  const left = new Map<string, number>();
  for (const fact of facts) if (fact.type === "choice") left.set(fact.brandId, (left.get(fact.brandId) ?? 0) + 1);
  const every = new Map([...left].map(([brand, count]) => [brand, Math.ceil(count / CHOICES)]));
  const seen = new Map<string, number>();
  return facts.filter((fact) => {
    if (fact.type !== "choice") return true;
    const nth = seen.get(fact.brandId) ?? 0;
    seen.set(fact.brandId, nth + 1);
    return nth % (every.get(fact.brandId) ?? 1) === 0;
  });
};

type Content = Extract<Fact, { readonly type: "content" }>;
const isContent = (fact: Fact): fact is Content => fact.type === "content";

const LABELS = ["negative", "neutral", "positive", "unscored"] as const;

/** Another aggregator's or model's copy: the same event, told with another label. The one recorded first counts. */
const relabelled = (fact: Content, label: (typeof LABELS)[number]): Content => ({
  ...fact,
  sentiment: { ...fact.sentiment, label },
});

/** A date that no calendar of a store holds: it must end as a dead letter and count nowhere. */
const misdated = (fact: Content): Content => ({
  ...fact,
  mention: { ...fact.mention, publishedAt: { ...fact.mention.publishedAt, at: "1901-01-01T00:00:00.000Z" as never } },
});

/** Part of the list that is the present: mentions of the hour that it is, one after the other, and seldom told of again. */
const PRESENT = 0.4;
const PRESENT_FROM_MINUTE = 100 * 1440;
const A_MINUTE = 0.7;

/**
 * What a fault spoils in an hour that is over stays spoilt; in the long story nearly every hour is folded anew all the time. Three of
 * four are a mention, the others correct one of the last minutes.
 */
const presentOf = (random: () => number, count: number): readonly Fact[] =>
  Array.from({ length: count }, (_, i) => {
    const which = i % 4 === 3 ? Math.max(0, i - 1 - Math.floor(random() * 30)) : i;
    const whose = { brand: FAULT_BRANDS[which % FAULT_BRANDS.length] as string, key: `now${which}` };
    const minute = (of: number) => at(PRESENT_FROM_MINUTE + Math.floor(of / A_MINUTE));
    const label = LABELS[Math.floor(random() * 3)] as "negative" | "neutral" | "positive";
    return which === i
      ? content({
          ...whose,
          published: minute(which),
          precision: "minute",
          observed: minute(i + 1),
          label,
          model: "old@1",
        })
      : human(whose, label, minute(i + 1));
  });

const verOf = (fact: Fact): string => ("observedAt" in fact ? fact.observedAt : fact.decidedAt);

const restorationsIn = (facts: readonly Fact[]): number => {
  const sights = new Map<string, (readonly [ver: string, type: string])[]>();
  for (const fact of facts) {
    if (fact.type !== "content" && fact.type !== "gone") continue;
    const id = fact.type === "content" ? fact.mention.mentionId : fact.mentionId;
    sights.set(id, [...(sights.get(id) ?? []), [verOf(fact), fact.type]]);
  }
  let restored = 0;
  for (const seen of sights.values()) {
    const sorted = seen.toSorted(([a], [b]) => (a < b ? -1 : 1));
    for (const [i, [, type]] of sorted.entries())
      if (type === "content" && sorted[i - 1]?.[1] === "gone") restored += 1;
  }
  return restored;
};

const countsOf = (facts: readonly Fact[]): Record<string, number> => {
  const inputs = new Map<string, Set<string>>();
  const counts: Record<string, number> = {};
  const add = (name: string, by = 1): void => void (counts[name] = (counts[name] ?? 0) + by);
  for (const fact of facts) {
    add(fact.type);
    if (!isContent(fact)) continue;
    const known = inputs.get(fact.mention.mentionId) ?? new Set();
    if (known.size > 0 && !known.has(fact.input)) add("edits");
    inputs.set(fact.mention.mentionId, known.add(fact.input));
    if (fact.group !== null) add("in a group");
    if (fact.topics.length > 0) add("with topics");
    add(`by ${fact.sentiment.model}`);
  }
  add("mentions", inputs.size);
  add("restorations", restorationsIn(facts));
  return counts;
};

/** All that can happen to mentions of five brands, out of order by up to the whole list: the same list for the same seed. */
export const eventsOf = (seed: number, events: number): EventList => {
  const random = randomOf(seed * 31 + 7);
  const below = (n: number): number => Math.floor(random() * n);
  const own = events * (1 - SHARE.again - SHARE.otherLabel - SHARE.poison);
  const present = presentOf(random, Math.floor(own * PRESENT));
  const each = Math.ceil((own - present.length) / FAULT_BRANDS.length);
  const stories = FAULT_BRANDS.map((brand, i) =>
    storyOf(seed * 100 + i, { brand, facts: each, mentions: Math.ceil(each / FACTS_A_MENTION), days: 30 }),
  );
  const all = Array.from({ length: each }, (_, i) => stories.flatMap((story) => story[i] ?? [])).flat();
  const told = withFewChoices(all);
  const contents = told.filter(isContent);
  const copies = Math.round(events * SHARE.again);
  const others = Math.round(events * SHARE.otherLabel);
  const poisons = Math.max(1, Math.round(events * SHARE.poison));
  const pick = <T>(list: readonly T[]): T => list[below(list.length)] as T;
  /** Where a fact comes in the list, between 0 and 1: most near their own time, some anywhere. */
  let late = 0;
  const placeOf = (i: number): number => {
    const own = i / told.length;
    const kind = random();
    if (kind < SHARE.anywhere) {
      late += 1;
      return random();
    }
    return kind < SHARE.anywhere + SHARE.nearby ? own + (below(NEARBY) - NEARBY / 2) / told.length : own;
  };
  const placed: (readonly [number, Fact])[] = told.map((fact, i) => [placeOf(i), fact]);
  for (let i = 0; i < copies; i += 1) placed.push([random(), pick(told)]);
  for (let i = 0; i < others; i += 1) placed.push([random(), relabelled(pick(contents), pick(LABELS))]);
  for (let i = 0; i < poisons; i += 1) placed.push([random(), misdated(pick(contents))]);
  for (const [i, fact] of present.entries()) placed.push([i / present.length, fact]);
  const facts = placed.toSorted(([a], [b]) => a - b).map(([, fact]) => fact);
  return {
    facts,
    told: {
      ...countsOf([...told, ...present]),
      duplicates: copies,
      "other labels": others,
      poison: poisons,
      "out of order": late,
    },
  };
};
