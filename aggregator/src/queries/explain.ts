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

const periodsOf = ({ from, to, against }: ExplainQuestion): { readonly now: Stretch; readonly before: Stretch } => {
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

/** In every group by its name; a value that one period lacks has zeros there. */
const groupsOf = (
  values: Iterable<string>,
  now: (value: string) => Counts,
  before: (value: string) => Counts,
): readonly Group[] => [...new Set(values)].sort().map((value) => ({ value, now: now(value), before: before(value) }));

const byBuckets = async (
  store: Store,
  brand: string,
  by: "source" | "language",
  { now, before }: ReturnType<typeof periodsOf>,
  asOf: number,
): Promise<readonly Group[]> => {
  const counted = await countStretches(store, { brands: [brand], stretches: [now, before], by, coarse: true, asOf });
  return groupsOf(
    counted.values(brand),
    (value) => counted.over(brand, value, now),
    (value) => counted.over(brand, value, before),
  );
};

const byMainTopic = async (
  store: Store,
  brand: string,
  { now, before }: ReturnType<typeof periodsOf>,
  totals: readonly number[],
  asOf: number,
): Promise<readonly Group[]> => {
  const counted = await countStretches(store, {
    brands: [brand],
    stretches: [now, before],
    by: "topic",
    coarse: true,
    asOf,
  });
  const values = counted.values(brand);
  // A mention stands under each of its topics: where they add up to the whole, nobody has a second one, and buckets know the main one.
  const single = [now, before].every((stretch, i) => {
    const all = values.reduce((sum, value) => sum + sizeWith(counted.over(brand, value, stretch)), 0);
    return all === totals[i];
  });
  if (single) {
    return groupsOf(
      values,
      (value) => counted.over(brand, value, now),
      (value) => counted.over(brand, value, before),
    );
  }
  const [topicsNow, topicsBefore] = [
    await countByMainTopic(store, { brand, stretch: now, asOf }),
    await countByMainTopic(store, { brand, stretch: before, asOf }),
  ];
  return groupsOf(
    [...topicsNow.keys(), ...topicsBefore.keys()],
    (value) => topicsNow.get(value) ?? ZERO,
    (value) => topicsBefore.get(value) ?? ZERO,
  );
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

/**
 * What moved the rate of a brand between two periods: the change divided by source, language and main topic (see `decompose` of
 * @molva/numbers), each division adding up to it, with the mentions that weigh most.
 *
 * A mention's weight: of each part that goes where the rate went, an equal share for each of the period's mentions labelled that way (positive
 * where the rate rose, negative where it fell), averaged over the three divisions.
 * @throws {PipelineError} `USAGE` for periods that are none or overlap; what the store throws.
 */
export const readExplanation = async (store: Store, question: ExplainQuestion): Promise<Explanation> => {
  const { brand, decimals = 4, horizon } = question;
  const periods = periodsOf(question);
  const ask = { brands: [brand], window: null, step: null, by: null, tz: "UTC", asOf: question.asOf, horizon };
  const rowOf = async ({ from, to }: Stretch): Promise<NsrRow> => {
    const [row] = await readNsr(store, { ...ask, from: instantOf(from), to: instantOf(to) });
    return row as NsrRow; // with both ends given there is always one
  };
  const [now, before] = [await rowOf(periods.now), await rowOf(periods.before)];
  const point = now.asOf;
  const asOf = point === null ? FOREVER : millisOf(point);
  const divided = [
    { dimension: "source" as const, groups: await byBuckets(store, brand, "source", periods, asOf) },
    { dimension: "language" as const, groups: await byBuckets(store, brand, "language", periods, asOf) },
    {
      dimension: "topic" as const,
      groups: await byMainTopic(store, brand, periods, [now, before].map(sizeWith), asOf),
    },
  ].flatMap(({ dimension, groups }) => {
    const found = decompose(groups, decimals);
    return found === null ? [] : [{ dimension, ...found }];
  });
  const change = divided[0]?.change ?? null;
  const shared = { brand, asOf: point, now, before, change };
  if (change === null) return { ...shared, by: [], mentions: [] };
  const direction = change < 0 ? -1 : 1;
  const weights = Object.fromEntries(
    divided.map(({ dimension, parts }) => [dimension, weightsOf(parts, direction)]),
  ) as unknown as Weights;
  const mentions =
    change === 0
      ? []
      : await readWeighed(store, { brand, stretch: periods.now, asOf, direction, weights, limit: question.mentions });
  return {
    ...shared,
    by: divided.map(({ dimension, mix, rate, parts }) => ({ dimension, mix, rate, parts: parts.map(partOf) })),
    mentions,
  };
};
