import type { Language } from "../wording/format.ts";
import { byId, el, paint } from "./dom.ts";
import type { Theme } from "./view.ts";

interface Option<T extends string> {
  readonly value: T;
  readonly text: string;
}

/** A row of buttons of which one is pressed. */
export const segments = <T extends string>(
  name: string,
  label: string,
  options: readonly Option<T>[],
  chosen: T,
  choose: (value: T) => void,
): HTMLElement =>
  el(
    "div",
    { class: "segments", role: "group", "aria-label": label },
    ...options.map(({ value, text }) =>
      el(
        "button",
        {
          type: "button",
          "aria-pressed": value === chosen ? "true" : "false",
          "data-focus": `${name}:${value}`,
          click: () => choose(value),
        },
        text,
      ),
    ),
  );

/** A drop-down with its label; the empty value stands for all. */
export const picker = (
  name: string,
  label: string,
  all: string,
  options: readonly Option<string>[],
  chosen: string | null,
  choose: (value: string | null) => void,
): HTMLElement => {
  const list = el(
    "select",
    { "data-focus": name, change: () => choose(list.value === "" ? null : list.value) },
    el("option", { value: "" }, all),
    ...options.map(({ value, text }) => el("option", { value, selected: value === chosen }, text)),
  );
  return el("label", { class: "picker" }, el("span", {}, label), list);
};

const LANGUAGES: readonly Option<Language>[] = [
  { value: "en", text: "EN" },
  { value: "ru", text: "RU" },
];
const THEMES: readonly Theme[] = ["auto", "light", "dark"];

/** What a page's head offers its reader. */
export interface Preferences {
  readonly language: Language;
  readonly theme: Theme;
}

export interface PreferenceActions {
  speak(language: Language): void;
  dress(theme: Theme): void;
}

export const paintPreferences = (
  { language, theme }: Preferences,
  words: {
    readonly language: string;
    readonly theme: string;
    readonly themes: Readonly<Record<Theme, string>>;
  },
  actions: PreferenceActions,
): void =>
  paint(byId("preferences"), [language, theme], () => [
    segments("language", words.language, LANGUAGES, language, actions.speak),
    segments(
      "theme",
      words.theme,
      THEMES.map((value) => ({ value, text: words.themes[value] })),
      theme,
      actions.dress,
    ),
  ]);

/** A table that is scrolled by itself where it is wider than the page; its first column names the row. */
export const wideTable = (
  name: { readonly "aria-label": string } | { readonly "aria-labelledby": string },
  heads: readonly string[],
  rows: readonly HTMLTableRowElement[],
): HTMLElement =>
  el(
    "div",
    { class: "scroll", tabindex: 0, role: "group", ...name },
    el(
      "table",
      {},
      el("thead", {}, el("tr", {}, ...heads.map((head) => el("th", { scope: "col" }, head)))),
      el("tbody", {}, ...rows),
    ),
  );
