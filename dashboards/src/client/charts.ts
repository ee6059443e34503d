import type * as echarts from "echarts";
import type { EChartsOption, EChartsType } from "echarts";
import { wideTable } from "./controls.ts";
import { byId, el, paint } from "./dom.ts";
import { daysOption, everyDay } from "./days-option.ts";
import { readPalette } from "./palette.ts";
import { rateOption } from "./rate-option.ts";
import type { Tongue, View } from "./view.ts";

type Library = typeof echarts;

const LIBRARY = "/vendor/echarts.js";
const NARROW = 560;

export interface Charts {
  draw(view: View, tongue: Tongue): void;
}

const DAY_LABELS = ["positive", "neutral", "negative", "unscored"] as const;

const paintDayTexts = (view: View, tongue: Tongue): void => {
  const { words, format } = tongue;
  paint(byId("days-title"), [view.language], () => [words.perDay]);
  if (view.days === null) return;
  const days = everyDay(view.days);
  const total = (label: (typeof DAY_LABELS)[number]): number => days.reduce((sum, day) => sum + day[label], 0);
  const all = DAY_LABELS.reduce((sum, label) => sum + total(label), 0);
  const summary = words.perDaySummary(all, days.length);
  byId("days-chart").setAttribute("aria-label", `${words.perDay}. ${summary}.`);
  paint(byId("days-legend"), [view.language, days], () =>
    DAY_LABELS.map((label) =>
      el(
        "li",
        { class: `count ${label}` },
        el("span", { class: "shape", "aria-hidden": "true" }),
        `${words.labels[label]} `,
        el("b", {}, format.count(total(label))),
      ),
    ),
  );
  paint(byId("days-table"), [view.language, days], () => [
    el("summary", { "data-focus": "days-table" }, words.asTable),
    el("p", { class: "quiet" }, `${summary}; ${words.perDayZone(view.days?.zone ?? format.zone)}`),
    wideTable(
      { "aria-label": words.perDay },
      [words.table.day, ...DAY_LABELS.map((label) => words.labels[label])],
      days
        .toReversed()
        .map((day) =>
          el(
            "tr",
            {},
            el("th", { scope: "row" }, format.day(`${day.day}T12:00:00.000Z`)),
            ...DAY_LABELS.map((label) => el("td", {}, format.count(day[label]))),
          ),
        ),
    ),
  ]);
};

/** Both charts. The library is fetched once; until it is there, everything else on the page already reads. */
export const createCharts = (redraw: () => void): Charts => {
  let library: Library | null = null;
  const charts = new Map<string, { readonly chart: EChartsType; shown: string }>();
  const specifier: string = LIBRARY;
  void import(specifier).then((loaded: Library) => {
    library = loaded;
    redraw();
  });

  const show = (id: string, shown: readonly unknown[], option: (narrow: boolean) => EChartsOption): void => {
    if (library === null) return;
    const box = byId(id);
    // A hidden box has no size to draw for; it is drawn when it is shown.
    if (box.clientWidth === 0) return;
    const narrow = box.clientWidth < NARROW;
    const key = JSON.stringify([...shown, narrow]);
    const known = charts.get(id);
    if (known?.shown === key) return;
    const chart = known?.chart ?? library.init(box, null, { renderer: "canvas" });
    if (known === undefined) {
      new ResizeObserver(() => {
        chart.resize();
        if (box.clientWidth < NARROW !== narrow) redraw();
      }).observe(box);
    }
    chart.setOption(option(narrow), { notMerge: true });
    box.dataset["drawn"] = "yes";
    charts.set(id, { chart, shown: key });
  };

  return {
    draw: (view, tongue) => {
      paintDayTexts(view, tongue);
      const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
      const palette = readPalette();
      const { rolling, days, incidents, choice } = view;
      const marked = incidents?.brand === rolling?.brand ? (incidents?.incidents ?? []) : [];
      if (rolling !== null)
        show("rate-chart", [view.language, palette, rolling, choice.formula, marked], (narrow) =>
          rateOption({ answer: rolling, formula: choice.formula, incidents: marked, tongue, palette, narrow, still }),
        );
      if (days !== null)
        show("days-chart", [view.language, palette, days], (narrow) =>
          daysOption({ answer: days, tongue, palette, narrow, still }),
        );
    },
  };
};
