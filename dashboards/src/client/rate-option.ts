import type { EChartsOption, SeriesOption } from "echarts";
import type { DeskIncident, RollingAnswer } from "../desk/reads.ts";
import { marksOf, markSeries } from "./incident-marks.ts";
import type { Palette } from "./palette.ts";
import { rateTip } from "./rate-tip.ts";
import { everyHour, stretchesOf, type Stretch } from "./stretches.ts";
import type { Tongue } from "./view.ts";
import type { FormulaName, Words } from "./words.ts";
import { createZoneTime } from "./zone-time.ts";

export interface RateDrawing {
  readonly answer: RollingAnswer;
  readonly formula: FormulaName;
  /** Of the same brand; marked above the line. */
  readonly incidents: readonly DeskIncident[];
  readonly tongue: Tongue;
  readonly palette: Palette;
  readonly narrow: boolean;
  readonly still: boolean;
}

const DAY = 86_400_000;
const FONT = 'system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif';

const bandSeries = (stretches: readonly Stretch[], time: (at: string) => number, palette: Palette): SeriesOption => {
  const rated = stretches.filter((stretch) => stretch.kind !== "none");
  return {
    type: "custom",
    silent: true,
    animation: false,
    clip: true,
    z: 1,
    tooltip: { show: false },
    data: rated.map(({ points }) => [time(points[0]?.point.at ?? ""), points[0]?.rate?.value ?? 0]),
    renderItem: (parameters, api) => {
      const stretch = rated[parameters.dataIndex];
      if (stretch === undefined) return null;
      const bounds = stretch.points.flatMap(({ point, rate }) => (rate === null ? [] : [{ x: time(point.at), rate }]));
      const points = [
        ...bounds.map(({ x, rate }) => api.coord([x, rate.high])),
        ...bounds.toReversed().map(({ x, rate }) => api.coord([x, rate.low])),
      ];
      return {
        type: "polygon",
        shape: { points },
        style: { fill: stretch.kind === "ok" ? palette.band : palette.bandLow },
      };
    },
  };
};

const lineSeries = (
  stretches: readonly Stretch[],
  kind: "ok" | "low-base",
  time: (at: string) => number,
  palette: Palette,
  name: string,
): SeriesOption => {
  const data = stretches
    .filter((stretch) => stretch.kind === kind)
    .flatMap(({ points }) => [
      ...points.map(({ point, rate }) => ({
        value: [time(point.at), rate?.value ?? null] as [number, number | null],
        symbolSize: points.length === 1 ? 5 : 0,
      })),
      { value: [time(points.at(-1)?.point.at ?? "") + 1, null] as [number, number | null], symbolSize: 0 },
    ]);
  return {
    type: "line",
    name,
    data,
    showSymbol: true,
    symbol: "circle",
    connectNulls: false,
    emphasis: { disabled: true },
    animation: false,
    z: 3,
    lineStyle:
      kind === "ok" ? { width: 2.25, cap: "round", join: "round" } : { width: 1.75, color: palette.low, type: [5, 4] },
    ...(kind === "ok" ? {} : { itemStyle: { color: palette.low } }),
  };
};

/** Midnights, as many as fit, evenly apart. */
const dayTicks = (start: number, end: number, most: number): readonly number[] => {
  const days = (end - start) / DAY;
  const step = [1, 2, 3, 7, 14, 28, 56].find((length) => days / length <= most) ?? 91;
  // The last label is centred on its tick and must not leave the picture.
  const last = Math.floor((end - (end - start) / (most < 6 ? 14 : 40)) / DAY) * DAY;
  return Array.from(
    { length: Math.floor((last - start) / (step * DAY)) + 1 },
    (_, index) => last - index * step * DAY,
  ).toReversed();
};

/** Shaded where there is no rate for at least a fiftieth of the picture; shorter ones are seen as a break in the line. */
const gapsOf = (stretches: readonly Stretch[], hours: number): readonly Stretch[] =>
  stretches.filter(({ kind, points }) => kind === "none" && points.length > hours / 50);

/** Said where there is room for it; the whole picture without a rate says what to do. */
const gapName = ({ points }: Stretch, hours: number, narrow: boolean, words: Words): string => {
  const silent = points.every(({ point }) => point.state === "empty");
  if (points.length === hours) return silent ? words.noMentionsShown : words.tooFewShown;
  if (points.length < hours / (narrow ? 6 : 14)) return "";
  return silent ? words.noData : words.tooFewShort;
};

/** The rolling rate with its interval, and below it how many mentions each value rests on. */
export const rateOption = ({
  answer,
  formula,
  incidents,
  tongue,
  palette,
  narrow,
  still,
}: RateDrawing): EChartsOption => {
  const { words, format } = tongue;
  const time = createZoneTime(format.zone);
  const points = everyHour(answer.points, answer.from, answer.to, formula);
  const stretches = stretchesOf(points);
  const lows = points.map(({ rate }) => rate?.low ?? 0);
  const highs = points.map(({ rate }) => rate?.high ?? 0);
  const [least, most] = [Math.min(-10, ...lows), Math.max(10, ...highs)];
  const step = most - least > 90 ? 50 : 25;
  const outward = (value: number): number => Math.sign(value) * Math.min(100, Math.ceil(Math.abs(value) / step) * step);
  const [min, max] = [outward(least), outward(most)];
  const byTime = new Map(points.map((rated) => [time(rated.point.at), rated] as const));
  const times = [...byTime.keys()];
  const [start, end] = [time(answer.from), time(answer.to)];
  const left = narrow ? 40 : 48;
  const right = narrow ? 10 : 18;
  const text = { color: palette.quiet, fontFamily: FONT, fontSize: narrow ? 11 : 12 };
  const utcDay = (at: number): string =>
    new Intl.DateTimeFormat(format.language === "ru" ? "ru-RU" : "en-GB", {
      timeZone: "UTC",
      day: "numeric",
      month: "short",
    }).format(at);
  const xAxis = {
    type: "time" as const,
    min: start,
    max: end,
    axisTick: { show: false },
    splitLine: { show: false },
    axisLine: { show: false },
  };
  const marks = marksOf(incidents, answer);
  const volumeTop = Math.max(1, ...points.map(({ point }) => point.n));

  return {
    useUTC: true,
    animation: !still,
    textStyle: text,
    grid: [
      { left, right, top: 14, height: "66%", outerBoundsMode: "none" },
      { left, right, top: "80%", bottom: 28, outerBoundsMode: "none" },
    ],
    axisPointer: {
      link: [{ xAxisIndex: "all" }],
      lineStyle: { color: palette.quiet, type: "solid", width: 1 },
      label: { show: false },
    },
    tooltip: {
      trigger: "axis",
      confine: true,
      transitionDuration: 0,
      padding: 0,
      borderWidth: 0,
      backgroundColor: "transparent",
      extraCssText: "box-shadow:none",
      formatter: (parameters) => {
        const first = Array.isArray(parameters) ? parameters[0] : parameters;
        const at = Number((first as { readonly axisValue?: number | string } | undefined)?.axisValue);
        const nearest = times[Math.min(times.length - 1, Math.max(0, Math.round((at - start) / 3_600_000)))];
        const rated = nearest === undefined ? undefined : byTime.get(nearest);
        return rated === undefined
          ? ""
          : rateTip(
              rated,
              formula,
              tongue,
              marks
                .filter((mark) => mark.touches(Date.parse(rated.point.at)))
                .map((mark) => mark.line[format.language]),
            );
      },
    },
    xAxis: [
      { ...xAxis, gridIndex: 0, axisLabel: { show: false } },
      {
        ...xAxis,
        gridIndex: 1,
        axisLabel: {
          ...text,
          customValues: [...dayTicks(start, end, narrow ? 4 : 9)],
          formatter: (at: number) => utcDay(at),
        },
        axisLine: { show: true, lineStyle: { color: palette.line } },
      },
    ],
    yAxis: [
      {
        type: "value",
        gridIndex: 0,
        min,
        max,
        interval: step,
        axisLabel: { ...text, formatter: (value: number) => format.tick(value) },
        splitLine: { lineStyle: { color: palette.line } },
      },
      {
        type: "value",
        gridIndex: 1,
        min: 0,
        max: volumeTop,
        interval: volumeTop,
        axisLabel: { ...text, formatter: (value: number) => (value === 0 ? "" : `n ${format.count(value)}`) },
        splitLine: { show: false },
      },
    ],
    visualMap: {
      show: false,
      type: "piecewise",
      seriesIndex: 1,
      dimension: 1,
      pieces: [
        { gte: 0, lte: 100.01, color: palette.positive },
        { gte: -100.01, lt: 0, color: palette.negative },
      ],
    },
    series: [
      bandSeries(stretches, time, palette),
      {
        ...lineSeries(stretches, "ok", time, palette, words.formulaNames[formula]),
        markLine: {
          silent: true,
          symbol: "none",
          animation: false,
          label: { show: false },
          lineStyle: { color: palette.ink, width: 1, type: "solid", opacity: 0.55 },
          data: [{ yAxis: 0 }],
        },
        markArea: {
          silent: true,
          animation: false,
          itemStyle: { color: palette.gap },
          label: { color: palette.quiet, fontFamily: FONT, fontSize: 12, position: "insideTop" },
          data: gapsOf(stretches, points.length).map((stretch) => [
            {
              xAxis: time(stretch.points[0]?.point.at ?? ""),
              ...(stretch.points.length === points.length ? { label: { position: "inside", fontSize: 13 } } : {}),
              name: gapName(stretch, points.length, narrow, words),
            },
            { xAxis: time(stretch.points.at(-1)?.point.at ?? "") },
          ]),
        },
      },
      lineSeries(stretches, "low-base", time, palette, words.lowBase),
      {
        type: "line",
        name: words.mentionsInWindow,
        xAxisIndex: 1,
        yAxisIndex: 1,
        step: "middle",
        symbol: "none",
        emphasis: { disabled: true },
        animation: false,
        lineStyle: { width: 0 },
        areaStyle: { color: palette.volume, opacity: 1 },
        data: points.map(({ point }) => [time(point.at), point.n === 0 ? null : point.n]) as never,
      },
      markSeries(marks, time, max, palette),
      {
        // Unseen. The pointer stops only where a series has a value; with this one it stops at hours without a rate too.
        type: "line",
        symbol: "none",
        animation: false,
        silent: true,
        emphasis: { disabled: true },
        lineStyle: { width: 0, opacity: 0 },
        data: points.map(({ point }) => [time(point.at), 0]),
      },
    ],
  };
};
