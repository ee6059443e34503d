import type { EChartsOption } from "echarts";
import { CHART_COLOURS } from "./colours.ts";

/** One rate with its interval; null where there is none. */
interface RateRow {
  readonly name: string;
  readonly value: number | null;
  readonly low: number | null;
  readonly high: number | null;
}

interface RateRows {
  /** From above to below. */
  readonly rows: readonly RateRow[];
  readonly axis: string;
  readonly percent: (value: number) => string;
}

const NAMES_WIDTH = 150;

/** Rates side by side, a row each: a point with its interval as a bar, so that one sees which intervals overlap. */
export const rateRows = ({ rows, axis, percent }: RateRows): EChartsOption => {
  const text = { color: CHART_COLOURS.quiet, fontSize: 11 };
  const values = rows.flatMap(({ low, high, value }) => [low, high, value]).filter((value) => value !== null);
  return {
    backgroundColor: CHART_COLOURS.ground,
    grid: { left: NAMES_WIDTH + 10, right: 20, top: 10, bottom: 40 },
    yAxis: {
      type: "category",
      inverse: true,
      data: rows.map(({ name }) => name),
      axisTick: { show: false },
      axisLine: { show: false },
      axisLabel: { ...text, color: CHART_COLOURS.ink, width: NAMES_WIDTH, overflow: "truncate", interval: 0 },
    },
    xAxis: {
      type: "value",
      name: axis,
      nameLocation: "middle",
      nameGap: 24,
      nameTextStyle: text,
      min: Math.max(-100, Math.floor(Math.min(-10, ...values) / 10) * 10),
      max: Math.min(100, Math.ceil(Math.max(10, ...values) / 10) * 10),
      splitNumber: 4,
      axisLabel: { ...text, formatter: (value: number) => percent(value) },
      splitLine: { lineStyle: { color: CHART_COLOURS.grid } },
    },
    series: [
      {
        type: "custom",
        silent: true,
        z: 1,
        data: rows.map(({ value }, i) => [value, i]),
        encode: { x: 0, y: 1 },
        renderItem: (parameters, api) => {
          const row = rows[parameters.dataIndex];
          if (row === undefined || row.low === null || row.high === null) return null;
          const [left, y] = api.coord([row.low, parameters.dataIndex]) as [number, number];
          const [right] = api.coord([row.high, parameters.dataIndex]) as [number, number];
          return {
            type: "rect",
            shape: { x: left, y: y - 4, width: Math.max(1, right - left), height: 8 },
            style: { fill: CHART_COLOURS.band },
          };
        },
      },
      {
        type: "scatter",
        symbolSize: 7,
        z: 2,
        data: rows.flatMap(({ value }, i) => (value === null ? [] : [[value, i]])),
        itemStyle: { color: CHART_COLOURS.rate },
        markLine: {
          silent: true,
          symbol: "none",
          label: { show: false },
          data: [{ xAxis: 0, lineStyle: { color: CHART_COLOURS.quiet, type: "solid", width: 1 } }],
        },
      },
    ],
  };
};
