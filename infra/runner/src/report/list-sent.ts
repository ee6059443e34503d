import type { Weekly } from "@molva/contracts";
import { slugOf, type Archive } from "./archive.ts";
import type { ReaderNote, SentNotes } from "./sent-notes.ts";

/** A week and brand of which something is kept or noted. */
export interface SentWeek {
  readonly week: string;
  /** The brand, as its folder is called. */
  readonly slug: string;
  /** Null: nobody got one, or it is kept in another process's folder. */
  readonly report: Weekly | null;
  readonly readers: readonly ReaderNote[];
}

/** Reports as sent, and those that did not go out, the newest week first. */
export const listSent = async (archive: Archive, notes: SentNotes): Promise<readonly SentWeek[]> => {
  const reports = new Map<string, Weekly>();
  for (const { week, report } of await archive.list()) reports.set(`${week}/${slugOf(report.brand)}`, report);
  const noted = (await notes.weeks()).map(({ week, slug }) => `${week}/${slug}`);
  const found: SentWeek[] = [];
  for (const place of new Set([...reports.keys(), ...noted])) {
    const [week = "", slug = ""] = place.split("/", 2);
    found.push({ week, slug, report: reports.get(place) ?? null, readers: await notes.listBySlug(week, slug) });
  }
  return found.toSorted((one, other) =>
    one.week === other.week ? one.slug.localeCompare(other.slug) : other.week.localeCompare(one.week),
  );
};
