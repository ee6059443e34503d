import {
  AxisPlacement,
  BigValueColorMode,
  BigValueGraphMode,
  BigValueJustifyMode,
  BigValueTextMode,
  GraphDrawStyle,
  LegendDisplayMode,
  PercentChangeColorMode,
  SortOrder,
  StackingMode,
  TableCellDisplayMode,
  TooltipDisplayMode,
  VisibilityMode,
  VizOrientation,
  type FieldConfigSource,
  type GraphFieldConfig,
  type GridPos,
  type OptionsWithLegend,
  type OptionsWithTooltip,
  type Panel,
  type RowPanel,
  type SingleStatBaseOptions,
  type TableFieldOptions,
  type VizLegendOptions,
  type VizTooltipOptions,
} from "@grafana/schema";
import { column, fixed } from "./field.ts";
import { BAND, GREY } from "./palette.ts";
import { SOURCE, type ClickHouseQuery } from "./query.ts";
import type { PanelName, Words } from "./words.ts";

type Override = FieldConfigSource["overrides"][number];

/** What every panel has; its description tells formula, unit and what n is. */
export interface PanelPlace {
  readonly id: number;
  readonly name: PanelName;
  readonly words: Words;
  readonly at: GridPos;
  readonly query: ClickHouseQuery;
  /** What stands there when the store answers no row. */
  readonly nothing: string;
}

const panelOf = ({ id, name, words, at, query }: PanelPlace): Panel & { readonly type: "" } => ({
  type: "",
  id,
  title: words.panels[name].title,
  description: words.panels[name].description,
  datasource: SOURCE,
  gridPos: at,
  targets: [query],
});

const tooltip: VizTooltipOptions = { mode: TooltipDisplayMode.Multi, sort: SortOrder.None };
const legend: VizLegendOptions = {
  displayMode: LegendDisplayMode.Table,
  placement: "bottom",
  showLegend: true,
  calcs: ["lastNotNull"],
};

export interface RateSeries {
  /** Columns of the answer: the value, the same on a low base, and the ends of its interval. */
  readonly value: string;
  readonly lowBase: string;
  readonly low: string;
  readonly high: string;
  readonly title: string;
  readonly interval: string;
  readonly color: Readonly<Record<string, unknown>>;
  /** Percent. */
  readonly min: number;
  readonly max: number;
}

/** A rolling rate with its band, its low base in grey and n on the right axis. Gaps stay gaps. */
export const ratePanel = (place: PanelPlace, series: RateSeries): Panel => {
  const { words } = place;
  const bound = { lineWidth: 0, showPoints: VisibilityMode.Never };
  return {
    ...panelOf(place),
    type: "timeseries",
    interval: "1h",
    fieldConfig: {
      defaults: {
        unit: "percent",
        decimals: 1,
        min: series.min,
        max: series.max,
        noValue: place.nothing,
        custom: {
          drawStyle: GraphDrawStyle.Line,
          lineWidth: 2,
          fillOpacity: 0,
          spanNulls: false,
          showPoints: VisibilityMode.Auto,
          axisPlacement: AxisPlacement.Left,
        } satisfies GraphFieldConfig,
      },
      overrides: [
        column(series.low, {
          displayName: words.fields.low,
          color: fixed(BAND),
          "custom.lineWidth": bound.lineWidth,
          "custom.showPoints": bound.showPoints,
          "custom.hideFrom": { legend: true, tooltip: false, viz: false },
        }),
        column(series.high, {
          displayName: series.interval,
          color: fixed(BAND),
          "custom.lineWidth": bound.lineWidth,
          "custom.showPoints": bound.showPoints,
          "custom.fillBelowTo": words.fields.low,
          "custom.fillOpacity": 25,
        }),
        column(series.value, { displayName: series.title, ...series.color }),
        column(series.lowBase, {
          displayName: words.fields.lowBase,
          color: fixed(GREY),
          "custom.lineStyle": { fill: "dash", dash: [6, 6] },
        }),
        column("n", {
          displayName: words.fields.n,
          unit: "short",
          decimals: 0,
          min: 0,
          max: null,
          color: fixed(GREY),
          "custom.axisPlacement": AxisPlacement.Right,
          "custom.axisLabel": words.fields.n,
          "custom.lineWidth": 1,
          "custom.showPoints": VisibilityMode.Never,
        }),
      ],
    },
    options: { legend, tooltip } satisfies OptionsWithLegend & OptionsWithTooltip,
  };
};

/** Counts as stacked bars; a step without a mention has none. */
export const volumePanel = (place: PanelPlace, overrides: readonly Override[] = []): Panel => ({
  ...panelOf(place),
  type: "timeseries",
  interval: "1d",
  fieldConfig: {
    defaults: {
      unit: "short",
      decimals: 0,
      min: 0,
      noValue: place.nothing,
      custom: {
        drawStyle: GraphDrawStyle.Bars,
        fillOpacity: 80,
        lineWidth: 0,
        spanNulls: false,
        axisLabel: place.words.fields.n,
        stacking: { mode: StackingMode.Normal, group: "A" },
      } satisfies GraphFieldConfig,
    },
    overrides: [...overrides],
  },
  options: { legend: { ...legend, calcs: ["sum"] }, tooltip } satisfies OptionsWithLegend & OptionsWithTooltip,
});

export const tablePanel = (place: PanelPlace, overrides: readonly Override[]): Panel => ({
  ...panelOf(place),
  type: "table",
  fieldConfig: {
    defaults: {
      noValue: place.nothing,
      custom: {
        align: "auto",
        cellOptions: { type: TableCellDisplayMode.Auto },
        inspect: false,
      } satisfies TableFieldOptions,
    },
    overrides: [...overrides],
  },
  options: { showHeader: true, frameIndex: 0 },
});

/** The newest value of every column, side by side. */
export const statPanel = (place: PanelPlace, overrides: readonly Override[]): Panel => ({
  ...panelOf(place),
  type: "stat",
  fieldConfig: { defaults: { noValue: place.nothing, color: fixed("text") }, overrides: [...overrides] },
  options: {
    reduceOptions: { values: false, calcs: ["lastNotNull"], fields: "/.*/" },
    orientation: VizOrientation.Vertical,
    textMode: BigValueTextMode.ValueAndName,
    colorMode: BigValueColorMode.Value,
    graphMode: BigValueGraphMode.None,
    justifyMode: BigValueJustifyMode.Auto,
    percentChangeColorMode: PercentChangeColorMode.Standard,
    showPercentChange: false,
    wideLayout: true,
  } satisfies SingleStatBaseOptions & Record<string, unknown>,
});

export const row = (id: number, title: string, y: number): RowPanel => ({
  type: "row",
  id,
  title,
  collapsed: false,
  gridPos: { x: 0, y, w: 24, h: 1 },
  panels: [],
});
