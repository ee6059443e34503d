import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { PipelineError } from "@molva/contracts";
import { z } from "zod";
import { VERSION } from "../version.ts";

export const MANIFEST = "manifest.json";
/** Inside the backup: the data folder as it was. */
export const CONTENT = "data";
/** Of the manifest and of what stands beside it. */
const FORMAT = 1;

/** Inside the folder: no way leads out of it. */
const inside = z
  .string()
  .min(1)
  .max(4096)
  .refine(
    (path) =>
      !path.startsWith("/") && !path.includes("\\") && path.split("/").every((step) => step !== ".." && step !== ""),
    "a path inside the backup",
  );

const manifestSchema = z.strictObject({
  format: z.int().positive(),
  /** The program that wrote it. */
  molva: z.string().regex(/^\d+\.\d+\.\d+/),
  takenAt: z.iso.datetime(),
  /** All that the log took up to here is in the numbers of this backup; null when nothing was ever learned. */
  asOf: z.string().nullable(),
  bytes: z.int().nonnegative(),
  folders: z.array(inside),
  links: z.array(
    z.strictObject({
      path: inside,
      target: z
        .string()
        .max(4096)
        .refine((target) => !target.startsWith("/"), "a relative link"),
    }),
  ),
  files: z.array(
    z.strictObject({ path: inside, bytes: z.int().nonnegative(), sha256: z.string().regex(/^[0-9a-f]{64}$/) }),
  ),
});
export type Manifest = z.infer<typeof manifestSchema>;

export const manifestOf = (told: Omit<Manifest, "format" | "molva" | "bytes">): Manifest => ({
  format: FORMAT,
  molva: VERSION,
  bytes: told.files.reduce((sum, { bytes }) => sum + bytes, 0),
  ...told,
});

const isNewer = (version: string, than: string): boolean => {
  const [a, b] = [version, than].map((text) => text.split(/[.-]/).slice(0, 3).map(Number));
  const at = [0, 1, 2].find((i) => a?.[i] !== b?.[i]);
  return at !== undefined && (a?.[at] ?? 0) > (b?.[at] ?? 0);
};

/** @throws {PipelineError} `USAGE` (exit) when there is no backup, or none that was finished; `VERSION_MISMATCH` (exit) for one of a newer program. */
export const readManifest = async (folder: string): Promise<Manifest> => {
  const text = await readFile(join(folder, MANIFEST), "utf8").catch(() => null);
  if (text === null)
    throw new PipelineError(
      `${folder} holds no finished backup (no ${MANIFEST}, which is written last). Name the folder that molva backup was given; what a killed backup has left can be deleted`,
      { code: "USAGE", recovery: "exit" },
    );
  let parsed: unknown = null;
  try {
    parsed = JSON.parse(text);
  } catch {
    // told below
  }
  const head = z.looseObject({ format: z.int(), molva: z.string() }).safeParse(parsed);
  if (head.success && (head.data.format > FORMAT || isNewer(head.data.molva, VERSION)))
    throw new PipelineError(
      `The backup was written by Molva ${head.data.molva}, which is newer than this one (${VERSION}): restore it with that version or a later one`,
      { code: "VERSION_MISMATCH", recovery: "exit" },
    );
  const manifest = manifestSchema.safeParse(parsed);
  if (manifest.success) return manifest.data;
  throw new PipelineError(
    `${join(folder, MANIFEST)} is damaged: take another backup of this data, or another copy of this one`,
    {
      code: "USAGE",
      recovery: "exit",
    },
  );
};
