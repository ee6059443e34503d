import { readNsr } from "@molva/aggregator";
import { instantOf, millisOf, type NsrRow } from "@molva/contracts";
import type { Config } from "@molva/platform";
import { signedPercent } from "../signed-percent.ts";
import type { Runtime } from "../runtime.ts";
import { table } from "../table.ts";

const HOUR_MS = 3_600_000;
const WEEK_MS = 168 * HOUR_MS;

const rateText = (row: NsrRow): string => {
  if (row.state === "empty") return "no data";
  if (row.nsr === null || row.low === null || row.high === null) return `counts only (n ${row.n} < 10)`;
  return `${signedPercent(row.nsr)} (${signedPercent(row.low)} … ${signedPercent(row.high)})`;
};

/** The last seven days of every configured brand, as it stands on the terminal when the first round is over. */
export const weekSummary = async (runtime: Runtime, config: Config): Promise<string> => {
  const end = Math.ceil(millisOf(runtime.clock()) / HOUR_MS) * HOUR_MS;
  const rows = await readNsr(runtime.store, {
    brands: config.brands.map((brand) => brand.id),
    from: instantOf(end - WEEK_MS),
    to: instantOf(end),
    window: null,
    step: null,
    by: null,
    tz: config.timezone,
    asOf: null,
    horizon: await runtime.horizon(),
  });
  const titles = new Map<string, string>(config.brands.map((brand) => [brand.id, brand.title]));
  return table(
    [
      { title: "brand", most: 32 },
      { title: "NSR %, last 7 days (95 %)" },
      { title: "n", align: "right" },
      { title: "against the 7 days before" },
    ],
    rows.map((row) => [
      titles.get(row.brand) ?? row.brand,
      rateText(row),
      String(row.n),
      row.verdict ?? (row.state === "low-base" ? "low base" : row.n < 100 ? "n < 100: no verdict" : "no verdict"),
    ]),
  );
};
