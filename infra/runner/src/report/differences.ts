import type { Weekly } from "@molva/contracts";
import { reportRows } from "@molva/dashboards/report";

/** One number that is another now than it was in the report as sent. */
export interface Difference {
  readonly section: string;
  readonly name: string;
  readonly number: "value" | "low" | "high" | "n" | "verdict";
  readonly sent: number | string | null;
  readonly now: number | string | null;
}

const NUMBERS = ["value", "low", "high", "n", "verdict"] as const;

/** What became of the numbers of a report since it was sent: late mentions, corrections, removals. */
export const differencesOf = (sent: Weekly, now: Weekly): readonly Difference[] => {
  const keyOf = ({ section, name, against }: { section: string; name: string; against: string | null }): string =>
    JSON.stringify([section, name, against]);
  const rows = new Map(reportRows(now).map((row) => [keyOf(row), row]));
  const seen = new Set<string>();
  return reportRows(sent).flatMap((row) => {
    const other = rows.get(keyOf(row));
    return NUMBERS.flatMap((number): readonly Difference[] => {
      const key = JSON.stringify([row.section, row.name, number, number === "verdict" ? row.against : null]);
      const [before, after] = [row[number], other?.[number] ?? null];
      if (before === after || seen.has(key)) return [];
      seen.add(key);
      return [{ section: row.section, name: row.name, number, sent: before, now: after }];
    });
  });
};
