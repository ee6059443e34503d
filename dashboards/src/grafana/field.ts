import {
  FieldColorModeId,
  MappingType,
  type FieldColor,
  type FieldConfigSource,
  type ValueMapping,
} from "@grafana/schema";
import { BLUE, GREY, ORANGE } from "./palette.ts";
import type { Words } from "./words.ts";

type Override = FieldConfigSource["overrides"][number];

/** What is particular to one column of the answer; `properties` by the names of Grafana's field options. */
export const column = (name: string, properties: Readonly<Record<string, unknown>>): Override => ({
  matcher: { id: "byName", options: name },
  properties: Object.entries(properties).map(([id, value]) => ({ id, value })),
});

export const fixed = (color: string): FieldColor => ({
  mode: FieldColorModeId.Fixed,
  fixedColor: color,
});

/** A column that links need and nobody reads. Grafana ≤ 12 knows `hidden`, 13 `hideFrom`. */
export const hidden = (name: string): Override =>
  column(name, { "custom.hidden": true, "custom.hideFrom": { legend: true, tooltip: true, viz: true } });

const mapping = (texts: Readonly<Record<string, string>>, colors: Readonly<Record<string, string>>): ValueMapping[] => [
  {
    type: MappingType.ValueToText,
    options: Object.fromEntries(
      Object.entries(texts).map(([value, text], index) => {
        const color = colors[value];
        return [value, { text, index, ...(color === undefined ? {} : { color }) }];
      }),
    ),
  },
];

const COLORED_TEXT = { type: "color-text" };

/** Codes of the store as words with a sign, coloured where that helps; never by colour alone. */
const coded = (
  name: string,
  title: string,
  texts: Readonly<Record<string, string>>,
  colors: Readonly<Record<string, string>>,
): Override =>
  column(name, { displayName: title, mappings: mapping(texts, colors), "custom.cellOptions": COLORED_TEXT });

export const stateColumn = (words: Words): Override =>
  coded("state", words.fields.state, words.states, { empty: GREY, "counts-only": GREY, "low-base": GREY });

export const adjustedStateColumn = (words: Words): Override =>
  coded("state", words.fields.state, { ...words.states, ...words.adjustedStates }, { uncorrected: GREY });

export const verdictColumn = (words: Words): Override =>
  coded("verdict", words.fields.verdict, words.verdicts, {
    up: BLUE,
    down: ORANGE,
    "no significant change": GREY,
    none: GREY,
  });

export const labelColumn = (words: Words): Override =>
  coded(
    "label",
    words.fields.label,
    {
      positive: `+ ${words.labels.positive}`,
      neutral: `○ ${words.labels.neutral}`,
      negative: `− ${words.labels.negative}`,
      unscored: `· ${words.labels.unscored}`,
    },
    { positive: BLUE, negative: ORANGE, neutral: GREY, unscored: GREY },
  );

export const healthColumn = (words: Words): Override =>
  coded("state", words.fields.state, words.health, {
    ok: BLUE,
    partial: ORANGE,
    failing: ORANGE,
    blocked: ORANGE,
    forbidden: ORANGE,
    never: GREY,
  });

/** Orange below zero, blue from zero on. */
export const BY_SIGN = {
  mode: "absolute",
  steps: [
    { value: null, color: ORANGE },
    { value: 0, color: BLUE },
  ],
};

export const coloredText = COLORED_TEXT;
