import type { EChartsOption } from "echarts";
import type { DaysAnswer } from "../desk/reads.ts";
import { el } from "./dom.ts";
import type { Palette } from "./palette.ts";
import type { Tongue } from "./view.ts";
import type { LabelName } from "./words.ts";

type DayCounts = DaysAnswer["days"][number];

/** From the axis up: what is bad stands on the ground line, where it can be compared from day to day. */
const STACK: readonly LabelName[] = ["negative", "neutral", "positive", "unscored"];
const FONT = 'system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif';

const dayIn = (zone: string, at: string): string =>
  new Intl.DateTimeFormat("sv-SE", { timeZone: zone, year: "numeric", month: "2-digit", day: "2-digit" }).format(
    new Date(at),
  );

/** Every day of the stretch, by its calendar date in the zone. */
export const everyDay = (answer: DaysAnswer): readonly DayCounts[] => {
  const told = new Map(answer.days.map((day) => [day.day, day] as const));
  const last = Date.parse(dayIn(answer.zone, answer.to));
  const days: DayCounts[] = [];
  for (let day = Date.parse(dayIn(answer.zone, answer.from)); day <= last; day += 86_400_000) {
    const date = new Date(day).toISOString().slice(0, 10);
    days.push(told.get(date) ?? { day: date, positive: 0, neutral: 0, negative: 0, unscored: 0 });
  }
  return days;
};

const tip = (day: DayCounts, { words, format }: Tongue): HTMLElement =>
  el(
    "div",
    { class: "tip" },
    el("div", { class: "tip-time" }, format.day(`${day.day}T12:00:00.000Z`)),
    el("div", { class: "tip-line" }, words.n(format.count(day.positive + day.neutral + day.negative))),
    el(
      "div",
      { class: "tip-counts" },
      ...STACK.toReversed().map((label) =>
        el(
          "span",
          { class: `count ${label}` },
          el("span", { class: "shape" }),
          `${words.labels[label]} `,
          el("b", {}, format.count(day[label])),
        ),
      ),
    ),
  );

export interface DaysDrawing {
  readonly answer: DaysAnswer;
  readonly tongue: Tongue;
  readonly palette: Palette;
  readonly narrow: boolean;
  readonly still: boolean;
}

/** Counts per label and day, stacked. */
export const daysOption = ({ answer, tongue, palette, narrow, still }: DaysDrawing): EChartsOption => {
  const { words, format } = tongue;
  const days = everyDay(answer);
  const text = { color: palette.quiet, fontFamily: FONT, fontSize: narrow ? 11 : 12 };
  return {
    animation: !still,
    animationDuration: 300,
    textStyle: text,
    grid: { left: 36, right: 22, top: 14, bottom: 28, outerBoundsMode: "none" },
    tooltip: {
      trigger: "axis",
      confine: true,
      transitionDuration: 0,
      padding: 0,
      borderWidth: 0,
      backgroundColor: "transparent",
      extraCssText: "box-shadow:none",
      axisPointer: { type: "shadow", shadowStyle: { color: palette.gap } },
      formatter: (parameters) => {
        const first = Array.isArray(parameters) ? parameters[0] : parameters;
        const day = days[first?.dataIndex ?? -1];
        return day === undefined ? "" : tip(day, tongue);
      },
    },
    xAxis: {
      type: "category",
      data: days.map(({ day }) => day),
      axisTick: { show: false },
      axisLine: { lineStyle: { color: palette.line } },
      axisLabel: { ...text, hideOverlap: true, formatter: (day: string) => format.shortDay(`${day}T12:00:00.000Z`) },
    },
    yAxis: {
      type: "value",
      minInterval: 1,
      splitNumber: 4,
      axisLabel: { ...text, formatter: (value: number) => format.count(value) },
      splitLine: { lineStyle: { color: palette.line } },
    },
    series: STACK.map((label) => ({
      type: "bar",
      name: words.labels[label],
      stack: "all",
      barCategoryGap: "22%",
      barMaxWidth: 28,
      data: days.map((day) => (day[label] === 0 ? null : day[label])),
      itemStyle: {
        color: palette[label],
        borderColor: palette.surface,
        borderWidth: days.length > 60 ? 0 : 0.5,
        ...(label === "unscored"
          ? {
              decal: {
                symbol: "rect",
                color: palette.surface,
                dashArrayX: [1, 0],
                dashArrayY: [2, 3],
                rotation: -Math.PI / 4,
              },
            }
          : {}),
      },
    })),
  };
};
