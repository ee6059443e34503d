import { el, type Child } from "./dom.ts";
import { bandOf, rateOf, type Headline } from "./rate.ts";
import type { Tongue } from "./view.ts";
import type { FormulaName } from "./words.ts";

const ARROWS = { up: "▲", down: "▼", "no significant change": "＝" } as const;

/** The big figure with what must stand beside it: interval, n, state; or the counts and why there is no rate. */
export const figure = (
  row: Headline | undefined,
  formula: FormulaName,
  { words, format }: Tongue,
): readonly Child[] => {
  if (row === undefined || row.state === "empty")
    return [el("span", { class: "figure none" }, "—"), el("span", { class: "interval" }, words.noMentions)];
  const rate = rateOf(row, formula);
  if (rate === null) {
    const why = row.state === "counts-only" ? words.tooFew(row.n) : words.noSentiment;
    return [el("span", { class: "figure none" }, "—"), el("span", { class: "interval" }, why)];
  }
  return [
    el(
      "span",
      { class: row.state === "low-base" ? "figure uncertain" : "figure", "data-band": bandOf(rate) },
      format.rate(rate.value),
    ),
    el("span", { class: "interval" }, words.interval(format.rate(rate.low), format.rate(rate.high))),
  ];
};

/** n and, where it matters, how little to make of it. */
export const base = (row: Headline | undefined, { words, format }: Tongue): Child =>
  el(
    "span",
    { class: "base" },
    words.n(format.count(row?.n ?? 0)),
    row?.state === "low-base" && el("span", { class: "badge low-base", title: words.lowBaseWhy(row.n) }, words.lowBase),
    row?.state === "counts-only" && el("span", { class: "badge low-base", title: words.tooFewWhy }, words.tooFewShort),
  );

/** The three counts as a share bar; the numbers are read out instead of the bar. */
export const counts = (row: Headline, { words, format }: Tongue): Child =>
  el(
    "span",
    { class: "counts" },
    ...(["positive", "neutral", "negative"] as const).map((label) =>
      el(
        "span",
        { class: `count ${label}` },
        el("span", { class: "shape", "aria-hidden": "true" }),
        el("span", { class: "hidden" }, `${words.labels[label]} `),
        format.count(row[label]),
      ),
    ),
  );

/** The rate with the classifier's own errors taken out: beside the rate, never instead of it. */
export const adjusted = (row: Headline | undefined, { words, format }: Tongue): Child => {
  if (row === undefined || row.nsrAdjusted === null || row.adjustedLow === null || row.adjustedHigh === null)
    return null;
  return el(
    "span",
    { class: "interval" },
    row.adjustedState === "uncorrected"
      ? words.uncorrected(format.rate(row.adjustedLow), format.rate(row.adjustedHigh))
      : words.adjusted(
          format.rate(row.nsrAdjusted),
          format.rate(row.adjustedLow),
          format.rate(row.adjustedHigh),
          row.audits ?? 0,
        ),
  );
};

/** What changed against the window before, in words and by a shape. */
export const verdict = (row: Headline | undefined, { words, format }: Tongue): Child => {
  if (row === undefined || row.state === "empty" || row.state === "counts-only")
    return el("span", { class: "verdict none" }, words.tooFewWhy);
  if (row.verdict === null) return el("span", { class: "verdict none" }, words.verdictNone(row.n));
  const direction = row.verdict === "no significant change" ? "same" : row.verdict;
  const previous = row.previous === null ? null : format.rate(row.previous);
  return el(
    "span",
    { class: `verdict ${direction}` },
    el("span", { class: "arrow", "aria-hidden": "true" }, ARROWS[row.verdict]),
    words.verdict(direction, previous),
  );
};

/** Whether the whole interval lies above or below zero, in words. */
export const band = (row: Headline | undefined, { words }: Tongue): Child => {
  const rate = row === undefined ? null : rateOf(row, "nsr");
  return rate === null ? null : el("span", { class: "band", "data-band": bandOf(rate) }, words.bands[bandOf(rate)]);
};
