import { instantOf, millisOf, type Figure, type FigureKey, type Report, type ReportComparison } from "@molva/contracts";
import { createFormat, type Format, type Language } from "../wording/format.ts";
import { isolated, type FigureCard, type Linked, type Tone } from "./document.ts";
import type { ReportWords } from "./words.ts";
import { en } from "./words-en.ts";
import { ru } from "./words-ru.ts";

const WORDS: Readonly<Record<Language, ReportWords>> = { en, ru };

/** What the sections of one report are written with. */
export interface Style {
  readonly language: Language;
  readonly words: ReportWords;
  readonly format: Format;
  /** A brand, a source, a topic as it is called, set apart from the sentence around it. */
  readonly source: (id: string) => string;
  readonly topic: (id: string) => string;
  readonly languageName: (code: string) => string;
}

export const styleOf = (language: Language, { zone, sourceTitles }: Pick<Report, "zone" | "sourceTitles">): Style => {
  const words = WORDS[language];
  const names = new Intl.DisplayNames([language], { type: "language", fallback: "code" });
  return {
    language,
    words,
    format: createFormat(language, zone),
    source: (id) => isolated(sourceTitles[id] ?? id, 60),
    topic: (id) => (id === "none" ? words.noTopic : isolated(words.topics[id] ?? id.replaceAll("-", " "), 60)),
    languageName: (code) => (/^[a-z]{2,3}$/.test(code) ? isolated(names.of(code) ?? code, 60) : words.noLanguage),
  };
};

const oneDecimal: Readonly<Record<Language, Intl.NumberFormat>> = {
  en: new Intl.NumberFormat("en-GB", { minimumFractionDigits: 1, maximumFractionDigits: 1 }),
  ru: new Intl.NumberFormat("ru-RU", { minimumFractionDigits: 1, maximumFractionDigits: 1 }),
};
const twoDecimals: typeof oneDecimal = {
  en: new Intl.NumberFormat("en-GB", { minimumFractionDigits: 2, maximumFractionDigits: 2 }),
  ru: new Intl.NumberFormat("ru-RU", { minimumFractionDigits: 2, maximumFractionDigits: 2 }),
};

/** A value of a figure as it is printed: NSR with its sign, shares with one decimal, stars with two. */
export const valueText = (key: FigureKey, value: number, { language, format }: Style): string => {
  switch (key) {
    case "nsr":
      return format.rate(value);
    case "volume":
      return format.count(Math.round(value));
    case "negative-share":
      return oneDecimal[language].format(value);
    case "mean-rating":
      return twoDecimals[language].format(value);
  }
};

const signed = (text: string, value: number): string => (value > 0 ? `+${text}` : value < 0 ? `−${text}` : text);

/** A difference, with its sign: stars with two decimals, everything else with one. */
export const changeText = (key: FigureKey, value: number, { language }: Style): string => {
  const digits = key === "mean-rating" ? twoDecimals : oneDecimal;
  const text = digits[language].format(Math.abs(value));
  return signed(text, /[1-9]/.test(text) ? value : 0);
};

const unit = (key: FigureKey, text: string, words: ReportWords): string =>
  key === "volume" ? words.percent(text) : key === "mean-rating" ? words.stars(text) : words.points(text);

export const intervalText = (key: FigureKey, low: number | null, high: number | null, style: Style): string =>
  low === null || high === null
    ? style.words.noInterval
    : style.words.interval(valueText(key, low, style), valueText(key, high, style));

const toneOf = (key: FigureKey, { claimed, verdict }: ReportComparison): Tone => {
  if (!claimed || key === "volume") return "none";
  return (verdict === "up") === (key !== "negative-share") ? "good" : "bad";
};

/** Against the weeks before, in one line: the earlier value, the change with its interval, and what may be said of it. */
const comparisonText = (key: FigureKey, one: ReportComparison, style: Style): string => {
  const { words } = style;
  const against = words.against[one.against];
  if (one.previous === null) return words.noPrevious(against, style.format.count(one.previousN));
  const before = `${against}: ${valueText(key, one.previous, style)} (${words.n(style.format.count(one.previousN))})`;
  if (one.change === null || one.low === null || one.high === null) return `${before}; ${words.lowBaseChange}`;
  const [low, high] = [changeText(key, one.low, style), changeText(key, one.high, style)];
  const change = `${unit(key, changeText(key, one.change, style), words)} (${words.interval(low, high)})`;
  if (one.verdict === null) return `${before}; ${change}; ${words.noVerdict}`;
  if (one.verdict === "no significant change") return `${before}; ${change}; ${words.same}`;
  if (!one.claimed) return `${before}; ${change}; ${words.sameOfAll}`;
  const size = style.words.interval(low, high);
  return `${before}; ${one.verdict === "up" ? words.up : words.down} ${unit(key, changeText(key, Math.abs(one.change), style).replace("+", ""), words)} (${size})`;
};

export const cardOf = (figure: Figure, style: Style): FigureCard => {
  const { key, value, low, high, n, state } = figure;
  const { words, format } = style;
  const many = format.count(n);
  return {
    label: words.figures[key],
    value: value === null ? "—" : valueText(key, value, style),
    interval:
      value === null
        ? state === "empty"
          ? words.none
          : words.countsOnly(many)
        : [
            intervalText(key, low, high, style),
            ...(key === "volume" ? [] : [words.n(many)]),
            ...(state === "low-base" ? [words.lowBase] : []),
          ].join(" · "),
  };
};

/** What the numbers are against the weeks before, a line each. */
export const changesOf = (figures: readonly Figure[], style: Style): readonly Linked[] =>
  figures.flatMap(({ key, value, comparisons }) =>
    value === null
      ? []
      : comparisons.map((one) => ({
          text: style.words.changeOf(style.words.figures[key], comparisonText(key, one, style)),
          url: null,
          tone: toneOf(key, one),
        })),
  );

/** First and last day of the week. */
export const daysOf = (
  { from, to }: Pick<Report, "from" | "to">,
  { format }: Style,
): readonly [first: string, last: string] => [format.shortDay(from), format.day(instantOf(millisOf(to) - 1))];
