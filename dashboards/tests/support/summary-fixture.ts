import { summarySchema, type Summary, type SummaryRow } from "@molva/contracts";
import { badWeek, HOSTILE } from "./report-fixture.ts";

type Told = Partial<Omit<SummaryRow, "figures">> & {
  readonly nsr?: number;
  readonly change?: number;
  readonly claimed?: boolean;
};

/** A brand's row: its rate, how far it went, and whether that may be said. */
const row = (brand: string, { nsr = 12.3, change = 1.2, claimed = false, ...rest }: Told): unknown => {
  const week = badWeek();
  const figures = week.figures.map((figure) => {
    const [one] = figure.comparisons;
    const isNsr = figure.key === "nsr";
    return {
      ...figure,
      ...(isNsr ? { value: nsr, low: nsr - 9.4, high: nsr + 9.6 } : {}),
      comparisons:
        one === undefined
          ? []
          : [
              isNsr
                ? {
                    ...one,
                    previous: nsr - change,
                    change,
                    low: change - 12.1,
                    high: change + 12.3,
                    verdict: claimed ? (change > 0 ? "up" : "down") : "no significant change",
                    p: claimed ? 0.001 : 0.6,
                    claimed,
                  }
                : { ...one, claimed: false },
            ],
    };
  });
  const { from, to, zone } = week;
  return {
    brand,
    title: brand,
    from,
    to,
    zone,
    figures,
    unscored: 6,
    place: { best: 2, worst: 3 },
    openIncidents: 0,
    answers: { negative: 40, answered: 31 },
    openDetractors: 0,
    unwell: [],
    ...rest,
  };
};

const summary = (rows: readonly unknown[]): Summary => {
  const { from, to, zone, week, asOf, madeAt, sourceTitles } = badWeek();
  return summarySchema.parse({
    version: 1,
    kind: "summary",
    id: "9c02aa01be77",
    brand: "_summary",
    title: "All brands",
    week,
    from,
    to,
    zone,
    asOf,
    madeAt,
    sourceTitles,
    rows,
  });
};

/** Four invented brands: one fell and burns, two share places, one is silent. */
export const summaryWeek = (): Summary => {
  const silent = badWeek().figures.map(({ key }) => ({
    key,
    value: key === "volume" ? 0 : null,
    low: null,
    high: null,
    n: 0,
    state: "empty" as const,
    comparisons: [],
  }));
  return summary([
    row("Aurora", {
      nsr: -22.2,
      change: -34.5,
      claimed: true,
      place: { best: 3, worst: 3 },
      openIncidents: 2,
      openDetractors: 12,
      unwell: [{ source: "rss", state: "failing" }],
    }),
    row("Borealis", { nsr: 31.4, place: { best: 1, worst: 2 } }),
    row("Cirrus", { nsr: 24, place: { best: 1, worst: 2 }, answers: null }),
    { ...(row("Dunes", { place: null, answers: null }) as object), figures: silent },
  ]);
};

export const calmWeek = (): Summary => summary([row("Aurora", {}), row("Borealis", {})]);

/** As many brands as a mail cannot show, with names that mean harm. */
export const hostileSummary = (): Summary =>
  summary(
    Array.from({ length: 200 }, (_, i) =>
      row(`brand-${i}`, {
        title: (HOSTILE[i % HOSTILE.length] ?? "").slice(0, 2_000),
        nsr: (i % 90) - 45,
        claimed: i % 3 === 0,
        change: i % 2 === 0 ? 30 : -30,
        openIncidents: i % 4,
        unwell: [{ source: "web-reviews", state: HOSTILE[0] }],
      }),
    ),
  );
