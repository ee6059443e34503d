import type { FieldConfigSource } from "@grafana/schema";
import { BY_SIGN, coloredText, column, fixed, healthColumn, stateColumn, verdictColumn } from "./field.ts";
import { GREY, ORANGE } from "./palette.ts";
import type { FieldName, Words } from "./words.ts";

type Override = FieldConfigSource["overrides"][number];

const percent = { unit: "percent", decimals: 1 };
const WHEN = "dateTimeAsIso";

/** The numbers of a window in a table: rate, interval, n, share of negative with its interval, verdict and state. */
export const numberColumns = (words: Words): readonly Override[] => {
  const { fields } = words;
  const share = { ...percent, color: fixed(ORANGE) };
  return [
    column("nsr", {
      displayName: fields.nsrShort,
      ...percent,
      color: { mode: "thresholds" },
      thresholds: BY_SIGN,
      "custom.cellOptions": coloredText,
    }),
    column("nsr_low_base", {
      displayName: `${fields.nsrShort}: ${fields.lowBase}`,
      ...percent,
      color: fixed(GREY),
      "custom.cellOptions": coloredText,
    }),
    column("low", { displayName: `NSR ${fields.low}`, ...percent }),
    column("high", { displayName: `NSR ${fields.high}`, ...percent }),
    column("polar", { displayName: fields.polarShort, ...percent }),
    column("polar_low", { displayName: `NSR polar ${fields.low}`, ...percent }),
    column("polar_high", { displayName: `NSR polar ${fields.high}`, ...percent }),
    column("n", { displayName: fields.n, unit: "none", decimals: 0 }),
    column("share", { displayName: fields.shareShort, ...share, "custom.cellOptions": coloredText }),
    column("share_low", { displayName: `${fields.shareShort} ${fields.shareLow}`, ...percent }),
    column("share_high", { displayName: `${fields.shareShort} ${fields.shareHigh}`, ...percent }),
    column("previous", { displayName: fields.previous, ...percent }),
    column("at", { displayName: fields.at, unit: WHEN }),
    verdictColumn(words),
    stateColumn(words),
  ];
};

const COLLECTION: readonly (readonly [
  name: string,
  field: FieldName,
  properties: Readonly<Record<string, unknown>>,
])[] = [
  ["source", "source", {}],
  ["title", "target", { "custom.minWidth": 220 }],
  ["last_attempt", "lastAttempt", { unit: WHEN }],
  ["last_new_mention", "lastNewMention", { unit: WHEN }],
  ["next_attempt", "nextAttempt", { unit: WHEN }],
  ["consecutive_failures", "failures", { unit: "none" }],
  ["errors", "errors", { unit: "none" }],
  ["error", "error", { "custom.minWidth": 260, noValue: "" }],
  ["silent_hours", "silent", { unit: "none", decimals: 1 }],
];

export const collectionColumns = (words: Words): readonly Override[] => [
  ...COLLECTION.map(([name, field, properties]) =>
    column(name, { displayName: words.fields[field], noValue: words.nothing.never, ...properties }),
  ),
  column("last_success", { displayName: words.fields.lastSuccess, unit: WHEN, noValue: words.nothing.never }),
  healthColumn(words),
];

export const progressColumns = (words: Words): readonly Override[] => [
  column("as_of", { displayName: words.fields.asOf, unit: WHEN }),
  column("waiting", { displayName: words.fields.waiting, unit: "none" }),
];

export const targetColumns = (words: Words): readonly Override[] => [
  column("targets", { displayName: words.fields.targets, unit: "none" }),
  column("failing", {
    displayName: words.fields.failing,
    unit: "none",
    color: { mode: "thresholds" },
    thresholds: {
      mode: "absolute",
      steps: [
        { value: null, color: "text" },
        { value: 1, color: ORANGE },
      ],
    },
  }),
];
