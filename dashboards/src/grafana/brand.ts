import { BUILT_IN_TOPICS } from "@molva/contracts";
import type { Dashboard, FieldConfigSource, Panel } from "@grafana/schema";
import { collectionColumns, numberColumns, progressColumns } from "./columns.ts";
import { adjustedStateColumn, column, fixed, hidden, labelColumn, stateColumn } from "./field.ts";
import { frameOf } from "./frame.ts";
import { BLUE, GREY, NEUTRAL, ORANGE } from "./palette.ts";
import { ratePanel, row, statPanel, tablePanel, volumePanel, type PanelPlace } from "./panels.ts";
import * as sql from "./queries.ts";
import { table, timeSeries } from "./query.ts";
import { nsrSeries, polarSeries } from "./series.ts";
import { brandVariable, datasourceVariable, labelVariable, sourcesVariable } from "./variables.ts";
import type { Words } from "./words.ts";

type Override = FieldConfigSource["overrides"][number];

const HOURS = ["24", "168", "720"] as const;

const RATE_COLUMNS: readonly string[] = ["n", "nsr", "low", "high"];
const someNumbers = (words: Words, names: readonly string[]): readonly Override[] =>
  numberColumns(words).filter(({ matcher }) => names.includes(String(matcher.options)));

const topicTitles = (language: "en" | "ru"): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(BUILT_IN_TOPICS).map(([id, title]) => [id, title[language]]));

const labelColors = (words: Words): readonly Override[] => [
  column("positive", { displayName: words.labels.positive, color: fixed(BLUE) }),
  column("neutral", { displayName: words.labels.neutral, color: fixed(NEUTRAL) }),
  column("negative", { displayName: words.labels.negative, color: fixed(ORANGE) }),
  column("unscored", { displayName: words.labels.unscored, color: fixed(GREY), "custom.fillOpacity": 20 }),
];

const mentionColumns = (words: Words): readonly Override[] => [
  column("time", { displayName: words.fields.published, unit: "dateTimeAsIso", "custom.minWidth": 160 }),
  column("source", { displayName: words.fields.source }),
  labelColumn(words),
  column("confidence", { displayName: words.fields.confidence, unit: "percent", decimals: 0, noValue: "" }),
  column("provenance", { displayName: words.fields.provenance }),
  column("rating", { displayName: words.fields.rating }),
  column("text", {
    displayName: words.fields.text,
    noValue: words.nothing.words,
    "custom.minWidth": 420,
    "custom.inspect": true,
  }),
  column("link", {
    displayName: words.fields.link,
    noValue: "",
    links: [{ title: words.openMention, url: "${__data.fields.url:raw}", targetBlank: true }],
  }),
  hidden("url"),
];

/** One brand, from the newest numbers down to the mentions they were counted from. */
export const brandDashboard = (words: Words): Dashboard => {
  const { nothing } = words;
  const place = (id: number, name: PanelPlace["name"], at: PanelPlace["at"]) => ({ id, name, words, at });
  const third = (i: number, y: number): PanelPlace["at"] => ({ x: i * 8, y, w: 8, h: 9 });
  const rates = HOURS.map((hours, i): Panel =>
    ratePanel(
      { ...place(4 + i, `nsr${hours}`, third(i, 12)), query: timeSeries(sql.rate(hours)), nothing: nothing.rate },
      nsrSeries(words),
    ),
  );
  const polars = HOURS.map((hours, i): Panel =>
    ratePanel(
      { ...place(8 + i, `polar${hours}`, third(i, 22)), query: timeSeries(sql.polar(hours)), nothing: nothing.rate },
      polarSeries(words),
    ),
  );
  return {
    ...frameOf("brand", words),
    templating: {
      list: [datasourceVariable(words), brandVariable(words), sourcesVariable(words), labelVariable(words)],
    },
    panels: [
      statPanel(
        { ...place(1, "asOf", { x: 0, y: 0, w: 24, h: 4 }), query: table(sql.progress), nothing: nothing.progress },
        progressColumns(words),
      ),
      tablePanel(
        { ...place(2, "now", { x: 0, y: 4, w: 24, h: 7 }), query: table(sql.now(words.windows)), nothing: "" },
        [column("window", { displayName: words.fields.window }), ...numberColumns(words)],
      ),
      row(3, words.rows.nsr, 11),
      ...rates,
      row(7, words.rows.polar, 21),
      ...polars,
      row(11, words.rows.volume, 31),
      volumePanel(
        {
          ...place(12, "labelVolume", { x: 0, y: 32, w: 12, h: 9 }),
          query: timeSeries(sql.labelVolume),
          nothing: nothing.mentions,
        },
        labelColors(words),
      ),
      volumePanel({
        ...place(13, "sourceVolume", { x: 12, y: 32, w: 12, h: 9 }),
        query: timeSeries(sql.sourceVolume),
        nothing: nothing.mentions,
      }),
      row(14, words.rows.mentions, 41),
      tablePanel(
        {
          ...place(15, "mentions", { x: 0, y: 42, w: 24, h: 13 }),
          query: table(sql.mentions),
          nothing: nothing.mentions,
        },
        mentionColumns(words),
      ),
      row(16, words.rows.collection, 55),
      tablePanel(
        {
          ...place(17, "brandCollection", { x: 0, y: 56, w: 24, h: 8 }),
          query: table(sql.brandCollection),
          nothing: nothing.collection,
        },
        collectionColumns(words),
      ),
      row(18, words.rows.topics, 64),
      tablePanel(
        {
          ...place(19, "topics", { x: 0, y: 65, w: 12, h: 11 }),
          query: table(sql.topics(topicTitles(words.language), words.noTopic)),
          nothing: nothing.mentions,
        },
        [column("topic", { displayName: words.fields.topic }), ...someNumbers(words, RATE_COLUMNS), stateColumn(words)],
      ),
      tablePanel(
        {
          ...place(20, "adjusted", { x: 12, y: 65, w: 12, h: 11 }),
          query: table(sql.adjusted(words.windows)),
          nothing: nothing.progress,
        },
        [
          column("window", { displayName: words.fields.window }),
          ...someNumbers(words, RATE_COLUMNS),
          column("adjusted", { displayName: words.fields.adjusted, unit: "percent", decimals: 1 }),
          column("audits", { displayName: words.fields.audits, unit: "none" }),
          adjustedStateColumn(words),
        ],
      ),
    ],
  };
};
