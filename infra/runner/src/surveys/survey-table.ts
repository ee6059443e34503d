import type { OpenDetractor, SurveyRow } from "@molva/contracts";
import { printable } from "../io.ts";
import { signedPercent } from "../signed-percent.ts";
import { table } from "../table.ts";

const NAMES: Readonly<Record<SurveyRow["metric"], string>> = {
  nps: "NPS",
  enps: "eNPS",
  csat: "CSAT %",
  csi: "CSI %",
  churn: "churn %",
};

const plain = (value: number): string => value.toFixed(1);
const numberOf = (row: SurveyRow): ((value: number) => string) =>
  row.metric === "nps" || row.metric === "enps" ? signedPercent : plain;

const countsOf = (row: SurveyRow): string => {
  if (row.promoters !== undefined) return `${row.promoters}/${row.passives ?? 0}/${row.detractors ?? 0}`;
  if (row.satisfied !== undefined) return `${row.satisfied} satisfied`;
  if (row.start !== undefined)
    return `${row.start} → ${row.end ?? 0}, ${row.lost ?? "?"} lost, net ${row.net === null || row.net === undefined ? "—" : plain(row.net)}`;
  return `${row.items?.length ?? 0} items`;
};

const STATES: Readonly<Record<SurveyRow["state"], string>> = {
  empty: "no data",
  "counts-only": "n < 10: counts only",
  "low-base": "low base",
  ok: "",
};

const day = (at: string | null): string => at?.slice(0, 10) ?? "";

/** The numbers, what they are read beside, and what they suffer from, each of these once. */
export const surveyTable = (rows: readonly SurveyRow[]): string => {
  const numbers = table(
    [
      { title: "brand", most: 24 },
      { title: "metric" },
      { title: "wave", most: 24 },
      { title: "segment", most: 20 },
      { title: "answers" },
      { title: "scale" },
      { title: "n", align: "right" },
      { title: "counts" },
      { title: "value", align: "right" },
      { title: "95 %", align: "right" },
      { title: "before", align: "right" },
      { title: "verdict" },
    ],
    rows.map((row) => [
      row.brand,
      NAMES[row.metric],
      row.wave === null ? "(all)" : row.wave === "" ? "(none)" : row.wave,
      row.segment ?? "",
      `${day(row.from)} – ${day(row.to)}`,
      row.scale === null ? "" : `${row.scale.min}–${row.scale.max}`,
      String(row.n),
      countsOf(row),
      row.value === null ? "" : `${numberOf(row)(row.value)}${row.band === null ? "" : ` ${row.band}`}`,
      row.low === null || row.high === null ? "" : `${numberOf(row)(row.low)} … ${numberOf(row)(row.high)}`,
      row.previous === null ? "" : numberOf(row)(row.previous),
      row.verdict ?? STATES[row.state],
    ]),
  );
  const formulas = [...new Set(rows.map((row) => row.formula))];
  const warnings = rows.flatMap((row) =>
    row.warnings.map(
      (one) =>
        `! ${NAMES[row.metric]} ${printable(row.wave || (row.metric === "churn" ? day(row.from) : "(all)"))}: ${one.en}`,
    ),
  );
  const benchmarks = [...new Map(rows.map((row) => [row.metric, row.benchmarks]))].flatMap(([metric, list]) =>
    list.length === 0
      ? []
      : [
          `${NAMES[metric]} elsewhere: ${list.map((one) => `${one.en} ${one.low}${one.high === null ? "" : `…${one.high}`}`).join("; ")}`,
        ],
  );
  return `${[numbers.trimEnd(), ...formulas, ...benchmarks, ...new Set(warnings)].join("\n")}\n`;
};

export const detractorTable = (rows: readonly OpenDetractor[]): string =>
  rows.length === 0
    ? "Nobody waits: every low answer was followed up, or there is none.\n"
    : table(
        [
          { title: "answered" },
          { title: "metric" },
          { title: "score", align: "right" },
          { title: "who" },
          { title: "wave", most: 20 },
          { title: "segment", most: 20 },
          { title: "id" },
          { title: "comment", most: 120 },
        ],
        rows.map((row) => [
          row.answeredAt.slice(0, 10),
          row.metric,
          String(row.score),
          row.population,
          row.wave,
          row.segment,
          row.id,
          row.comment ?? "",
        ]),
      );
