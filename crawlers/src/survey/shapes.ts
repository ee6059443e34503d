import type { BrandId, CustomerPeriod, Instant, Population, SurveyAnswer, SurveyMetric } from "@molva/contracts";
import type { ImportFormat } from "../import/shapes.ts";
import type { SurveyColumns } from "./columns.ts";

/** `1-10` is no scale of NPS: its answers are kept apart, and said. */
export const SURVEY_SCALES = ["0-10", "1-10", "1-5"] as const;
export type SurveyScale = (typeof SURVEY_SCALES)[number];

export interface SurveyOptions {
  readonly metric: SurveyMetric;
  /** Of every row; null: a column says it. */
  readonly brand: BrandId | null;
  readonly brandOf: (name: string) => BrandId | null;
  readonly map: SurveyColumns;
  readonly zoneOf: (brand: BrandId) => string;
  readonly format: ImportFormat | null;
  readonly encoding: string | null;
  readonly sheet: string | null;
  readonly name: string | null;
  /** The time of the import: no date may exceed it. */
  readonly fetchedAt: Instant;
  /** When the file was written; the date of rows without one. */
  readonly writtenAt: Instant | null;
  /** Of rows whose column does not say it; null: the metric's own (NPS 0–10, CSAT 1–5, CSI 1–10). */
  readonly scale: SurveyScale | null;
  /** Of rows whose column does not say it; default customers. */
  readonly population: Population | null;
  /** The keyed hash that stands for a respondent. */
  readonly hashRespondent: (name: string) => string;
}

export type SurveyRefusal =
  | "not-a-row"
  | "row-too-large"
  | "no-brand"
  | "bad-score"
  | "bad-scale"
  | "bad-population"
  | "bad-date"
  | "bad-count";

export interface RefusedAnswer {
  readonly type: "rejected";
  readonly line: number;
  readonly reason: SurveyRefusal;
  readonly message: string;
  readonly raw: string;
}

export type SurveyItem =
  | {
      readonly type: "plan";
      readonly format: ImportFormat;
      readonly encoding: string;
      readonly columns: SurveyColumns;
      readonly bytes: number;
    }
  | { readonly type: "answer"; readonly line: number; readonly answer: SurveyAnswer; readonly hash: string }
  | { readonly type: "customers"; readonly line: number; readonly period: CustomerPeriod; readonly hash: string }
  | RefusedAnswer;
