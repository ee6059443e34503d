import type { SeriesOption } from "echarts";
import type { DeskIncident, RollingAnswer } from "../desk/reads.ts";
import type { Palette } from "./palette.ts";

/** An incident as the chart shows it. */
export interface Mark {
  readonly from: string;
  readonly to: string;
  readonly line: DeskIncident["line"];
  readonly grave: boolean;
  /** Nobody was told: it was over before anybody watched. */
  readonly past: boolean;
  /** Whether it lasted at that time, give or take what a finger can point at. */
  readonly touches: (at: number) => boolean;
}

const HOUR = 3_600_000;

/** Incidents that stand by themselves and are more than a note, within what the chart shows. */
export const marksOf = (
  incidents: readonly DeskIncident[],
  { from, to }: Pick<RollingAnswer, "from" | "to">,
): readonly Mark[] => {
  const slack = Math.max(HOUR, (Date.parse(to) - Date.parse(from)) / 150);
  return incidents
    .filter(
      ({ severity, held, since, until }) =>
        severity !== "info" && held !== "inhibited" && held !== "planned" && until >= from && since <= to,
    )
    .map(({ since, until, line, severity, held }) => ({
      from: since < from ? from : since,
      to: until > to ? to : until,
      line,
      grave: severity === "critical",
      past: held === "past",
      touches: (at) => at >= Date.parse(since) - slack && at <= Date.parse(until) + slack,
    }));
};

/** A mark at the top where each begins, and a shade over its time. */
export const markSeries = (
  marks: readonly Mark[],
  time: (at: string) => number,
  top: number,
  palette: Palette,
): SeriesOption => ({
  type: "scatter",
  silent: true,
  animation: false,
  z: 4,
  clip: false,
  symbol: "triangle",
  symbolRotate: 180,
  tooltip: { show: false },
  data: marks.map((mark) => ({
    value: [time(mark.from), top],
    symbolSize: mark.grave ? 13 : 10,
    itemStyle: { color: mark.past ? palette.low : palette.negative },
  })),
  markArea: {
    silent: true,
    animation: false,
    itemStyle: { color: palette.negative, opacity: 0.12 },
    label: { show: false },
    data: marks.filter(({ past }) => !past).map(({ from, to }) => [{ xAxis: time(from) }, { xAxis: time(to) }]),
  },
});
