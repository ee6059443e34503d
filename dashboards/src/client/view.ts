import type { Overview, RollingAnswer, DaysAnswer, IncidentsAnswer, SurveysAnswer } from "../desk/reads.ts";
import type { ListedMention } from "./answers.ts";
import type { Format, Language } from "../wording/format.ts";
import type { FormulaName, LabelName, WindowName, Words } from "./words.ts";

export type Theme = "auto" | "light" | "dark";
export type Reach = "14" | "30" | "90" | "all";

/** What the person chose to look at. Kept in the address, so that a link shows the same. */
export interface Choice {
  readonly brand: string | null;
  readonly window: WindowName;
  readonly reach: Reach;
  readonly formula: FormulaName;
  readonly label: LabelName | null;
  readonly source: string | null;
  /** Of the mentions that are listed: published in `[from, to)`, as instants; null is without that end. */
  readonly from: string | null;
  readonly to: string | null;
}

/** Everything the page shows at one moment. */
export interface View {
  readonly language: Language;
  readonly theme: Theme;
  readonly choice: Choice;
  readonly link: "live" | "polling" | "offline";
  /** When the overview was last read, by the browser's clock; null before the first answer. */
  readonly readAt: string | null;
  readonly failure: string | null;
  readonly overview: Overview | null;
  readonly rolling: RollingAnswer | null;
  readonly days: DaysAnswer | null;
  readonly surveys: SurveysAnswer | null;
  readonly incidents: IncidentsAnswer | null;
  readonly mentions: readonly ListedMention[] | null;
  readonly next: string | null;
}

/** The page's language at work: its words, and its way to write numbers and dates. */
export interface Tongue {
  readonly words: Words;
  readonly format: Format;
}

const one = <T extends string>(value: string | null, allowed: readonly T[], otherwise: T): T =>
  allowed.find((known) => known === value) ?? otherwise;

const LABEL_NAMES = ["positive", "neutral", "negative", "unscored"] as const;

const instantOf = (value: string | null): string | null =>
  value !== null && /^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(value) && !Number.isNaN(Date.parse(value)) ? value : null;

/** @param search of the page's address: messages link to `/?brand=ID` */
export const choiceOf = (hash: string, search = ""): Choice => {
  const kept = new URLSearchParams(hash.replace(/^#/, ""));
  return {
    brand: kept.get("brand") ?? new URLSearchParams(search).get("brand"),
    window: one(kept.get("window"), ["24h", "7d", "30d", "90d"], "7d"),
    reach: one(kept.get("reach"), ["14", "30", "90", "all"], "90"),
    formula: one(kept.get("formula"), ["nsr", "nsrPolar"], "nsr"),
    label: LABEL_NAMES.find((known) => known === kept.get("label")) ?? null,
    source: kept.get("source"),
    from: instantOf(kept.get("from")),
    to: instantOf(kept.get("to")),
  };
};

export const hashOf = (choice: Choice): string =>
  `#${new URLSearchParams(Object.entries(choice).filter((entry): entry is [string, string] => entry[1] !== null)).toString()}`;

const YEAR_SECONDS = 31_536_000;

/** A choice that the server reads as well, so that the page comes in the right language and theme. */
export const keep = (name: "molva-language" | "molva-theme", value: string): void => {
  document.cookie = `${name}=${value}; Path=/; Max-Age=${String(YEAR_SECONDS)}; SameSite=Strict`;
};
