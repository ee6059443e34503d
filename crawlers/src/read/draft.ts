import type { Rating, SourceDate } from "@molva/contracts";
import { parseDate, type DateContext } from "@molva/text";
import type { Draft } from "../source.ts";

/** A draft that tells what is given, and nothing else. */
export const draftOf = (told: Pick<Draft, "kind" | "nativeId" | "text"> & Partial<Draft>): Draft => ({
  ownUrl: null,
  pageUrl: null,
  url: null,
  title: null,
  rating: null,
  language: null,
  region: null,
  author: null,
  reach: null,
  reply: null,
  printedDate: null,
  publishedAt: null,
  editedAt: null,
  extra: {},
  ...told,
});

/** When it was published and last edited. An edit counts only when it is later than the publication. */
export const datesOf = (
  published: string | null,
  edited: string | null,
  context: DateContext,
): Pick<Draft, "printedDate" | "publishedAt" | "editedAt"> => {
  const publishedAt = dateOf(published, context);
  const editedAt = dateOf(edited, context);
  return {
    printedDate: published,
    publishedAt,
    editedAt: editedAt !== null && (publishedAt === null || editedAt.at > publishedAt.at) ? editedAt : null,
  };
};

const dateOf = (printed: string | null, context: DateContext): SourceDate | null =>
  printed === null || printed.trim() === "" ? null : parseDate(printed, context);

/** A company's answer; null where it says nothing. */
export const replyOf = (text: string | null, date: string | null, context: DateContext): Draft["reply"] => {
  if (text === null || text === "") return null;
  const told = dateOf(date, context);
  if (told === null) return { text, at: null };
  const { at, precision } = told;
  return precision === "year" || precision === "month" || precision === "day" ? { text, at, precision } : { text, at };
};

/** A rating on a known scale; null when it is not told or lies outside. */
export const ratingOn = (value: number | null, min: number, max: number): Rating | null =>
  value === null || value < min || value > max ? null : { value, min, max };

/** Extra columns: those that are told, each short. */
export const extraOf = (columns: Readonly<Record<string, string | null>>): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(columns).flatMap(([name, value]) =>
      value === null || value === "" ? [] : [[name, value.slice(0, 200)]],
    ),
  );
