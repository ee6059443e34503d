import { brandIdSchema, type Brand, type BrandId, type Report, type Summary } from "@molva/contracts";
import type { Config } from "@molva/platform";
import type { Runtime } from "../runtime.ts";
import type { ReportParts } from "./read-board.ts";
import { readSummary, summarySubject } from "./read-summary.ts";
import type { Week } from "./weeks.ts";

/** A brand of which no more than the name is known. */
export const bareBrand = (id: string, title = id): Brand => ({
  id: brandIdSchema.parse(id),
  title,
  query: null,
  own: { authors: [], domains: [] },
  noise: "off",
  timezone: null,
  targets: [],
});

/** Brands side by side, and under what name they are sent and kept, as if that were a brand. */
export interface SummaryOf {
  readonly subject: Brand;
  readonly brands: readonly Brand[];
}

export const summaryOf = (config: Pick<Config, "brands">, named: readonly string[]): SummaryOf => {
  const brands = named.length === 0 ? config.brands : config.brands.filter(({ id }) => named.includes(id));
  const all = brands.length === config.brands.length;
  const title = all
    ? "All brands"
    : brands
        .map((brand) => brand.title)
        .join(", ")
        .slice(0, 120);
  return { subject: bareBrand(summarySubject(brands, config.brands), title), brands };
};

/** Those that readers get, each set of brands once. */
export const summariesOf = (config: Pick<Config, "brands" | "report">): readonly SummaryOf[] => {
  const found = new Map<BrandId, SummaryOf>();
  for (const { reports, brands } of config.report.recipients) {
    const one = reports === "brands" ? null : summaryOf(config, brands);
    if (one !== null && one.brands.length > 0) found.set(one.subject.id, one);
  }
  return [...found.values()];
};

/** All that goes out in a week, one after the other: the brands' reports, then the summaries. */
export const subjectsOf = (config: Pick<Config, "brands" | "report">): readonly Brand[] => [
  ...config.brands,
  ...summariesOf(config).map(({ subject }) => subject),
];

/** The summary as it is known now, or at a point of the log. */
export const readSummaryNow = async (
  runtime: Pick<Runtime, "horizon">,
  parts: ReportParts,
  { subject, brands }: SummaryOf,
  week: Week,
  asOf: Report["asOf"] = null,
): Promise<Summary> =>
  readSummary(parts, { brands, title: subject.title, week, asOf, horizon: await runtime.horizon() });
