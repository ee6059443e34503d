import type { Population, SurveyMetric } from "@molva/contracts";
import { saveAnswers, saveCustomers, type HashedAnswer, type HashedPeriod } from "@molva/aggregator";
import type { ImportFormat, SurveyItem, SurveyScale } from "@molva/crawlers";
import type { Call } from "../command.ts";
import { brandsNamed } from "../importing/brands-named.ts";
import { originOf } from "../importing/file-origin.ts";
import { rejectsFile } from "../importing/rejects-file.ts";
import { progressBar } from "../progress.ts";
import type { Runtime } from "../runtime.ts";
import { suppressedAuthors } from "../suppression.ts";

const BATCH = 2_000;

export interface SurveyFile {
  readonly file: string;
  readonly metric: SurveyMetric;
  readonly brand: string | undefined;
  readonly format: ImportFormat | undefined;
  readonly sheet: string | undefined;
  readonly encoding: string | undefined;
  readonly map: string;
  readonly scale: SurveyScale | undefined;
  readonly population: Population | undefined;
  readonly tz: string | undefined;
}

export interface SurveySummary {
  rows: number;
  new: number;
  changed: number;
  unchanged: number;
  rejected: number;
  rejects: string | null;
}

type Kept = Extract<SurveyItem, { type: "answer" | "customers" }>;

/** Keeps answers and periods; what erased people wrote, and that it was them, is left out, and their score counts. */
export const saveSurveyItems = async (
  runtime: Pick<Runtime, "store" | "checkpoints" | "clock">,
  items: readonly Kept[],
): Promise<{ readonly new: number; readonly changed: number; readonly unchanged: number }> => {
  const erased = new Set((await suppressedAuthors(runtime.checkpoints)).map(({ author }) => author));
  const answers: HashedAnswer[] = [];
  const periods: HashedPeriod[] = [];
  for (const item of items) {
    if (item.type === "customers") periods.push(item);
    else if (!erased.has(item.answer.respondent ?? "")) answers.push(item);
    else answers.push({ answer: { ...item.answer, respondent: null, comment: null }, hash: item.hash });
  }
  const a = await saveAnswers(runtime.store, answers, runtime.clock);
  const b = await saveCustomers(runtime.store, periods, runtime.clock);
  return { new: a.new + b.new, changed: a.changed + b.changed, unchanged: a.unchanged + b.unchanged };
};

/** @throws {PipelineError} `USAGE` for a file, a column or a sheet that is not there. */
export const importSurvey = async (call: Call, told: SurveyFile): Promise<SurveySummary> => {
  const { brandIdFor, parseMapOf, readSurvey, SURVEY_FIELDS } = await import("@molva/crawlers");
  const map = parseMapOf(told.map, SURVEY_FIELDS);
  const runtime = await call.runtime();
  const [brands, zone, now] = [await call.brands(), await call.zone(), runtime.clock()];
  const { brandOf } = brandsNamed(brands, brandIdFor);
  const origin = await originOf(call, told.file);
  const rejects = rejectsFile(call.dataDir, told.file === "-" ? "stdin" : told.file, now);
  const bar = progressBar(call.io, "Importing", "rows");
  const summary: SurveySummary = { rows: 0, new: 0, changed: 0, unchanged: 0, rejected: 0, rejects: null };
  let waiting: Kept[] = [];
  const save = async (): Promise<void> => {
    const saved = await saveSurveyItems(runtime, waiting);
    summary.new += saved.new;
    summary.changed += saved.changed;
    summary.unchanged += saved.unchanged;
    waiting = [];
  };
  try {
    const items = readSurvey(origin.bytes, {
      metric: told.metric,
      brand: told.brand === undefined ? null : brandOf(told.brand),
      brandOf,
      map,
      zoneOf: (brand) => told.tz ?? brands.find((one) => one.id === brand)?.timezone ?? zone,
      format: told.format ?? null,
      encoding: told.encoding ?? null,
      sheet: told.sheet ?? null,
      name: told.file === "-" ? null : told.file,
      fetchedAt: now,
      writtenAt: origin.writtenAt,
      scale: told.scale ?? null,
      population: told.population ?? null,
      hashRespondent: runtime.hashAuthor,
    });
    for await (const item of items) {
      call.io.signal.throwIfAborted();
      if (item.type === "plan") {
        const columns = Object.entries(item.columns).map(([field, column]) => `${field} ← ${column}`);
        call.io.err(`Reading ${item.format} (${item.encoding}): ${columns.join(", ")}\n`);
        continue;
      }
      summary.rows += 1;
      bar.update(summary.rows, null);
      if (item.type === "rejected") {
        summary.rejected += 1;
        await rejects.write({ line: item.line, reason: item.reason, message: item.message, row: item.raw });
        continue;
      }
      waiting.push(item);
      if (waiting.length >= BATCH) await save();
    }
    await save();
  } finally {
    bar.end();
    summary.rejects = await rejects.close();
  }
  return summary;
};
