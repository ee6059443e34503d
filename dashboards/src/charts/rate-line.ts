import type { EChartsOption, SeriesOption } from "echarts";
import { CHART_COLOURS } from "./colours.ts";

/** One step of a rate; null where there is none (no mentions, or fewer than 10). */
export interface RateStep {
  /** Under the axis, e.g. `12 Oct`. */
  readonly name: string;
  readonly value: number | null;
  readonly low: number | null;
  readonly high: number | null;
  readonly n: number;
}

/** A line across the picture with a short word, e.g. an incident. `step`: index of the step it belongs to. */
interface RateMark {
  readonly step: number;
  readonly name: string;
}

interface RateLine {
  readonly steps: readonly RateStep[];
  readonly marks: readonly RateMark[];
  /** Name of the value axis, e.g. `NSR, %`. */
  readonly axis: string;
  /** Another line to compare with, as long as `steps`, e.g. a year before; empty when not known. */
  readonly before: readonly (number | null)[];
  readonly percent: (value: number) => string;
}

const bandSeries = (steps: readonly RateStep[]): SeriesOption => ({
  type: "custom",
  silent: true,
  z: 1,
  data: steps.map((step, index) => [index, step.value]),
  renderItem: (parameters, api) => {
    const at = parameters.dataIndex;
    const [one, next] = [steps[at], steps[at + 1]];
    if (one === undefined || one.low === null || one.high === null) return null;
    const [x, top] = api.coord([at, one.high]) as [number, number];
    const bottom = (api.coord([at, one.low]) as [number, number])[1];
    // Alone between two gaps: a bar of the interval stands for the band.
    const lone = (steps[at - 1]?.low ?? null) === null && (next?.low ?? null) === null;
    if (lone)
      return {
        type: "rect",
        shape: { x: x - 4, y: top, width: 8, height: bottom - top },
        style: { fill: CHART_COLOURS.band },
      };
    if (next === undefined || next.low === null || next.high === null) return null;
    const [nextX, nextTop] = api.coord([at + 1, next.high]) as [number, number];
    const nextBottom = (api.coord([at + 1, next.low]) as [number, number])[1];
    return {
      type: "polygon",
      shape: {
        points: [
          [x, top],
          [nextX, nextTop],
          [nextX, nextBottom],
          [x, bottom],
        ],
      },
      style: { fill: CHART_COLOURS.band },
    };
  },
});

/** The axis ends on tens and holds zero, every interval, and the line of before. */
const rangeOf = (line: RateLine): { readonly min: number; readonly max: number } => {
  const values = [...line.steps.flatMap(({ low, high, value }) => [low, high, value]), ...line.before].filter(
    (value) => value !== null,
  );
  return {
    min: Math.max(-100, Math.floor(Math.min(-10, ...values) / 10) * 10),
    max: Math.min(100, Math.ceil(Math.max(10, ...values) / 10) * 10),
  };
};

/** A rate by steps with its interval as a band, zero drawn stronger, gaps left open, and marks with their words. */
export const rateLine = (line: RateLine): EChartsOption => {
  const text = { color: CHART_COLOURS.quiet, fontSize: 11 };
  const { min, max } = rangeOf(line);
  return {
    backgroundColor: CHART_COLOURS.ground,
    grid: { left: 52, right: 20, top: 30, bottom: 28 },
    xAxis: {
      type: "category",
      data: line.steps.map(({ name }) => name),
      boundaryGap: false,
      axisTick: { show: false },
      axisLine: { show: false },
      axisLabel: { ...text, hideOverlap: true, alignMinLabel: "left", alignMaxLabel: "right" },
    },
    yAxis: {
      type: "value",
      name: line.axis,
      nameTextStyle: { ...text, align: "left", padding: [0, 0, 0, -44] },
      min,
      max,
      splitNumber: 4,
      axisLabel: { ...text, formatter: (value: number) => line.percent(value) },
      splitLine: { lineStyle: { color: CHART_COLOURS.grid } },
    },
    series: [
      bandSeries(line.steps),
      ...(line.before.some((value) => value !== null)
        ? [
            {
              type: "line" as const,
              data: [...line.before],
              showSymbol: false,
              z: 2,
              lineStyle: { color: CHART_COLOURS.usual, width: 1.5, type: [4, 4] },
            },
          ]
        : []),
      {
        type: "line",
        data: line.steps.map(({ value }) => value),
        z: 3,
        symbol: "circle",
        symbolSize: 6,
        connectNulls: false,
        lineStyle: { color: CHART_COLOURS.rate, width: 2.25 },
        itemStyle: { color: CHART_COLOURS.rate },
        markLine: {
          silent: true,
          symbol: "none",
          data: [
            { yAxis: 0, lineStyle: { color: CHART_COLOURS.quiet, type: "solid", width: 1 }, label: { show: false } },
            ...line.marks.map(({ step, name }) => ({
              xAxis: step,
              lineStyle: { color: CHART_COLOURS.mark, type: "dashed" as const, width: 1.25 },
              label: {
                formatter: () => name,
                color: CHART_COLOURS.mark,
                fontSize: 11,
                position: "end" as const,
                align: step > line.steps.length / 2 ? ("right" as const) : ("left" as const),
              },
            })),
          ],
        },
      },
    ],
  };
};
