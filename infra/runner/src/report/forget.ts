import { randomBytes } from "node:crypto";
import { open, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { isSummary, type Instant, type Report } from "@molva/contracts";
import { openArchive } from "./archive.ts";

type Evidence = Report["negative"][number];

const withoutWords = (one: Evidence): Evidence => ({ ...one, text: null, url: null });

/** Written beside it, flushed, and given its name last. */
const replaceFile = async (path: string, text: string): Promise<void> => {
  const draft = `${path}.${randomBytes(6).toString("hex")}`;
  const file = await open(draft, "wx", 0o600);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(draft, path);
};

/** Takes the words of some mentions out of the kept reports. Numbers stay; the copies in words go, and are made anew from the numbers when asked for. */
const forget = async (dataDir: string, isMeant: (one: Evidence, report: Report) => boolean): Promise<number> => {
  const archive = openArchive(dataDir);
  let changed = 0;
  for (const { week, report } of await archive.list()) {
    // Side by side brands have numbers alone.
    if (isSummary(report)) continue;
    const meant = (one: Evidence): boolean => one.text !== null && isMeant(one, report);
    if (![...report.negative, ...report.positive].some(meant)) continue;
    const clear = (list: readonly Evidence[]): Evidence[] => list.map((one) => (meant(one) ? withoutWords(one) : one));
    const folder = archive.folderOf(report.brand, week);
    const cleared = { ...report, negative: clear(report.negative), positive: clear(report.positive) };
    for (const language of ["en", "ru"]) await rm(join(folder, language), { recursive: true, force: true });
    await replaceFile(join(folder, "report.json"), `${JSON.stringify(cleared, null, 1)}\n`);
    changed += 1;
  }
  return changed;
};

/** Words of these mentions leave every kept report. @returns how many reports had any */
export const eraseFromReports = (dataDir: string, mentions: readonly string[]): Promise<number> => {
  const ids = new Set(mentions);
  return forget(dataDir, ({ id }) => ids.has(id));
};

/** Words leave reports of weeks that ended before. */
export const clearOldReports = (dataDir: string, before: Instant): Promise<number> =>
  forget(dataDir, (_, report) => report.to < before);
