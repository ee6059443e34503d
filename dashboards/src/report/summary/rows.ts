import type { Figure, FigureKey, ReportComparison, Summary, SummaryRow } from "@molva/contracts";
import { isolated } from "../document.ts";

export const figureIn = ({ figures }: SummaryRow, key: FigureKey): Figure => {
  const found = figures.find((figure) => figure.key === key);
  if (found === undefined) throw new RangeError(`a row has no ${key}`);
  return found;
};

/** Against the week before; undefined where there was none. */
export const changeIn = (row: SummaryRow, key: FigureKey): ReportComparison | undefined =>
  figureIn(row, key).comparisons[0];

export const isClaimed = (row: SummaryRow, key: FigureKey): boolean => changeIn(row, key)?.claimed === true;

/** Falls and rises of NSR, falls first, then what else changed; of equals the surest. */
const ORDER: readonly FigureKey[] = ["nsr", "negative-share", "mean-rating", "volume"];

export interface Claim {
  readonly row: SummaryRow;
  readonly key: FigureKey;
  readonly change: ReportComparison;
}

export const claimsOf = ({ rows }: Summary): readonly Claim[] =>
  rows
    .flatMap((row) =>
      ORDER.flatMap((key): readonly Claim[] => {
        const change = changeIn(row, key);
        return change?.claimed === true ? [{ row, key, change }] : [];
      }),
    )
    .toSorted(
      (a, b) =>
        ORDER.indexOf(a.key) - ORDER.indexOf(b.key) ||
        Number(a.change.verdict === "up") - Number(b.change.verdict === "up") ||
        (a.change.p ?? 1) - (b.change.p ?? 1) ||
        a.row.brand.localeCompare(b.row.brand),
    );

const LAST = 1e9;

/** By place; those that share places by their names, for their order is not known. Without a rate last. */
export const ordered = ({ rows }: Summary): readonly SummaryRow[] =>
  rows.toSorted(
    (a, b) =>
      (a.place?.best ?? LAST) - (b.place?.best ?? LAST) ||
      (a.place?.worst ?? LAST) - (b.place?.worst ?? LAST) ||
      a.title.localeCompare(b.title) ||
      a.brand.localeCompare(b.brand),
  );

export const nameOf = ({ title }: SummaryRow): string => isolated(title, 60);
export const namesOf = (rows: readonly SummaryRow[]): string => rows.map(nameOf).join(", ");
