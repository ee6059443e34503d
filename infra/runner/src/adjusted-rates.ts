import { readNsr } from "@molva/aggregator";
import { FACTS, instantOf, millisOf, type Brand, type Bus, type Clock, type Store, type Table } from "@molva/contracts";
import { z } from "zod";

const percent = z.number().nullable();
const count = z.int().nonnegative();
const row = z.strictObject({
  brand: z.string(),
  hours: count,
  at: z.string(),
  n: count,
  nsr: percent,
  adjusted: percent,
  low: percent,
  high: percent,
  state: z.string(),
  audits: count,
  inside: count,
  ver: z.string(),
});
type Row = z.infer<typeof row>;
const ADJUSTED_RATE: Table<Row> = { name: "adjusted_rate", row };

const HOUR_MS = 3_600_000;
const WINDOWS = [168, 720, 2160] as const;

/** Keeps the corrected rate of each brand's newest windows for those who read the store alone. @throws {PipelineError} what the store throws. */
export const saveAdjusted = async (
  { bus, store, clock }: { readonly bus: Bus; readonly store: Store; readonly clock: Clock },
  brands: readonly Pick<Brand, "id">[],
): Promise<void> => {
  const now = millisOf(clock());
  const to = Math.ceil(now / HOUR_MS) * HOUR_MS;
  const { horizon } = await bus.progress(FACTS, "aggregator");
  const rows: Row[] = [];
  for (const hours of WINDOWS) {
    const found = await readNsr(store, {
      brands: brands.map(({ id }) => id),
      from: instantOf(to - hours * HOUR_MS),
      to: instantOf(to),
      window: null,
      step: null,
      by: null,
      tz: "UTC",
      asOf: null,
      horizon,
      adjusted: true,
    });
    for (const r of found)
      rows.push({
        brand: r.brand,
        hours,
        at: instantOf(to).replace("T", " ").replace("Z", ""),
        n: r.n,
        nsr: r.nsr,
        adjusted: r.nsrAdjusted,
        low: r.adjustedLow,
        high: r.adjustedHigh,
        state: r.adjustedState ?? r.state,
        audits: r.audits ?? 0,
        inside: r.auditsInside ?? 0,
        ver: String(now),
      });
  }
  if (rows.length > 0) await store.insert(ADJUSTED_RATE, rows);
};
