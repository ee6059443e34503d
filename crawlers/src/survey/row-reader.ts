import { createHash } from "node:crypto";
import { type BrandId, type CustomerPeriod, type Instant, type Population, type SurveyAnswer } from "@molva/contracts";
import { addSteps, parseDate } from "@molva/text";
import { RAW_LIMIT } from "../import/cells.ts";
import type { RawRow } from "../import/shapes.ts";
import { nullableText, ratingOf, textOf } from "../import/values.ts";
import { surveyColumns, type SurveyColumns, type SurveyField } from "./columns.ts";
import {
  SURVEY_SCALES,
  type RefusedAnswer,
  type SurveyItem,
  type SurveyOptions,
  type SurveyRefusal,
  type SurveyScale,
} from "./shapes.ts";

type Cells = ReadonlyMap<string, unknown>;

/** Why a row cannot be used; caught where rows are read. */
class Refusal extends Error {
  readonly reason: SurveyRefusal;
  constructor(reason: SurveyRefusal, message: string) {
    super(message);
    this.reason = reason;
  }
}

const BOUNDS: Readonly<Record<SurveyScale, { readonly min: number; readonly max: number }>> = {
  "0-10": { min: 0, max: 10 },
  "1-10": { min: 1, max: 10 },
  "1-5": { min: 1, max: 5 },
};
/** The first is the metric's own. */
const SCALES: Readonly<Record<"nps" | "csat" | "csi", readonly SurveyScale[]>> = {
  nps: ["0-10", "1-10"],
  csat: ["1-5"],
  csi: ["1-10", "0-10", "1-5"],
};

const CUSTOMERS = /^(customers?|clients?|consumers?|users?|клиент\p{L}*|покупател\p{L}*|пользовател\p{L}*)$/iu;
const EMPLOYEES = /^(employees?|staff|workers?|enps|сотрудник\p{L}*|персонал|работник\p{L}*)$/iu;

const shown = (value: unknown): string => JSON.stringify(textOf(value).slice(0, 60));
const hashed = (parts: readonly unknown[]): string => createHash("sha256").update(JSON.stringify(parts)).digest("hex");
const cut = (cell: unknown, most: number): string | null => nullableText(cell)?.slice(0, most).trim() ?? null;

/** Reads rows one by one once it is known what the columns are. */
export class SurveyRows {
  readonly columns: SurveyColumns;
  readonly #options: SurveyOptions;
  /** How often rows without an id and a respondent were the same: the n-th is another answer than the first. */
  readonly #times = new Map<string, number>();

  /** @param names of the columns @throws {PipelineError} `USAGE`, see `surveyColumns` */
  constructor(names: ReadonlySet<string>, options: SurveyOptions) {
    this.#options = options;
    this.columns = surveyColumns(names, options.metric, options.map);
  }

  #cell(cells: Cells, field: SurveyField): unknown {
    const column = this.columns[field];
    return column === undefined ? undefined : cells.get(column);
  }

  #brand(cells: Cells): BrandId {
    const name = textOf(this.#cell(cells, "brand"));
    const brand = name === "" ? this.#options.brand : this.#options.brandOf(name);
    if (brand === null) throw new Refusal("no-brand", `whose answer is it? Give --brand, or a column that says it`);
    return brand;
  }

  #date(cells: Cells, field: SurveyField, brand: BrandId): Instant | null {
    const printed = nullableText(this.#cell(cells, field));
    if (printed === null) return null;
    const { fetchedAt, zoneOf } = this.#options;
    const told = parseDate(printed, { fetchedAt, zone: zoneOf(brand), slashes: "mdy" });
    if (told === null)
      throw new Refusal("bad-date", `${shown(printed)} is no date; write for example 2026-01-31 or 31.01.2026 14:52`);
    return told.at;
  }

  #population(cells: Cells): Population {
    const told = textOf(this.#cell(cells, "population"));
    if (told === "") return this.#options.population ?? "customers";
    if (CUSTOMERS.test(told)) return "customers";
    if (EMPLOYEES.test(told)) return "employees";
    throw new Refusal(
      "bad-population",
      `${shown(told)} is no population; write customers or employees, for the two are never mixed`,
    );
  }

  #scale(cells: Cells, metric: "nps" | "csat" | "csi"): { readonly min: number; readonly max: number } {
    const told = textOf(this.#cell(cells, "scale")).replaceAll(/\s*(?:[–—…]|\.\.|to|до)\s*/gu, "-");
    const scale = told === "" ? (this.#options.scale ?? SCALES[metric][0]) : SURVEY_SCALES.find((one) => one === told);
    if (scale === undefined || !SCALES[metric].includes(scale))
      throw new Refusal(
        "bad-scale",
        `${metric} is asked on ${SCALES[metric].join(" or ")}, not on ${shown(told || scale)}`,
      );
    return BOUNDS[scale];
  }

  #score(cell: unknown, scale: { readonly min: number; readonly max: number }): number {
    const found = ratingOf(cell, scale);
    if (found === null || found === undefined || found.max !== scale.max)
      throw new Refusal("bad-score", `${shown(cell)} is no score from ${scale.min} to ${scale.max}`);
    return found.value;
  }

  #count(cells: Cells, field: SurveyField): number | null {
    const text = textOf(this.#cell(cells, field)).replaceAll(/[\s\u00a0\u202f]/gu, "");
    if (text === "") return null;
    if (!/^\d{1,12}(?:\.0+)?$/u.test(text))
      throw new Refusal("bad-count", `${field}: ${shown(text)} is no count of customers`);
    return Number(text);
  }

  /** What tells one answer from all others, best first. */
  #idOf(
    cells: Cells,
    known: readonly unknown[],
    content: readonly unknown[],
    respondent: string | null,
    item: string,
  ): string {
    const id = textOf(this.#cell(cells, "id"));
    if (id !== "") return hashed(["id", ...known, id]).slice(0, 32);
    if (respondent !== null) return hashed(["respondent", ...known, respondent, ...content.slice(0, 3)]).slice(0, 32);
    // Of CSI the n-th row of each item belongs to the n-th answer.
    const key = hashed([...known, item, ...(this.#options.metric === "csi" ? content.slice(0, 3) : content)]);
    const times = (this.#times.get(key) ?? 0) + 1;
    this.#times.set(key, times);
    const same = this.#options.metric === "csi" ? hashed([...known, ...content.slice(0, 3)]) : key;
    return hashed(["content", same, times]).slice(0, 32);
  }

  #contacted(cells: Cells, brand: BrandId, answeredAt: Instant): SurveyAnswer["contacted"] {
    const by = cut(this.#cell(cells, "contactedBy"), 200);
    const printed = textOf(this.#cell(cells, "contactedAt")).toLowerCase();
    if (/^(|0|no|false|нет|null|-|—)$/u.test(printed) && by === null) return null;
    if (/^(|1|yes|true|да)$/u.test(printed)) return { at: answeredAt, by: by ?? "file" };
    if (/^(0|no|false|нет|null|-|—)$/u.test(printed)) return null;
    return { at: this.#date(cells, "contactedAt", brand) ?? answeredAt, by: by ?? "file" };
  }

  #answer(cells: Cells, metric: "nps" | "csat" | "csi", line: number): Extract<SurveyItem, { type: "answer" }> {
    const { writtenAt, fetchedAt, hashRespondent } = this.#options;
    const brand = this.#brand(cells);
    const scale = this.#scale(cells, metric);
    const told = this.#date(cells, "answeredAt", brand);
    const answeredAt = told ?? writtenAt ?? fetchedAt;
    const name = nullableText(this.#cell(cells, "respondent"));
    const item = metric === "csi" ? (cut(this.#cell(cells, "item"), 200) ?? "") : "";
    const importance = Number(textOf(this.#cell(cells, "importance")).replace(",", ".") || Number.NaN);
    const rest = {
      question: cut(this.#cell(cells, "question"), 500),
      wave: cut(this.#cell(cells, "wave"), 200),
      population: this.#population(cells),
      segment: cut(this.#cell(cells, "segment"), 200),
      comment: cut(this.#cell(cells, "comment"), 10_000),
      contacted: this.#contacted(cells, brand, answeredAt),
    };
    const score = this.#score(this.#cell(cells, "score"), scale);
    const respondent = name === null ? null : hashRespondent(name);
    const content = [
      told,
      rest.wave,
      metric === "csi" ? null : rest.question,
      score,
      rest.segment,
      rest.population,
      rest.comment,
    ];
    const answer: SurveyAnswer = {
      id: this.#idOf(cells, [brand, metric], content, respondent, item),
      brand,
      metric,
      item,
      answeredAt,
      score,
      scale,
      importance: importance >= 0 && Number.isFinite(importance) ? importance : null,
      ...rest,
      respondent,
    };
    const { contacted: _, ...hashedParts } = answer;
    return { type: "answer", line, answer, hash: hashed([{ ...hashedParts, answeredAt: told }]).slice(0, 16) };
  }

  #customers(cells: Cells, line: number): SurveyItem {
    const brand = this.#brand(cells);
    const from = this.#date(cells, "periodFrom", brand);
    if (from === null) throw new Refusal("bad-date", "the period has no beginning");
    // A period that names only its beginning is a month.
    const to = this.#date(cells, "periodTo", brand) ?? addSteps(from, 1, "month", this.#options.zoneOf(brand));
    const [start, end, lost] = [this.#count(cells, "start"), this.#count(cells, "end"), this.#count(cells, "lost")];
    if (start === null || end === null)
      throw new Refusal("bad-count", "customers at the start and at the end are needed");
    if (lost !== null && lost > start) throw new Refusal("bad-count", `${lost} lost of ${start} at the start`);
    if (from >= to) throw new Refusal("bad-date", "the period ends before it begins");
    const [wave, segment] = [cut(this.#cell(cells, "wave"), 200), cut(this.#cell(cells, "segment"), 200)];
    const own = textOf(this.#cell(cells, "id"));
    const id = hashed(own === "" ? ["churn", brand, from, to, segment] : ["churn", brand, "id", own]).slice(0, 32);
    const period: CustomerPeriod = { id, brand, from, to, start, end, lost, wave, segment };
    return { type: "customers", line, period, hash: hashed([period]).slice(0, 16) };
  }

  /** One answer as a list of items, `{"items": [{"item", "score", "importance"}]}`, is a row each. */
  #itemsOf(row: RawRow): readonly Cells[] {
    const items = row.cells.get("items");
    if (this.#options.metric !== "csi" || !Array.isArray(items)) return [row.cells];
    const id = textOf(this.#cell(row.cells, "id"));
    return items.slice(0, 100).map((one: unknown) => {
      const cells = new Map(row.cells);
      if (typeof one === "object" && one !== null)
        for (const [key, value] of Object.entries(one)) cells.set(this.columns[key as SurveyField] ?? key, value);
      if (id !== "") cells.set(this.columns.id ?? "id", id);
      return cells;
    });
  }

  /** One item, of CSI perhaps several; a row that cannot be used is an item of its own. */
  read(row: RawRow): readonly SurveyItem[] {
    const { metric } = this.#options;
    try {
      if (metric === "churn") return [this.#customers(row.cells, row.line)];
      return this.#itemsOf(row).map((cells) => this.#answer(cells, metric, row.line));
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      return [refused(row.line, error.reason, error.message, JSON.stringify(Object.fromEntries(row.cells)))];
    }
  }
}

export const refused = (line: number, reason: SurveyRefusal, message: string, raw: string): RefusedAnswer => ({
  type: "rejected",
  line,
  reason,
  message,
  raw: raw.slice(0, RAW_LIMIT),
});
