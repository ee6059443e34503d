import { el } from "./dom.ts";
import { bandOf } from "./rate.ts";
import type { RatedPoint } from "./stretches.ts";
import type { Tongue } from "./view.ts";
import type { FormulaName } from "./words.ts";

/** What stands at one hour: the rate with its interval and n, or the counts and why there is no rate. */
export const rateTip = (
  { point, rate }: RatedPoint,
  formula: FormulaName,
  { words, format }: Tongue,
  /** What was unusual then, a line each. */
  unusual: readonly string[] = [],
): HTMLElement => {
  const why =
    point.state === "empty"
      ? words.noMentionsHere
      : point.state === "counts-only"
        ? `${words.tooFew(point.n)}. ${words.tooFewWhy}`
        : words.noSentiment;
  return el(
    "div",
    { class: "tip" },
    el("div", { class: "tip-time" }, format.dateTime(point.at)),
    ...(rate === null
      ? [el("div", { class: "tip-why" }, why)]
      : [
          el(
            "div",
            { class: "tip-rate" },
            el("span", {}, words.formulaNames[formula]),
            el("strong", { "data-band": bandOf(rate) }, format.rate(rate.value)),
          ),
          el("div", { class: "tip-line" }, words.interval(format.rate(rate.low), format.rate(rate.high))),
          point.state === "low-base"
            ? el("div", { class: "tip-line" }, words.lowBaseWhy(point.n))
            : el("div", { class: "tip-line" }, words.n(format.count(point.n))),
        ]),
    ...(point.n === 0 && point.unscored === 0
      ? []
      : [
          el(
            "div",
            { class: "tip-counts" },
            ...(["positive", "neutral", "negative", "unscored"] as const).map((label) =>
              el(
                "span",
                { class: `count ${label}` },
                el("span", { class: "shape" }),
                `${words.labels[label]} `,
                el("b", {}, format.count(point[label])),
              ),
            ),
          ),
        ]),
    ...unusual.slice(0, 3).map((line) => el("div", { class: "tip-why" }, el("bdi", {}, `▼ ${line}`))),
  );
};
