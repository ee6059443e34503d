import type { ChartPoint } from "../desk/reads.ts";
import { rateOf, type Rate } from "./rate.ts";
import type { FormulaName } from "./words.ts";

export interface RatedPoint {
  readonly point: ChartPoint;
  readonly rate: Rate | null;
}

/** Consecutive hours that are drawn alike. `none`: no rate may be shown there, and why. */
export interface Stretch {
  readonly kind: "ok" | "low-base" | "none";
  readonly points: readonly RatedPoint[];
}

const HOUR = 3_600_000;

const kindOf = ({ point, rate }: RatedPoint): Stretch["kind"] =>
  rate === null ? "none" : point.state === "low-base" ? "low-base" : "ok";

const missing = (at: number): RatedPoint => ({
  point: {
    at: new Date(at).toISOString() as ChartPoint["at"],
    positive: 0,
    neutral: 0,
    negative: 0,
    unscored: 0,
    n: 0,
    nsr: null,
    low: null,
    high: null,
    nsrPolar: null,
    polarLow: null,
    polarHigh: null,
    state: "empty",
  },
  rate: null,
});

/** Every hour of `[from, to]`: an hour that was not told has an empty window, and shows as a gap. */
export const everyHour = (
  points: readonly ChartPoint[],
  from: string,
  to: string,
  formula: FormulaName,
): readonly RatedPoint[] => {
  const told = new Map(points.map((point) => [Date.parse(point.at), point] as const));
  const start = Date.parse(from);
  const hours = Math.max(0, Math.floor((Date.parse(to) - start) / HOUR));
  return Array.from({ length: hours + 1 }, (_, index) => {
    const point = told.get(start + index * HOUR);
    return point === undefined ? missing(start + index * HOUR) : { point, rate: rateOf(point, formula) };
  });
};

export const stretchesOf = (points: readonly RatedPoint[]): readonly Stretch[] => {
  const stretches: { kind: Stretch["kind"]; points: RatedPoint[] }[] = [];
  for (const rated of points) {
    const kind = kindOf(rated);
    const open = stretches.at(-1);
    if (open?.kind === kind) {
      open.points.push(rated);
      continue;
    }
    // Two rated stretches that touch share their border, so that the line is not broken where only the base changes.
    const border = open !== undefined && open.kind !== "none" && kind !== "none" ? open.points.slice(-1) : [];
    stretches.push({ kind, points: [...border, rated] });
  }
  return stretches;
};
