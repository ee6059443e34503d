import type { Brand, Report } from "@molva/contracts";
import type { Config } from "@molva/platform";
import type { Runtime } from "../runtime.ts";
import { sourceTitles } from "../source-titles.ts";
import type { Archive } from "./archive.ts";
import type { ReportParts } from "./read-board.ts";
import { readReport } from "./read-report.ts";
import { weekBefore, type Week } from "./weeks.ts";

export const reportPartsOf = async (runtime: Runtime, config: Config): Promise<ReportParts> => ({
  store: runtime.store,
  checkpoints: runtime.checkpoints,
  clock: runtime.clock,
  brands: config.brands,
  sourceTitles: await sourceTitles(),
  zone: config.timezone,
  competitors: config.report.competitors,
});

/** Weeks before this one of which the reports are compared with what is known now. */
const LOOK_BACK = 4;

/** The report as it is known now, or at a point of the log. */
export const readNow = async (
  runtime: Runtime,
  parts: ReportParts,
  archive: Archive,
  { brand, week, asOf = null }: { readonly brand: Brand; readonly week: Week; readonly asOf?: Report["asOf"] },
): Promise<Report> => {
  const earlier: Report[] = [];
  let past = week;
  for (let i = 0; i < LOOK_BACK; i += 1) {
    past = weekBefore(past.from, brand.timezone ?? parts.zone);
    const found = await archive.find(brand.id, past.name);
    if (found !== null) earlier.push(found);
  }
  return readReport(parts, { brand, week, asOf, horizon: await runtime.horizon(), earlier });
};
