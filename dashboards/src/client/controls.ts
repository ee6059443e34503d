import { el } from "./dom.ts";

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
