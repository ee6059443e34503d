import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { resolve } from "node:path";
import { createInterface } from "node:readline";
import { Readable } from "node:stream";
import { z } from "zod";
import { defineCommand, usageError, type Call } from "../command.ts";
import { modelNamed } from "../model-named.ts";
import { progressBar } from "../progress.ts";

/** Lines are written in pieces of about this many characters: a write a line is slow. */
const PIECE = 64 * 1024;

const bytesOf = async (call: Call, file: string): Promise<Readable> => {
  if (file === "-") return Readable.from(call.io.stdin);
  const path = resolve(call.io.cwd, file);
  if ((await stat(path).catch(() => null))?.isFile() !== true) throw usageError(`${path} is no file that can be read`);
  return createReadStream(path);
};

export const classify = defineCommand({
  name: "classify",
  summary: "label texts: JSON Lines in, JSON Lines out, in the same order",
  details: `In: {"id"?, "text", "language"?, "rating"?, "brand"?}. Out: {"id"?, "label", "probabilities", "language", "model"}; the label is "unscored" where
there is nothing to score: no words, or a language other than English and Russian. A line that cannot be read is named on stderr, and the exit code is 1.`,
  arguments: [{ flags: "[file]", key: "file", help: "a file, or - for standard input (default)" }],
  flags: [{ flags: "--model <model>", help: "fast (default), accurate, cascade, or a folder that molva train wrote" }],
  examples: [`echo '{"text": "Отличный сервис!"}' | molva classify`, "molva classify reviews.jsonl > labelled.jsonl"],
  folder: "none",
  input: z.strictObject({ file: z.string().min(1).default("-"), model: z.string().optional() }),
  run: async (call, { file, model }) => {
    const { io } = call;
    const { classifyLines } = await import("@molva/classifier");
    const scorer = await modelNamed(model, io.cwd);
    const lines = createInterface({ input: await bytesOf(call, file), crlfDelay: Infinity });
    // Lines on a terminal are their own progress.
    const bar = io.outIsTerminal ? null : progressBar(io, "Classifying", "texts");
    let waiting = "";
    let done = 0;
    let wrong = 0;
    for await (const item of classifyLines(lines, scorer)) {
      io.signal.throwIfAborted();
      done += 1;
      bar?.update(done, null);
      if (item.type === "error") {
        wrong += 1;
        io.err(`line ${item.line}: ${item.error}\n`);
        continue;
      }
      waiting += `${JSON.stringify(item.result)}\n`;
      if (waiting.length < PIECE && !io.outIsTerminal) continue;
      await io.out(waiting);
      waiting = "";
    }
    bar?.end();
    await io.out(waiting);
    await scorer.close?.();
    return wrong === 0 ? 0 : 1;
  },
});
