import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { z } from "zod";
import { momentOf } from "../src/detect/detect-csv.ts";
import type { NabWindow } from "./nab-score.ts";

export interface NabSeries {
  readonly name: string;
  readonly at: readonly number[];
  readonly values: readonly number[];
  readonly windows: readonly NabWindow[];
}

const windowsSchema = z.record(z.string(), z.array(z.tuple([z.string(), z.string()])));

const moment = (text: string): number => {
  const at = momentOf(text);
  if (at === null) throw new Error(`${text} is no time`);
  return at;
};

/** The labelled series of a folder, or null where there is none: the data is no part of this repository. */
export const readNab = (folder: string): readonly NabSeries[] | null => {
  const labels = join(folder, "windows.json");
  if (!existsSync(labels)) return null;
  return Object.entries(windowsSchema.parse(JSON.parse(readFileSync(labels, "utf8")))).map(([file, windows]) => {
    const lines = gunzipSync(readFileSync(join(folder, `${file}.gz`)))
      .toString("utf8")
      .trim()
      .split(/\r?\n/u)
      .slice(1)
      .map((line) => line.split(","));
    const at = lines.map(([stamp = ""]) => moment(stamp));
    return {
      name: file.replace(/^Twitter_volume_|\.csv$/gu, ""),
      at,
      values: lines.map(([, value]) => Number(value)),
      windows: windows.map(([from, to]) => ({
        first: at.findIndex((ms) => ms >= moment(from)),
        last: at.findLastIndex((ms) => ms <= moment(to)),
      })),
    };
  });
};
