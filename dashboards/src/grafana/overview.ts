import type { Dashboard } from "@grafana/schema";
import { collectionColumns, numberColumns, progressColumns, targetColumns } from "./columns.ts";
import { column, hidden } from "./field.ts";
import { frameOf, uidOf } from "./frame.ts";
import { ratePanel, row, statPanel, tablePanel, volumePanel, type PanelPlace } from "./panels.ts";
import * as sql from "./queries.ts";
import { table, timeSeries } from "./query.ts";
import { nsrSeries, shareSeries } from "./series.ts";
import { brandsVariable, datasourceVariable, windowVariable } from "./variables.ts";
import type { Words } from "./words.ts";

/** One panel a brand, three abreast. */
const REPEATED = { repeat: "brand", repeatDirection: "h", maxPerRow: 3 } as const;

/** All brands: how each stands, whether collection works, and every brand's rolling rate. */
export const overviewDashboard = (words: Words): Dashboard => {
  const { nothing } = words;
  const place = (id: number, name: PanelPlace["name"], at: PanelPlace["at"]) => ({ id, name, words, at });
  const brandUrl = `/d/${uidOf("brand", words.language)}?var-brand=\${__data.fields.key:percentencode}&var-datasource=\${datasource:percentencode}&\${__url_time_range}`;
  return {
    ...frameOf("overview", words),
    templating: { list: [datasourceVariable(words), brandsVariable(words), windowVariable(words)] },
    panels: [
      statPanel(
        { ...place(1, "asOf", { x: 0, y: 0, w: 12, h: 4 }), query: table(sql.progress), nothing: nothing.progress },
        progressColumns(words),
      ),
      statPanel(
        {
          ...place(2, "targets", { x: 12, y: 0, w: 12, h: 4 }),
          query: table(sql.targets),
          nothing: nothing.collection,
        },
        targetColumns(words),
      ),
      tablePanel({ ...place(3, "brands", { x: 0, y: 4, w: 24, h: 10 }), query: table(sql.brands), nothing: "" }, [
        column("brand", {
          displayName: words.fields.brand,
          "custom.minWidth": 180,
          links: [{ title: words.openBrand, url: brandUrl }],
        }),
        ...numberColumns(words),
        hidden("key"),
      ]),
      tablePanel(
        {
          ...place(4, "collection", { x: 0, y: 14, w: 24, h: 8 }),
          query: table(sql.collection),
          nothing: nothing.collection,
        },
        collectionColumns(words),
      ),
      row(5, words.rows.rates, 22),
      {
        ...ratePanel(
          {
            ...place(6, "rate", { x: 0, y: 23, w: 8, h: 9 }),
            query: timeSeries(sql.rate()),
            nothing: nothing.rate,
          },
          nsrSeries(words),
        ),
        ...REPEATED,
      },
      row(7, words.rows.shares, 32),
      {
        ...ratePanel(
          { ...place(8, "share", { x: 0, y: 33, w: 8, h: 9 }), query: timeSeries(sql.share), nothing: nothing.rate },
          shareSeries(words),
        ),
        ...REPEATED,
      },
      row(9, words.rows.volume, 42),
      volumePanel({
        ...place(10, "brandVolume", { x: 0, y: 43, w: 24, h: 9 }),
        query: timeSeries(sql.brandVolume),
        nothing: nothing.mentions,
      }),
    ],
  };
};
