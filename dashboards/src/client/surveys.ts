import type { SurveysAnswer } from "../desk/reads.ts";
import { wideTable } from "./controls.ts";
import { byId, el, paint, type Child } from "./dom.ts";
import type { Tongue, View } from "./view.ts";

type Row = SurveysAnswer["rows"][number];

const isNet = ({ metric }: Row): boolean => metric === "nps" || metric === "enps";

/** NPS carries its sign; the others are shares or an index. */
const numberOf = (row: Row, value: number | null, { format }: Tongue): string => {
  if (value === null) return "—";
  return isNet(row) ? format.rate(value) : format.rate(value).replace("+", "");
};

const nameOf = (row: Row, { words, format }: Tongue): string => {
  if (row.metric === "churn" && row.from !== null) return row.wave || format.day(row.from);
  return row.wave === null ? words.allWaves : row.wave || "—";
};

const line = (row: Row, tongue: Tongue): HTMLTableRowElement => {
  const { words, format } = tongue;
  const marks = [
    row.band === null ? null : words.surveyBands[row.band],
    row.state === "ok" || row.state === "empty" ? null : words.states[row.state],
    row.net === null || row.net === undefined || row.lost === null
      ? null
      : words.netChurn(numberOf(row, row.net, tongue)),
    row.verdict === null
      ? null
      : words.verdict(row.verdict === "up" ? "up" : row.verdict === "down" ? "down" : "same", null),
  ].filter((mark) => mark !== null);
  return el(
    "tr",
    row.band === "alarm" ? { class: "survey-alarm" } : {},
    el("th", { scope: "row" }, el("bdi", {}, nameOf(row, tongue))),
    el("td", {}, el("strong", {}, numberOf(row, row.value, tongue)), marks.length === 0 ? "" : ` ${marks.join(" · ")}`),
    el(
      "td",
      {},
      row.low === null || row.high === null
        ? "—"
        : `${numberOf(row, row.low, tongue)} … ${numberOf(row, row.high, tongue)}`,
    ),
    el("td", {}, format.count(row.n)),
    el("td", {}, row.previous === null ? "—" : numberOf(row, row.previous, tongue)),
  );
};

const block = (rows: readonly Row[], tongue: Tongue): Child => {
  const { words, format } = tongue;
  const [first] = rows;
  if (first === undefined) return null;
  const plain = (value: number): string =>
    format
      .rate(value)
      .replace("+", "")
      .replace(/[.,]0$/, "");
  const told = (one: { readonly en: string; readonly ru: string }): string => one[format.language];
  const warnings = [
    ...new Set(rows.flatMap((row) => row.warnings.map((one) => `${nameOf(row, tongue)}: ${told(one)}`))),
  ];
  const title = [
    words.surveyNames[first.metric],
    ...(first.scale === null ? [] : [words.surveyScale(first.scale.min, first.scale.max)]),
  ].join(", ");
  return el(
    "section",
    { class: "survey" },
    el("h3", {}, title),
    wideTable(
      { "aria-label": title },
      (["wave", "value", "interval", "n", "before"] as const).map((key) => words.surveyTable[key]),
      rows.map((row) => line(row, tongue)),
    ),
    el("p", { class: "formula" }, first.formula),
    first.benchmarks.length > 0 &&
      el(
        "p",
        { class: "quiet" },
        `${words.benchmarks}: ${first.benchmarks.map((one) => words.benchmark(told(one), plain(one.low), one.high === null ? null : plain(one.high))).join("; ")}`,
      ),
    warnings.length > 0 &&
      el(
        "details",
        {},
        el(
          "summary",
          { "data-focus": `survey-${first.metric}-${first.scale?.min ?? ""}` },
          `${words.warnings} (${format.count(warnings.length)})`,
        ),
        el("ul", {}, ...warnings.map((text) => el("li", {}, text))),
      ),
  );
};

/** What people answered when they were asked, apart from what they wrote: never on an axis of the net sentiment rate. */
export const paintSurveys = (view: View, tongue: Tongue): void => {
  const { surveys, choice, language } = view;
  const rows = surveys !== null && surveys.brand === choice.brand ? surveys.rows : [];
  byId("surveys").hidden = rows.length === 0;
  const groups = new Map<string, Row[]>();
  for (const row of rows) {
    const key = JSON.stringify([row.metric, row.scale]);
    groups.set(key, [...(groups.get(key) ?? []), row]);
  }
  paint(byId("surveys-title"), [language], () => [tongue.words.surveys]);
  paint(byId("survey-list"), [language, rows], () => [...groups.values()].map((group) => block(group, tongue)));
};
