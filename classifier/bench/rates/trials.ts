import { adjustedRate, ADJUSTED, type AdjustedConstants, type Audit, type Unit } from "@molva/numbers";
import type { Known, KnownUnit, UnitGroup } from "./units.ts";

export type Random = () => number;

/** mulberry32: the same seed gives the same trials. */
export const createRandom = (seed: number): Random => {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
};

export const drawn = <T>(list: readonly T[], count: number, random: Random): readonly T[] => {
  const left = [...list];
  for (let i = 0; i < Math.min(count, left.length); i += 1) {
    const j = i + Math.floor(random() * (left.length - i));
    [left[i], left[j]] = [left[j] as T, left[i] as T];
  }
  return left.slice(0, count);
};

const VALUE = { negative: -1, neutral: 0, positive: 1 } as const;
const meanOf = (texts: readonly Known[], which: "label" | "given"): number =>
  texts.reduce((sum, text) => sum + VALUE[text[which]], 0) / texts.length;

export interface Outcome {
  readonly error: number;
  readonly covered: boolean;
  readonly half: number;
}

const asUnit = (texts: readonly Known[]): Unit => ({
  said: texts.map((text) => text.said),
  size: texts.length,
  strata: new Map([["one", texts.length]]),
  plain: meanOf(texts, "given"),
});

interface Place {
  readonly unit: KnownUnit;
  readonly text: Known;
}

/** Who is audited: the unit alone, its brand (also its other periods), each unit of the group, or the group as one heap. */
export type Plan =
  | { readonly kind: "none" }
  | { readonly kind: "unit" | "brand" | "each" | "pooled"; readonly audits: number };

const placesOf = (group: UnitGroup, of: (unit: KnownUnit) => boolean): readonly Place[] =>
  group.units.filter(of).flatMap((unit) => unit.texts.map((text) => ({ unit, text })));

const drawFor = (group: UnitGroup, plan: Plan, target: KnownUnit, random: Random): readonly Place[] => {
  if (plan.kind === "none") return [];
  if (plan.kind === "pooled")
    return drawn(
      placesOf(group, () => true),
      plan.audits,
      random,
    );
  if (plan.kind === "brand")
    return drawn(
      placesOf(group, (u) => u.brand === target.brand),
      plan.audits,
      random,
    );
  const units = plan.kind === "unit" ? [target] : group.units;
  return units.flatMap((unit) =>
    drawn(
      unit.texts.map((text) => ({ unit, text })),
      Math.min(plan.audits, Math.floor(unit.texts.length / 2)),
      random,
    ),
  );
};

const auditOf = ({ unit, text }: Place, target: KnownUnit): Audit => ({
  said: text.said,
  label: text.label,
  where: unit === target ? "unit" : unit.brand === target.brand ? "brand" : "elsewhere",
  stratum: "one",
  brand: unit.brand,
});

/** One trial: audits are drawn, then the rate of each unit is estimated and compared with what its labels say. Points. */
export const trial = (
  group: UnitGroup,
  plan: Plan,
  random: Random,
  constants: AdjustedConstants = ADJUSTED,
): readonly Outcome[] => {
  const shared =
    plan.kind === "pooled" || plan.kind === "each" ? drawFor(group, plan, group.units[0] as KnownUnit, random) : null;
  return group.units.flatMap((target) => {
    const places = shared ?? drawFor(group, plan, target, random);
    const found = adjustedRate(
      asUnit(target.texts),
      places.map((place) => auditOf(place, target)),
      constants,
    );
    if (found === null) return [];
    const truth = meanOf(target.texts, "label");
    return [
      {
        error: Math.abs(found.rate - truth) * 100,
        covered: found.low <= truth && truth <= found.high,
        half: ((found.high - found.low) / 2) * 100,
      },
    ];
  });
};
