import { listMentions, readMeasures, readNsr, type MeasuresQuestion, type MentionFilter } from "@molva/aggregator";
import { instantOf, millisOf, type Instant, type Store } from "@molva/contracts";
import { addSteps, startOfStep } from "@molva/text";
import type { ExportRow } from "./columns.ts";

const PAGE = 2_000;
/** Steps that are read at once. */
const STEPS_AT_ONCE = 500;

/** Every mention that fits, brand by brand, the newest first; a page is held at a time. */
export const mentionRows = async function* (
  store: Store,
  brands: readonly string[],
  filter: Omit<MentionFilter, "brand" | "limit" | "after" | "sort">,
  signal: AbortSignal,
): AsyncGenerator<ExportRow> {
  for (const brand of brands) {
    let after: MentionFilter["after"] = null;
    for (;;) {
      signal.throwIfAborted();
      const page = await listMentions(store, { ...filter, brand, sort: "newest", limit: PAGE, after });
      yield* page as readonly ExportRow[];
      const last = page.at(-1);
      if (page.length < PAGE || last === undefined) break;
      after = last;
    }
  }
};

/** Where the questions for a stretch begin and end: each asks for some hundred steps. */
const chunksOf = function* (
  from: Instant,
  to: Instant,
  { step, tz }: MeasuresQuestion,
): Generator<readonly [Instant, Instant]> {
  if (step === null) {
    yield [from, to];
    return;
  }
  let start = from;
  while (start < to) {
    const next = addSteps(startOfStep(start, step, tz), STEPS_AT_ONCE, step, tz);
    const end = next < to ? next : to;
    yield [start, end];
    start = end;
  }
};

/** The rows of `molva nsr`, brand by brand, however many steps there are. */
export const nsrRows = async function* (
  store: Store,
  question: MeasuresQuestion,
  signal: AbortSignal,
): AsyncGenerator<ExportRow> {
  const { step, tz } = question;
  for (const brand of question.brands) {
    // One row over all that was known then tells how far it reaches.
    const all = {
      ...question,
      brands: [brand],
      from: null,
      to: null,
      step: null,
      window: null,
      by: null,
      adjusted: false,
    };
    const [extent] = await readNsr(store, all);
    if (extent === undefined) continue;
    const from = question.from ?? (step === null ? extent.from : startOfStep(extent.from, step, tz));
    const last = instantOf(millisOf(extent.to) - 1);
    const to = question.to ?? (step === null ? extent.to : addSteps(startOfStep(last, step, tz), 1, step, tz));
    for (const [start, end] of chunksOf(from, to, question)) {
      signal.throwIfAborted();
      yield* (await readMeasures(store, {
        ...question,
        brands: [brand],
        from: start,
        to: end,
      })) as readonly ExportRow[];
    }
  }
};
