import { setImmediate as turn } from "node:timers/promises";
import { TEXT_LIMIT, type GivenLabel, type Probabilities, type Rating } from "@molva/contracts";
import { z } from "zod";
import { labelled, type Model, type ModelInput, type Scored } from "./model.ts";

const lineSchema = z.object({
  id: z.union([z.string(), z.number()]).optional(),
  text: z.string(),
  title: z.string().nullish(),
  language: z.string().nullish(),
  /** Stars of 5, as a number or as digits. */
  rating: z.coerce.number().min(0).max(5).nullish(),
  /** What the label is to be towards. */
  brand: z.string().max(200).nullish(),
});

export interface ClassifiedLine {
  readonly id?: string | number;
  readonly label: GivenLabel;
  readonly probabilities: Probabilities | null;
  readonly language: string | null;
  readonly model: string;
}

/** What became of one input line. `line` counts from 1; blank lines count and give nothing. */
export type LineResult =
  | { readonly type: "classified"; readonly line: number; readonly result: ClassifiedLine }
  | { readonly type: "error"; readonly line: number; readonly error: string };

/** A longer line is an error, not a parse of megabytes. In UTF-16 units; six for each unit of the longest text, for escapes. */
const LINE_LIMIT = TEXT_LIMIT * 6 + 10_000;
const CHUNK = 32;
/** Lines that a model with threads of its own is asked at once. */
const TOGETHER = 512;

const ratingOf = (stars: number | null | undefined): Rating | null =>
  stars === null || stars === undefined || stars === 0 ? null : { value: Math.max(1, stars), min: 1, max: 5 };

const parsed = (line: string): unknown => {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
};

type Read =
  | {
      readonly type: "input";
      readonly line: number;
      readonly id: string | number | undefined;
      readonly input: ModelInput;
    }
  | Extract<LineResult, { readonly type: "error" }>;

const readLine = (text: string, line: number): Read => {
  if (text.length > LINE_LIMIT)
    return { type: "error", line, error: `longer than ${LINE_LIMIT} characters: shorten the text to ${TEXT_LIMIT}` };
  const value = parsed(text);
  if (value === undefined)
    return { type: "error", line, error: 'no JSON: write one object a line, for example {"text": "Great service"}' };
  const row = lineSchema.safeParse(value);
  if (!row.success) {
    const issue = row.error.issues[0];
    return {
      type: "error",
      line,
      error: `${issue?.path.join(".") || "the line"}: ${issue?.message ?? "not as expected"}; expected an object with "text" and perhaps "id", "language", "rating" (0 to 5), "brand"`,
    };
  }
  const { id, text: words, title, language, rating, brand } = row.data;
  return {
    type: "input",
    line,
    id,
    input: {
      title: title ?? null,
      text: words.slice(0, TEXT_LIMIT),
      rating: ratingOf(rating),
      language: language ?? null,
      brand: brand ?? null,
    },
  };
};

const resultOf = (read: Read, scored: Scored | undefined, model: Model): LineResult => {
  if (read.type === "error") return read;
  const { line, id } = read;
  if (scored === undefined) return { type: "error", line, error: "the model gave no answer" };
  return {
    type: "classified",
    line,
    result: {
      ...(id === undefined ? {} : { id }),
      label: scored.label,
      probabilities: scored.probabilities,
      language: scored.language,
      model: model.name,
    },
  };
};

const answered = async (reads: readonly Read[], model: Model): Promise<readonly LineResult[]> => {
  const inputs = reads.flatMap((read) => (read.type === "input" ? [read.input] : []));
  const scored = await labelled(model, inputs);
  let at = 0;
  return reads.map((read) => resultOf(read, read.type === "input" ? scored[at++] : undefined, model));
};

/**
 * JSON lines in, one result for each line that is not blank, in the same order; a bad line is an error of its own. Holds one line at a time,
 * or some hundreds where the model answers in threads of its own.
 */
export const classifyLines = async function* (lines: AsyncIterable<string>, model: Model): AsyncGenerator<LineResult> {
  const together = model.label === undefined ? 1 : TOGETHER;
  let line = 0;
  let waiting: Read[] = [];
  for await (const text of lines) {
    line += 1;
    // A byte order mark before the first line is no part of it.
    const bare = line === 1 ? text.replace(/^\uFEFF/, "") : text;
    if (bare.trim() !== "") waiting.push(readLine(bare, line));
    if (waiting.length >= together) {
      yield* await answered(waiting, model);
      waiting = [];
    }
    if (line % CHUNK === 0) await turn();
  }
  yield* await answered(waiting, model);
};
