import {
  instantOf,
  millisOf,
  PipelineError,
  type Counts,
  type Instant,
  type ListedMention,
  type NsrRow,
  type Store,
} from "@molva/contracts";
import { decompose, sizeOf, type Group, type Part } from "@molva/numbers";
import { FOREVER } from "../steps.ts";
import { readWeighed, type Weights } from "./explain-mentions.ts";
import { countByMainTopic } from "./main-topic.ts";
import { readNsr } from "./nsr.ts";
import type { Stretch } from "./periods.ts";
import { countStretches } from "./segments.ts";

/** What the change is divided by. `topic` is the main topic: each mention stands in one part. */
export type Explained = "source" | "language" | "topic";

export interface ExplainQuestion {
  readonly brand: string;
  readonly from: Instant;
  readonly to: Instant;
  /** Null: the preceding period of the same length. */
  readonly against: { readonly from: Instant; readonly to: Instant } | null;
  /** How many mentions that weigh most; 0…100. */
  readonly mentions: number;
  /** Decimals of the parts, 0…4: they add up at that digit. */
  readonly decimals?: number;
  readonly asOf: Instant | null;
  readonly horizon: Instant | null;
}

/** A part as it is told: `none` stands for mentions without a language or a topic. */
interface ExplainedPart {
  readonly value: string;
  readonly n: number;
  readonly nBefore: number;
  readonly mix: number;
  readonly rate: number;
  readonly total: number;
}

export interface ExplainedDimension {
  readonly dimension: Explained;
  /** Sums over the parts, in points; mix + rate = the change. */
  readonly mix: number;
  readonly rate: number;
  readonly parts: readonly ExplainedPart[];
}

/** A mention of the period that pushes where the rate went, with its share in the parts that did, in points. */
export interface WeighedMention extends ListedMention {
  readonly weight: number;
}

export interface Explanation {
  readonly brand: string;
  readonly asOf: Instant | null;
  readonly now: NsrRow;
  readonly before: NsrRow;
  /** now.nsr − before.nsr as printed, in points; null where either has no rate (n < 10): then nothing is divided. */
  readonly change: number | null;
  readonly by: readonly ExplainedDimension[];
  readonly mentions: readonly WeighedMention[];
}

const NONE = "none";
const ZERO: Counts = { positive: 0, neutral: 0, negative: 0, unscored: 0 };

const usage = (message: string): PipelineError => new PipelineError(message, { code: "USAGE", recovery: "exit" });

const periodsOf = ({
  from,
  to,
  against,
}: Pick<ExplainQuestion, "from" | "to" | "against">): { readonly now: Stretch; readonly before: Stretch } => {
  const now = { from: millisOf(from), to: millisOf(to) };
  const before =
    against === null
      ? { from: now.from - (now.to - now.from), to: now.from }
      : { from: millisOf(against.from), to: millisOf(against.to) };
  if (now.from >= now.to || before.from >= before.to) throw usage("a period must begin before it ends");
  if (now.from < before.to && before.from < now.to)
    throw usage("the two periods overlap: a mention in both would be compared with itself");
  return { now, before };
};

interface CountedGroup extends Group {
  readonly now: Counts;
  readonly before: Counts;
}

/** In every group by its name; a value that one period lacks has zeros there. */
const groupsOf = (
  values: Iterable<string>,
  now: (value: string) => Counts,
  before: (value: string) => Counts,
): readonly CountedGroup[] =>
  [...new Set(values)].sort().map((value) => ({ value, now: now(value), before: before(value) }));

type GroupsOf = (brand: string) => readonly CountedGroup[];

const byBuckets = async (
  store: Store,
  brands: readonly string[],
  by: Explained,
  { now, before }: ReturnType<typeof periodsOf>,
  asOf: number,
): Promise<GroupsOf> => {
  const stretches = [now, before];
  const counted = await countStretches(store, { brands, stretches, by, coarse: true, asOf, originals: false });
  return (brand) =>
    groupsOf(
      counted.values(brand),
      (value) => counted.over(brand, value, now),
      (value) => counted.over(brand, value, before),
    );
};

const byMainTopic = async (
  store: Store,
  brands: readonly string[],
  periods: ReturnType<typeof periodsOf>,
  sizeOfBrand: (brand: string) => readonly [now: number, before: number],
  asOf: number,
): Promise<GroupsOf> => {
  const byTopic = await byBuckets(store, brands, "topic", periods, asOf);
  // A mention stands under each of its topics: where they add up to the whole, nobody has a second one, and buckets know the main one.
  const single = brands.filter((brand) => {
    const groups = byTopic(brand);
    const sizes = [groups.map(({ now }) => now), groups.map(({ before }) => before)];
    return sizes.every((counts, i) => counts.reduce((sum, c) => sum + sizeWith(c), 0) === sizeOfBrand(brand)[i]);
  });
  const several = brands.filter((brand) => !single.includes(brand));
  const [topicsNow, topicsBefore] = await Promise.all([
    countByMainTopic(store, { brands: several, stretch: periods.now, asOf }),
    countByMainTopic(store, { brands: several, stretch: periods.before, asOf }),
  ]);
  return (brand) => {
    if (single.includes(brand)) return byTopic(brand);
    const [now, before] = [topicsNow.get(brand), topicsBefore.get(brand)];
    return groupsOf(
      [...(now?.keys() ?? []), ...(before?.keys() ?? [])],
      (value) => now?.get(value) ?? ZERO,
      (value) => before?.get(value) ?? ZERO,
    );
  };
};

const sizeWith = (c: Counts): number => sizeOf(c) + c.unscored;

/** Of each part that goes where the whole goes: its points, shared among its mentions that push there. */
const weightsOf = (parts: readonly Part[], direction: 1 | -1): ReadonlyMap<string, number> =>
  new Map(
    parts.flatMap(({ value, total, now }): readonly (readonly [string, number])[] => {
      const pushing = direction === 1 ? now.positive : now.negative;
      return pushing === 0 || total * direction <= 0 ? [] : [[value, Math.abs(total) / pushing]];
    }),
  );

const partOf = ({ value, now, before, mix, rate, total }: Part): ExplainedPart => ({
  value: value === "" ? NONE : value,
  n: sizeOf(now),
  nBefore: sizeOf(before),
  mix,
  rate,
  total,
});

type Divided = Omit<Explanation, "mentions"> & { readonly weights: Weights };

/** The change of each brand, divided: the statements are the same for one brand and for many. */
const divide = async (
  store: Store,
  brands: readonly string[],
  question: Omit<ExplainQuestion, "brand" | "mentions">,
): Promise<readonly Divided[]> => {
  const { decimals = 4, horizon } = question;
  const periods = periodsOf(question);
  const ask = { brands, window: null, step: null, by: null, tz: "UTC", asOf: question.asOf, horizon };
  const rowsOf = ({ from, to }: Stretch): Promise<readonly NsrRow[]> =>
    readNsr(store, { ...ask, from: instantOf(from), to: instantOf(to) });
  // With both ends given there is a row for each brand, in their order.
  const [rowsNow, rowsBefore] = await Promise.all([rowsOf(periods.now), rowsOf(periods.before)]);
  const point = rowsNow[0]?.asOf ?? null;
  const asOf = point === null ? FOREVER : millisOf(point);
  const at = new Map(brands.map((brand, i) => [brand, [rowsNow[i] as NsrRow, rowsBefore[i] as NsrRow] as const]));
  const rated = brands.filter((brand) => at.get(brand)?.every(({ nsr }) => nsr !== null) === true);
  const sizes = (brand: string): readonly [number, number] => {
    const [now, before] = at.get(brand) as readonly [NsrRow, NsrRow];
    return [sizeWith(now), sizeWith(before)];
  };
  const groups: readonly (readonly [Explained, GroupsOf])[] =
    rated.length === 0
      ? []
      : await Promise.all([
          byBuckets(store, rated, "source", periods, asOf).then((of) => ["source", of] as const),
          byBuckets(store, rated, "language", periods, asOf).then((of) => ["language", of] as const),
          byMainTopic(store, rated, periods, sizes, asOf).then((of) => ["topic", of] as const),
        ]);
  return brands.map((brand): Divided => {
    const [now, before] = at.get(brand) as readonly [NsrRow, NsrRow];
    const divided = rated.includes(brand)
      ? groups.flatMap(([dimension, of]) => {
          const found = decompose(of(brand), decimals);
          return found === null ? [] : [{ dimension, ...found }];
        })
      : [];
    const change = divided[0]?.change ?? null;
    const direction = change !== null && change < 0 ? -1 : 1;
    return {
      brand,
      asOf: point,
      now,
      before,
      change,
      by: divided.map(({ dimension, mix, rate, parts }) => ({ dimension, mix, rate, parts: parts.map(partOf) })),
      weights: Object.fromEntries(
        divided.map(({ dimension, parts }) => [dimension, weightsOf(parts, direction)]),
      ) as unknown as Weights,
    };
  });
};

/**
 * What moved the rate of each of these brands between two periods, as `readExplanation`, without mentions.
 * @throws {PipelineError} as `readExplanation`.
 */
export const readExplanations = async (
  store: Store,
  brands: readonly string[],
  question: Omit<ExplainQuestion, "brand" | "mentions">,
): Promise<ReadonlyMap<string, Explanation>> =>
  new Map(
    (await divide(store, brands, question)).map(({ brand, asOf, now, before, change, by }) => [
      brand,
      { brand, asOf, now, before, change, by, mentions: [] },
    ]),
  );

/**
 * What moved the rate of a brand between two periods: the change divided by source, language and main topic (see `decompose` of
 * @molva/numbers), each division adding up to it, with the mentions that weigh most.
 *
 * A mention's weight: of each part that goes where the rate went, an equal share for each of the period's mentions labelled that way (positive
 * where the rate rose, negative where it fell), averaged over the three divisions.
 * @throws {PipelineError} `USAGE` for periods that are none or overlap; what the store throws.
 */
export const readExplanation = async (store: Store, question: ExplainQuestion): Promise<Explanation> => {
  const { brand, mentions: limit, ...asked } = question;
  const [{ weights, ...divided }] = (await divide(store, [brand], asked)) as [Divided];
  const { change, asOf } = divided;
  if (change === null || change === 0) return { ...divided, mentions: [] };
  const mentions = await readWeighed(store, {
    brand,
    stretch: periodsOf(question).now,
    asOf: asOf === null ? FOREVER : millisOf(asOf),
    direction: change < 0 ? -1 : 1,
    weights,
    limit,
  });
  return { ...divided, mentions };
};
