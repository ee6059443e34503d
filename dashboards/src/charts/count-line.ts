import type { EChartsOption } from "echarts";
import { CHART_COLOURS } from "./colours.ts";

interface CountStep {
  readonly name: string;
  readonly count: number;
  /** What is usual then; null while it is not known. */
  readonly usual: number | null;
  /** Drawn in the colour of the incident. */
  readonly unusual: boolean;
}

interface CountLine {
  readonly steps: readonly CountStep[];
  /** Name of the count axis, e.g. `Negative an hour`. */
  readonly axis: string;
}

/** Counts as bars against what is usual: the picture of an alert. */
export const countLine = ({ steps, axis }: CountLine): EChartsOption => {
  const text = { color: CHART_COLOURS.quiet, fontSize: 11 };
  return {
    backgroundColor: CHART_COLOURS.ground,
    grid: { left: 44, right: 16, top: 30, bottom: 28 },
    xAxis: {
      type: "category",
      data: steps.map(({ name }) => name),
      axisTick: { show: false },
      axisLine: { lineStyle: { color: CHART_COLOURS.grid } },
      axisLabel: { ...text, hideOverlap: true },
    },
    yAxis: {
      type: "value",
      name: axis,
      nameTextStyle: { ...text, align: "left", padding: [0, 0, 0, -36] },
      minInterval: 1,
      splitNumber: 3,
      axisLabel: text,
      splitLine: { lineStyle: { color: CHART_COLOURS.grid } },
    },
    series: [
      {
        type: "bar",
        barCategoryGap: "25%",
        data: steps.map(({ count, unusual }) => ({
          value: count,
          itemStyle: { color: unusual ? CHART_COLOURS.negative : CHART_COLOURS.usual },
        })),
      },
      {
        type: "line",
        step: "middle",
        showSymbol: false,
        data: steps.map(({ usual }) => usual),
        lineStyle: { color: CHART_COLOURS.ink, width: 1.5, type: [4, 3] },
      },
    ],
  };
};
