import { createHash, randomBytes } from "node:crypto";
import { mkdir, open, readdir, readFile, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { weeklySchema, type Weekly } from "@molva/contracts";
import { z } from "zod";

export type ReportLanguage = "en" | "ru";

/** One report in one language, as it is sent; the HTML without its reader's links. */
export interface ReportCopy {
  readonly language: ReportLanguage;
  readonly subject: string;
  readonly html: string;
  readonly text: string;
  readonly picture: Uint8Array;
  /** Where it was attached. */
  readonly pdf?: Uint8Array;
}

/** Reports as sent, in `DATA/reports/WEEK/BRAND/`: `report.json` with every number, and a folder for each language. */
export interface Archive {
  find(brand: string, week: string): Promise<Weekly | null>;
  /** By the name of its folder. */
  findBySlug(week: string, slug: string): Promise<Weekly | null>;
  /** Keeps it where none is kept, and resolves to the one that is: the first stays. Both writes are atomic and flushed. */
  keep(report: Weekly): Promise<Weekly>;
  findCopy(brand: string, week: string, language: ReportLanguage): Promise<ReportCopy | null>;
  keepCopy(brand: string, week: string, copy: ReportCopy): Promise<ReportCopy>;
  /** What is kept, the newest week first. */
  list(): Promise<readonly { readonly week: string; readonly report: Weekly }[]>;
  readonly folderOf: (brand: string, week: string) => string;
}

const metaSchema = z.strictObject({ subject: z.string() });

/** A brand's id as a folder's name, whatever signs it has. */
export const slugOf = (brand: string): string => {
  const plain = brand
    .toLowerCase()
    .replaceAll(/[^a-z0-9-]+/gu, "-")
    .slice(0, 60);
  return plain === brand ? plain : `${plain}-${createHash("sha256").update(brand).digest("hex").slice(0, 8)}`;
};

const DRAFT = ".draft-";

const writeFlushed = async (path: string, bytes: Uint8Array | string): Promise<void> => {
  const file = await open(path, "wx", 0o600);
  try {
    await file.writeFile(bytes);
    await file.sync();
  } finally {
    await file.close();
  }
};

const isMissing = (error: unknown): boolean => (error as NodeJS.ErrnoException).code === "ENOENT";
const isThere = (error: unknown): boolean =>
  ["EEXIST", "ENOTEMPTY", "EPERM"].includes((error as NodeJS.ErrnoException).code ?? "");

const readOr = async <T>(read: () => Promise<T>): Promise<T | null> => {
  try {
    return await read();
  } catch (error) {
    if (isMissing(error)) return null;
    throw error;
  }
};

/** Files of a folder, all or none: written beside it, flushed, and given its name last. False when the folder is there already. */
const writeFolder = async (folder: string, files: Readonly<Record<string, Uint8Array | string>>): Promise<boolean> => {
  const draft = `${folder}${DRAFT}${randomBytes(6).toString("hex")}`;
  await mkdir(draft, { recursive: true, mode: 0o700 });
  try {
    for (const [name, bytes] of Object.entries(files)) await writeFlushed(join(draft, name), bytes);
    await rename(draft, folder);
    return true;
  } catch (error) {
    await rm(draft, { recursive: true, force: true });
    if (isThere(error)) return false;
    throw error;
  }
};

export const openArchive = (dataDir: string): Archive => {
  const root = join(dataDir, "reports");
  const folderOf = (brand: string, week: string): string => join(root, week, slugOf(brand));
  const read = (path: string): Promise<Weekly | null> =>
    readOr(async () => weeklySchema.parse(JSON.parse(await readFile(path, "utf8"))));
  const find: Archive["find"] = (brand, week) => read(join(folderOf(brand, week), "report.json"));
  const findCopy: Archive["findCopy"] = (brand, week, language) =>
    readOr(async () => {
      const folder = join(folderOf(brand, week), language);
      const { subject } = metaSchema.parse(JSON.parse(await readFile(join(folder, "mail.json"), "utf8")));
      const html = await readFile(join(folder, "report.html"), "utf8");
      const text = await readFile(join(folder, "report.txt"), "utf8");
      const picture = await readFile(join(folder, "nsr.png"));
      const pdf = await readOr(() => readFile(join(folder, "report.pdf")));
      return { language, subject, html, text, picture, ...(pdf === null ? {} : { pdf }) };
    });
  return {
    folderOf,
    find,
    findBySlug: (week, slug) => read(join(root, week, slug, "report.json")),
    findCopy,
    keep: async (report) => {
      const { brand, week } = report;
      await mkdir(join(root, week), { recursive: true, mode: 0o700 });
      const wrote = await writeFolder(folderOf(brand, week), { "report.json": `${JSON.stringify(report, null, 1)}\n` });
      return wrote ? report : ((await find(brand, week)) ?? report);
    },
    keepCopy: async (brand, week, copy) => {
      await mkdir(folderOf(brand, week), { recursive: true, mode: 0o700 });
      const wrote = await writeFolder(join(folderOf(brand, week), copy.language), {
        "mail.json": JSON.stringify({ subject: copy.subject }),
        "report.html": copy.html,
        "report.txt": copy.text,
        "nsr.png": copy.picture,
        ...(copy.pdf === undefined ? {} : { "report.pdf": copy.pdf }),
      });
      return wrote ? copy : ((await findCopy(brand, week, copy.language)) ?? copy);
    },
    list: async () => {
      const weeks = (await readOr(() => readdir(root))) ?? [];
      const found: { readonly week: string; readonly report: Weekly }[] = [];
      for (const week of weeks
        .filter((name) => /^\d{4}-W\d\d$/.test(name))
        .toSorted()
        .toReversed())
        for (const name of (await readdir(join(root, week))).toSorted()) {
          const report = name.includes(DRAFT) ? null : await read(join(root, week, name, "report.json"));
          if (report !== null) found.push({ week, report });
        }
      return found;
    },
  };
};
