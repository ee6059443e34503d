import { byId, el, paint } from "./dom.ts";
import { band, base, counts, figure, verdict } from "./figures.ts";
import { spark } from "./spark.ts";
import type { Choice, Tongue, View } from "./view.ts";

/** One card per brand: the 7-day rate with all that belongs to it. A card chooses the brand. */
export const paintCards = (view: View, tongue: Tongue, choose: (change: Partial<Choice>) => void): void => {
  const { overview, choice } = view;
  if (overview === null) return;
  const rows = overview.headlines["7d"];
  paint(byId("cards"), [view.language, choice.brand, overview.brands, rows, overview.sparks, overview.incidents], () =>
    overview.brands.map((brand, index) => {
      const row = rows.find((known) => known.brand === brand.id);
      const values = overview.sparks.find((known) => known.brand === brand.id)?.values ?? [];
      const open = overview.incidents.find((known) => known.brand === brand.id);
      return el(
        "li",
        {},
        el(
          "button",
          {
            class: "card",
            type: "button",
            "aria-pressed": brand.id === choice.brand ? "true" : "false",
            "data-focus": brand.id,
            click: () => choose({ brand: brand.id, source: null, from: null, to: null }),
          },
          el("bdi", { class: "card-title" }, brand.title),
          el("span", { class: "quiet" }, `${tongue.words.rateShort}, ${tongue.words.lastSevenDays}`),
          el("span", { class: "card-figure" }, ...figure(row, "nsr", tongue)),
          spark(String(index), values),
          el(
            "span",
            { class: "card-line" },
            base(row, tongue),
            row !== undefined && row.state !== "empty" && counts(row, tongue),
          ),
          el("span", { class: "card-foot" }, verdict(row, tongue), band(row, tongue)),
          open !== undefined &&
            el(
              "span",
              { class: `card-incidents ${open.severity}` },
              el("span", { class: "alarm-sign", "aria-hidden": "true" }, "!"),
              tongue.words.openIncidents(open.count),
            ),
        ),
      );
    }),
  );
};
