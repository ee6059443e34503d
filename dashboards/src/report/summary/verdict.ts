import type { Summary } from "@molva/contracts";
import { bare, isolated } from "../document.ts";
import { valueText, type Style } from "../style.ts";
import { weekNumber } from "../verdict.ts";
import { changeIn, claimsOf, figureIn, type Claim } from "./rows.ts";

/** So many are named in the subject, the others are counted. */
const NAMED = 2;

const claimText = ({ row, key, change }: Claim, style: Style): string => {
  const { summary, verdict, figureShort } = style.words;
  const text = (value: number | null): string => (value === null ? "—" : valueText(key, value, style));
  const brand = isolated(row.title, 40);
  const [now, before] = [text(figureIn(row, key).value), text(change.previous)];
  const up = change.verdict === "up";
  return key === "nsr"
    ? summary.nsr(brand, up, now, before)
    : summary.other(brand, verdict.figure(figureShort[key], up, now, before));
};

/** The verdict over all brands in a line: only what stands among all that the summary compares is called a change. */
export const summaryVerdict = (summary: Summary, style: Style): string => {
  const words = style.words.summary;
  const { rows } = summary;
  const n = rows.length;
  if (rows.every((row) => (figureIn(row, "volume").value ?? 0) === 0)) return words.empty(n);
  const claims = claimsOf(summary);
  // A brand is named once, by what is said of it first.
  const brands = [...new Set(claims.map(({ row }) => row.brand))];
  const named = brands.slice(0, NAMED).map((id) => claims.find(({ row }) => row.brand === id) as Claim);
  if (named.length > 0) return words.changed(named.map((one) => claimText(one, style)).join("; "), brands.length, n);
  const judged = rows.filter((row) => changeIn(row, "nsr")?.verdict != null).length;
  return judged === 0 ? words.few(n) : judged === n ? words.same(n) : words.sameOf(judged, n);
};

export const summarySubject = (summary: Summary, style: Style): string =>
  bare(`${summaryVerdict(summary, style)} (${style.words.weekShort(weekNumber(summary.week))})`);
