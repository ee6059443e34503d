import type { Brand, NsrRow, Report } from "@molva/contracts";
import { shareOf } from "@molva/numbers";

type Rated = Pick<NsrRow, "nsr" | "low" | "high">;

/** The best and the worst place that the intervals leave open. */
export interface Place {
  readonly best: number;
  readonly worst: number;
}

const isAbove = (a: Rated, b: Rated): boolean => a.low !== null && b.high !== null && a.low > b.high;

/** Places only where intervals separate: where they overlap, the order is not known. Null without a rate. */
export const placesOf = (rows: readonly Rated[]): readonly (Place | null)[] => {
  const ranked = rows.filter(({ nsr }) => nsr !== null);
  return rows.map((row) =>
    row.nsr === null
      ? null
      : {
          best: 1 + ranked.filter((other) => isAbove(other, row)).length,
          worst: ranked.length - ranked.filter((other) => isAbove(row, other)).length,
        },
  );
};

const volumeOf = (row: NsrRow): number => row.n + row.unscored;

/** A brand's week beside those of others, with its share of voice among them. */
export const besideOthers = (rows: readonly NsrRow[], brands: readonly Brand[]): Report["competitors"] => {
  const all = rows.reduce((sum, row) => sum + volumeOf(row), 0);
  const places = placesOf(rows);
  return rows
    .map((row, i) => {
      const voice = shareOf(volumeOf(row), all);
      return {
        brand: row.brand,
        title: brands.find(({ id }) => id === row.brand)?.title ?? row.brand,
        nsr: row.nsr,
        low: row.low,
        high: row.high,
        n: row.n,
        state: row.state,
        volume: volumeOf(row),
        voice:
          voice.value === null || voice.low === null || voice.high === null
            ? null
            : { value: voice.value, low: voice.low, high: voice.high },
        place: places[i] ?? null,
      };
    })
    .toSorted((a, b) => (b.nsr ?? -1000) - (a.nsr ?? -1000) || a.brand.localeCompare(b.brand));
};

const MOST_OTHERS = 10;

/** With whom a brand is compared: those that the configuration names, else all others where they are few. */
export const othersOf = (
  { id }: Pick<Brand, "id">,
  brands: readonly Brand[],
  competitors: Readonly<Record<string, readonly string[]>>,
): readonly Brand[] => {
  const named = competitors[id];
  if (named !== undefined) return brands.filter((one) => one.id !== id && named.includes(one.id));
  return brands.length > MOST_OTHERS ? [] : brands.filter((one) => one.id !== id);
};
