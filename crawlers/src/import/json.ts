import { PipelineError } from "@molva/contracts";
import { RAW_LIMIT, ROW_LIMIT } from "./cells.ts";
import { rowOfJson, tooLarge } from "./jsonl.ts";
import type { ReadRow } from "./shapes.ts";

/** An object around the list is read whole; beyond this it must be JSON Lines or a plain list, which are streamed. */
const WRAPPER_LIMIT = 64 * 1024 * 1024;

const broken = (line: number, message: string, raw: string): ReadRow => ({
  line,
  broken: "not-a-row",
  message,
  raw: raw.slice(0, RAW_LIMIT),
});

/** The elements of a top-level list, cut out by brackets and quotes alone, so that one broken element does not spoil the next. */
const readList = async function* (pieces: AsyncIterable<string>): AsyncGenerator<ReadRow> {
  let [depth, line, startLine] = [0, 1, 1];
  let [inString, escaped, skipping, blank] = [false, false, false, true];
  let element = "";
  const finish = (): ReadRow | null => {
    const text = element;
    const skipped = skipping;
    element = "";
    skipping = false;
    blank = true;
    return skipped || text.trim() === "" ? null : rowOfJson(text, startLine);
  };
  for await (const piece of pieces) {
    let from = depth > 0 ? 0 : piece.length;
    for (let i = 0; i < piece.length; i++) {
      const char = piece.charCodeAt(i);
      if (char === 10) line++;
      else if (blank && depth > 0 && char > 32) [startLine, blank] = [line, false];
      if (inString) {
        if (escaped) escaped = false;
        else if (char === 92) escaped = true;
        else if (char === 34) inString = false;
        continue;
      }
      if (char === 34) inString = true;
      else if (char === 91 || char === 123) {
        depth++;
        if (depth === 1) from = i + 1;
      } else if ((char === 44 && depth === 1) || ((char === 93 || char === 125) && depth > 0)) {
        if (char !== 44) depth--;
        const ends = char === 44 || depth === 0;
        if (!ends) continue;
        element += piece.slice(from, i);
        const row = finish();
        if (row !== null) yield row;
        from = depth === 0 ? piece.length : i + 1;
      }
    }
    if (depth > 0 && !skipping) element += piece.slice(from);
    if (element.length > ROW_LIMIT && !skipping) {
      yield tooLarge(startLine, element);
      skipping = true;
      element = "";
    }
  }
  if (depth > 0 && !skipping) yield broken(startLine, "the file ends in the middle of a row; is it complete?", element);
};

const listIn = (value: unknown): readonly unknown[] => {
  if (typeof value !== "object" || value === null) return [value];
  const lists = Object.values(value).filter(
    (v): v is unknown[] => Array.isArray(v) && v.some((e) => typeof e === "object" && e !== null),
  );
  const [longest] = lists.toSorted((a, b) => b.length - a.length);
  return longest ?? [value];
};

/** `{"reviews": [ … ]}`: the longest list of objects in it; an object without one is a single row. */
const readWrapper = async function* (pieces: AsyncIterable<string>): AsyncGenerator<ReadRow> {
  let text = "";
  for await (const piece of pieces) {
    text += piece;
    if (text.length > WRAPPER_LIMIT)
      throw new PipelineError(
        "The file is one JSON object of more than 64 Mi characters. Write it as a list or as JSON Lines: these are streamed.",
        {
          code: "USAGE",
          recovery: "exit",
        },
      );
  }
  const whole = rowOfJson(text.replace(/^\uFEFF/u, ""), 1);
  if ("broken" in whole) yield whole;
  else
    for (const element of listIn(JSON.parse(text.replace(/^\uFEFF/u, "")))) yield rowOfJson(JSON.stringify(element), 1);
};

/** A JSON list of objects, streamed, or an object that holds one, up to 64 Mi characters. */
export const readJson = (head: string, pieces: AsyncIterable<string>): AsyncIterable<ReadRow> =>
  head.replace(/^\uFEFF?\s*/u, "").startsWith("{") ? readWrapper(pieces) : readList(pieces);
