import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { resolve } from "node:path";
import { z } from "zod";
import { defineCommand, usageError, type Call } from "../command.ts";
import { progressBar } from "../progress.ts";

const input = z.strictObject({
  file: z.string().min(1),
  window: z.coerce.number().positive().max(10_080).optional(),
  rarity: z.coerce.number().min(0.5).max(10).optional(),
  minRatio: z.coerce.number().min(1.1).max(100).optional(),
  minVolume: z.coerce.number().min(1).max(1e9).optional(),
  coolDown: z.coerce.number().nonnegative().max(8760).optional(),
});

const bytesOf = async (call: Call, file: string): Promise<[AsyncIterable<Uint8Array>, number | null]> => {
  if (file === "-") return [call.io.stdin, null];
  const path = resolve(call.io.cwd, file);
  const found = await stat(path).catch(() => null);
  if (found?.isFile() !== true) throw usageError(`${path} is no file that can be read`);
  return [createReadStream(path, { signal: call.io.signal }), found.size];
};

export const detect = defineCommand({
  name: "detect",
  summary: "find spikes in a series of counts: timestamp,value in, timestamp,value,score,alert out",
  details: `Row by row, using only the rows before: what comes out for the first rows does not depend on those that follow, so it can be run on history or behind a pipe.
score is 0…1; alert is 1 on the row that begins an incident, where score reaches 0.5, and then not again until 12 calm hours have passed.
Rows must be sorted by time, at any step (minutes, hours), regular or not; a missing row or value is a gap, not a zero. Times without a zone are UTC; a header is optional. The first two days are learned from and never alert.
Wrong lines are named on stderr, and the exit code is 1. docs/detection.md tells how it decides and how good it is.`,
  arguments: [{ flags: "<file>", key: "file", help: "a CSV file, or - for standard input" }],
  flags: [
    { flags: "--window <minutes>", help: "smooth over so many minutes (default: 40)" },
    { flags: "--rarity <digits>", help: "alert on rows rarer than 10^-digits (default: 2.4, one row in 250)" },
    { flags: "--min-ratio <times>", help: "… and at least so many times the usual for the hour (default: 2.5)" },
    { flags: "--min-volume <mentions>", help: "… and at least so many mentions in the window (default: 10)" },
    { flags: "--cool-down <hours>", help: "no second alert before so many calm hours (default: 12)" },
  ],
  examples: [
    "molva detect mentions.csv > scored.csv",
    "molva detect mentions.csv | grep ',1$'                 # the alerts only",
    "tail -n +1 -F mentions.csv | molva detect - --window 60",
  ],
  folder: "none",
  input,
  run: async (call, told) => {
    const { io } = call;
    const { CSV_HEADER, CSV_START, DETECT_DEFAULTS, detectLine } = await import("@molva/aggregator");
    const parameters = {
      ...DETECT_DEFAULTS,
      ...(told.window === undefined ? {} : { windowMinutes: told.window }),
      ...(told.rarity === undefined ? {} : { rarity: told.rarity }),
      ...(told.minRatio === undefined ? {} : { minRatio: told.minRatio }),
      ...(told.minVolume === undefined ? {} : { minVolume: told.minVolume }),
      ...(told.coolDown === undefined ? {} : { coolDownHours: told.coolDown }),
    };
    const [bytes, total] = await bytesOf(call, told.file);
    // Lines on a terminal are their own progress.
    const bar = io.outIsTerminal ? null : progressBar(io, "Detecting", "bytes");
    const decoder = new TextDecoder();
    let state = CSV_START;
    let rest = "";
    let wrong = 0;
    let alerts = 0;
    let rows = 0;
    let read = 0;
    const take = async (lines: readonly string[]): Promise<void> => {
      let out = "";
      for (const line of lines) {
        const result = detectLine(state, line, parameters);
        state = result.state;
        if (result.error !== null) {
          wrong += 1;
          io.err(`${result.error}\n`);
        }
        if (result.row !== null) {
          rows += 1;
          out += `${result.row}\n`;
        }
        if (result.alert) alerts += 1;
      }
      // What came in together goes out together: a pipe that is fed a row at a time answers a row at a time.
      if (out !== "") await io.out(out);
    };
    await io.out(`${CSV_HEADER}\n`);
    for await (const chunk of bytes) {
      io.signal.throwIfAborted();
      const lines = (rest + decoder.decode(chunk, { stream: true })).split(/\r\n|\n/u);
      rest = lines.pop() ?? "";
      await take(lines);
      read += chunk.length;
      bar?.update(read, total, `${alerts} alerts`);
    }
    bar?.end();
    const last = rest + decoder.decode();
    await take(last === "" ? [] : [last]);
    if (rows === 0 && wrong === 0) throw usageError("there was no row; a line is timestamp,value");
    io.err(
      `${rows} rows, ${alerts} ${alerts === 1 ? "alert" : "alerts"}${wrong === 0 ? "" : `, ${wrong} wrong lines`}\n`,
    );
    return wrong === 0 ? 0 : 1;
  },
});
