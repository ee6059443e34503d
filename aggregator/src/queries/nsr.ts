import {
  instantOf,
  millisOf,
  type BrandId,
  type Dimension,
  type Instant,
  type NsrRow,
  type Store,
} from "@molva/contracts";
import { rate, verdict } from "@molva/numbers";
import { addSteps, startOfStep, type Step } from "@molva/text";
import { FOREVER } from "../steps.ts";
import { UNADJUSTED, withAdjusted } from "./adjusted.ts";
import { extentsOf } from "./extent.ts";
import { periodsOf, takesCoarse, windowOf, type Division, type Period, type Stretch } from "./periods.ts";
import { countStretches, type Counted } from "./segments.ts";

export interface NsrQuestion {
  readonly brands: readonly string[];
  /** Null: from the hour of the brand's first counted mention, or the start of its step. */
  readonly from: Instant | null;
  /** Null: to the end of the hour of the brand's last counted mention, or the end of its step. Exclusive. */
  readonly to: Instant | null;
  /** `24h`, `7d`, `30d`, …: the rolling value at the end of each step, or at `to` when there is no step. Null: one row per step. */
  readonly window: string | null;
  /** Null: one row for all. */
  readonly step: Step | null;
  readonly by: Dimension | null;
  /** IANA zone in which days, weeks and months begin. */
  readonly tz: string;
  /** What was known at this point of the log; later than `horizon` is `horizon`. Null: `horizon`. */
  readonly asOf: Instant | null;
  /** `Bus.progress(FACTS, "aggregator").horizon`: the point up to which all is applied; null when nothing was ever learned. */
  readonly horizon: Instant | null;
  /** With the rate that audits correct: it reads the model's probabilities of the mentions themselves, where there are audits. */
  readonly adjusted?: boolean;
}

/** The point that is read and printed: asked again with it, the digits are the same. */
const pointOf = ({ asOf, horizon }: Pick<NsrQuestion, "asOf" | "horizon">): Instant | null => {
  if (asOf === null || horizon === null) return asOf ?? horizon;
  return asOf < horizon ? asOf : horizon;
};

/** How a mention's lack of a language, a region, a topic or a rating is printed. */
export const NONE = "none";

const stretchOf = ({ from, to }: NsrQuestion, extent: Stretch | undefined, division: Division): Stretch | null => {
  const own = extent === undefined ? undefined : wholeSteps(extent, division);
  const start = from === null ? own?.from : millisOf(from);
  const end = to === null ? own?.to : millisOf(to);
  return start === undefined || end === undefined ? null : { from: start, to: end };
};

const wholeSteps = (extent: Stretch, { step, tz }: Division): Stretch => {
  if (step === null) return extent;
  const periods = periodsOf({ from: extent.from, to: extent.to }, { step, tz, window: null });
  const [first, last] = [periods[0], periods.at(-1)];
  if (first === undefined || last === undefined) return extent;
  return { from: startOf(first.from, step, tz), to: endOf(last.from, step, tz) };
};

const startOf = (time: number, step: Step, tz: string): number => millisOf(startOfStep(instantOf(time), step, tz));
const endOf = (time: number, step: Step, tz: string): number =>
  millisOf(addSteps(startOfStep(instantOf(time), step, tz), 1, step, tz));

const rowOf = (
  brand: string,
  period: Period,
  counted: Counted,
  by: Dimension | null,
  value: string,
  point: Instant | null,
): NsrRow => {
  const { originals, ...counts } = counted.over(brand, value, period);
  const previous = counted.over(brand, value, period.previous);
  return {
    brand: brand as BrandId,
    from: instantOf(period.from),
    to: instantOf(period.to),
    ...(by === null ? {} : { [by]: value === "" ? NONE : value }),
    ...counts,
    originals,
    previous: rate(previous).nsr,
    verdict: verdict(counts, previous),
    asOf: point,
    ...rate(counts),
    ...UNADJUSTED,
  };
};

const isEmpty = (row: NsrRow): boolean => row.n + row.unscored === 0;

/**
 * The numbers of CLI.md's `nsr`, oldest first within a brand. Without `by` a period without mentions is a row of state `empty`; with
 * it, values without a mention in a period are left out of it. Mentions of which no more than the day is known are not in
 * hourly steps and windows of less than a day.
 * @throws {PipelineError} `USAGE` for a window that is none or too many steps; what the store throws.
 */
export const readNsr = async (store: Store, question: NsrQuestion): Promise<readonly NsrRow[]> => {
  const { brands, by, step, tz } = question;
  const division: Division = { window: question.window === null ? null : windowOf(question.window), step, tz };
  const point = pointOf(question);
  const asOf = point === null ? FOREVER : millisOf(point);
  const isOpen = question.from === null || question.to === null;
  const extents = isOpen ? await extentsOf(store, brands, asOf) : new Map<string, Stretch>();
  const asked = brands.map((brand) => {
    const stretch = stretchOf(question, extents.get(brand), division);
    return { brand, periods: stretch === null ? [] : periodsOf(stretch, division) };
  });
  const stretches = asked.flatMap(({ periods }) => periods.flatMap((period) => [period, period.previous]));
  const counted = await countStretches(store, { brands, stretches, by, coarse: takesCoarse(division), asOf });
  const rows = asked.flatMap(({ brand, periods }) =>
    periods.flatMap((period) => {
      if (by === null) return [rowOf(brand, period, counted, by, "", point)];
      return counted
        .values(brand)
        .map((value) => rowOf(brand, period, counted, by, value, point))
        .filter((row) => !isEmpty(row));
    }),
  );
  return question.adjusted === true && (by === null || by === "source")
    ? withAdjusted(store, rows, { coarse: takesCoarse(division), asOf })
    : rows;
};
