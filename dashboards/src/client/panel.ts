import { byId, el, paint } from "./dom.ts";
import { segments, wideTable } from "./controls.ts";
import { adjusted, base, figure, verdict } from "./figures.ts";
import { rateOf } from "./rate.ts";
import type { Choice, Reach, Tongue, View } from "./view.ts";
import type { FormulaName, WindowName } from "./words.ts";

const WINDOWS: readonly WindowName[] = ["24h", "7d", "30d", "90d"];
const REACHES: readonly Reach[] = ["14", "30", "90", "all"];
const FORMULAS: readonly FormulaName[] = ["nsr", "nsrPolar"];

/** The head of the rate chart: which window, period and formula, and the rate of each window now. */
export const paintRatePanel = (view: View, tongue: Tongue, choose: (change: Partial<Choice>) => void): void => {
  const { overview, choice } = view;
  const { words, format } = tongue;
  const brand = overview?.brands.find((known) => known.id === choice.brand);
  if (overview === null || brand === undefined) return;
  const rows = WINDOWS.map((window) => ({
    window,
    row: overview.headlines[window].find((known) => known.brand === brand.id),
  }));

  paint(byId("rate-title"), [view.language, brand.title], () => [
    words.rate,
    " ",
    el("bdi", { class: "of" }, brand.title),
  ]);
  paint(byId("rate-controls"), [view.language, choice.reach, choice.formula], () => [
    segments(
      "formula",
      words.formulaLabel,
      FORMULAS.map((value) => ({ value, text: words.formulaNames[value] })),
      choice.formula,
      (formula) => choose({ formula }),
    ),
    segments(
      "reach",
      words.reachLabel,
      REACHES.map((value) => ({ value, text: value === "all" ? words.reachAll : words.reach(Number(value)) })),
      choice.reach,
      (reach) => choose({ reach }),
    ),
  ]);
  paint(byId("windows"), [view.language, choice.window, choice.formula, rows], () => {
    byId("windows").setAttribute("aria-label", words.windowLabel);
    return rows.map(({ window, row }) =>
      el(
        "button",
        {
          type: "button",
          class: "window",
          "aria-pressed": window === choice.window ? "true" : "false",
          "data-focus": window,
          click: () => choose({ window }),
        },
        el("span", { class: "window-name" }, words.windows[window]),
        ...figure(row, choice.formula, tongue),
        choice.formula === "nsr" && adjusted(row, tongue),
        el(
          "span",
          { class: "card-line" },
          base(row, tongue),
          choice.formula === "nsr" && row?.verdict !== null && verdict(row, tongue),
        ),
      ),
    );
  });
  paint(byId("formula"), [view.language, choice.formula], () => [
    el("strong", {}, words.formulas[choice.formula]),
    el("br", {}),
    words.formulaLetters,
  ]);
  paint(byId("rate-legend"), [view.language], () =>
    (["above", "below", "interval", "lowBase", "noData", "begins"] as const).map((key) =>
      el("li", { class: `key ${key}` }, el("span", { class: "swatch", "aria-hidden": "true" }), words.legend[key]),
    ),
  );

  const { rolling } = view;
  if (rolling === null || rolling.brand !== brand.id) return;
  const endsEarly = Date.parse(overview.now) - Date.parse(rolling.to) > 2 * 86_400_000;
  paint(byId("rate-note"), [view.language, endsEarly, brand.last], () =>
    endsEarly && brand.last !== null ? [words.endsAt(format.day(brand.last))] : [],
  );
  const rated = rolling.points.flatMap((point) => {
    const rate = rateOf(point, choice.formula);
    return rate === null ? [] : [rate.value];
  });
  const summary =
    rated.length === 0
      ? words.rateSummaryEmpty
      : words.rateSummary(
          brand.title,
          words.windows[rolling.window],
          format.rate(rated[0] ?? 0),
          format.rate(rated.at(-1) ?? 0),
          format.rate(Math.min(...rated)),
          format.rate(Math.max(...rated)),
        );
  const box = byId("rate-chart");
  box.setAttribute("aria-label", `${words.rateOf(brand.title)}. ${summary}`);

  // One row a day, at the end of the same hour: the whole series would be thousands of rows.
  const daily = rolling.points.filter((_, index) => (rolling.points.length - 1 - index) % 24 === 0).toReversed();
  paint(byId("rate-table"), [view.language, choice.formula, daily], () => [
    el("summary", { "data-focus": "rate-table" }, words.asTable),
    el("p", { class: "quiet" }, summary),
    wideTable(
      { "aria-label": words.rateOf(brand.title) },
      (["time", "rate", "interval", "n", "state"] as const).map((key) => words.table[key]),
      daily.map((point) => {
        const rate = rateOf(point, choice.formula);
        return el(
          "tr",
          {},
          el("th", { scope: "row" }, format.dateTime(point.at)),
          el("td", {}, rate === null ? "—" : format.rate(rate.value)),
          el("td", {}, rate === null ? "—" : `${format.rate(rate.low)} … ${format.rate(rate.high)}`),
          el("td", {}, format.count(point.n)),
          el("td", {}, words.states[point.state]),
        );
      }),
    ),
  ]);
};
