import { MENTION_KINDS, type BrandId, type Instant, type SourceDate } from "@molva/contracts";
import { parseDate, type SlashOrder } from "@molva/text";
import type { Columns } from "../import/columns.ts";
import type { ImportNote, ImportOptions, RejectReason } from "../import/shapes.ts";
import { brandIdFor, languageOf, nullableText, ratingOf, textOf, webUrl } from "../import/values.ts";
import { replyOf } from "../read/draft.ts";
import type { Draft } from "../source.ts";

const EXTRA_COLUMNS = 100;
const EXTRA_NAME = 200;
const EXTRA_VALUE = 2000;

/** What is the same for every row of a file. */
export interface FileContext {
  readonly columns: Columns;
  readonly options: ImportOptions;
  readonly scale: { readonly min: number; readonly max: number };
  readonly slashes: SlashOrder;
  readonly kind: Draft["kind"] | null;
  /** What relative dates are told from where no column says when a row was fetched, and what no date may exceed. */
  readonly reference: Instant;
}

export interface FileDraft {
  readonly draft: Draft;
  readonly brandId: BrandId;
  readonly zone: string;
  /** When the row says that it was fetched. */
  readonly fetchedAt: Instant | null;
  /** That, as printed: with the date as printed it tells whether a row is the same, whenever it is imported. */
  readonly printedFetch: string | null;
  readonly publishedAt: SourceDate;
  readonly notes: readonly ImportNote[];
}

export interface Refusal {
  readonly reason: RejectReason;
  readonly message: string;
}

const shown = (value: string): string => JSON.stringify(value.length > 60 ? `${value.slice(0, 60)}…` : value);

const brandOfRow = (cells: ReadonlyMap<string, unknown>, { columns, options }: FileContext): BrandId | Refusal => {
  const cell = columns.brand === undefined ? "" : textOf(cells.get(columns.brand));
  if (cell === "")
    return (
      options.brand ?? { reason: "no-brand", message: `the column "${columns.brand}" is empty; whose mention is it?` }
    );
  const brand = (options.brandOf ?? brandIdFor)(cell);
  return (
    brand ?? {
      reason: "bad-brand",
      message: `${shown(cell)} cannot be the id of a brand: it must have 1 to 200 characters`,
    }
  );
};

/**
 * Columns that are no field, and cells that could not be read as theirs, as text. They are stored under their own names; what is empty
 * is left out.
 */
const extraOf = (
  cells: ReadonlyMap<string, unknown>,
  columns: Columns,
  unread: readonly (keyof Columns)[],
): { readonly extra: Readonly<Record<string, string>>; readonly cut: boolean } => {
  const used = new Set(Object.values(columns));
  for (const field of unread) used.delete(columns[field] ?? "");
  const rest = [...cells].flatMap(([name, cell]) => {
    const [key, value] = [textOf(name), textOf(cell)];
    return used.has(name) || key === "" || key === "__proto__" || value === "" || value === "null"
      ? []
      : [[key, value] as const];
  });
  const kept = rest
    .slice(0, EXTRA_COLUMNS)
    .map(([key, value]) => [key.slice(0, EXTRA_NAME), textOf(value.slice(0, EXTRA_VALUE))] as const);
  return {
    extra: Object.fromEntries(kept),
    cut:
      rest.length > EXTRA_COLUMNS || rest.some(([key, value]) => key.length > EXTRA_NAME || value.length > EXTRA_VALUE),
  };
};

/** One row of a file as a draft, or why it cannot be used. Pure: the time is an argument, and so is the zone. */
export const draftOfRow = (cells: ReadonlyMap<string, unknown>, context: FileContext): FileDraft | Refusal => {
  const { columns, options, scale, slashes, reference } = context;
  const cell = (field: keyof Columns): unknown => {
    const column = columns[field];
    return column === undefined ? undefined : cells.get(column);
  };
  const brandId = brandOfRow(cells, context);
  if (typeof brandId === "object") return brandId;

  const text = textOf(cell("text"));
  const title = nullableText(cell("title"));
  const rating = ratingOf(cell("rating"), scale);
  if (text === "" && title === null && (rating === null || rating === undefined))
    return { reason: "no-text", message: "there is no text and no rating in this row" };

  const zone = options.zoneOf(brandId);
  const printedFetch = nullableText(cell("fetchedAt"));
  const fetch = printedFetch === null ? null : parseDate(printedFetch, { fetchedAt: options.fetchedAt, zone, slashes });
  const fetchedAt = fetch?.at ?? null;
  const dates = { fetchedAt: fetchedAt ?? reference, zone, slashes };
  const printedDate = nullableText(cell("publishedAt"));
  const told = printedDate === null ? null : parseDate(printedDate, dates);
  if (printedDate !== null && told === null)
    return {
      reason: "bad-date",
      message: `${shown(printedDate)} is no date; write for example 2026-01-31 or 31.01.2026 14:52`,
    };
  const publishedAt = told ?? { at: dates.fetchedAt, precision: "second", from: "fetch", clamped: false };

  const url = webUrl(cell("url"));
  const printedKind = textOf(cell("kind")).toLowerCase();
  const kind = MENTION_KINDS.find((name) => name === printedKind) ?? context.kind;
  const printedEdit = nullableText(cell("editedAt"));
  const reply = nullableText(cell("reply"));
  const language = languageOf(cell("language"));
  const unread = [
    ...(url === null ? (["url"] as const) : []),
    ...(rating === undefined ? (["rating"] as const) : []),
    ...(language === null ? (["language"] as const) : []),
  ];
  const { extra, cut } = extraOf(cells, columns, unread);
  const notes: readonly (readonly [ImportNote, boolean])[] = [
    ["no-date", told === null],
    ["date-clamped", publishedAt.clamped],
    ["rating-ignored", rating === undefined],
    ["url-ignored", url === null && textOf(cell("url")) !== ""],
    ["extra-cut", cut],
    ["bad-characters", text.includes("\uFFFD")],
  ];
  return {
    draft: {
      nativeId: null,
      ownUrl: null,
      pageUrl: null,
      kind: kind ?? (rating === null || rating === undefined ? "post" : "review"),
      url,
      title,
      text,
      rating: rating ?? null,
      language,
      region: nullableText(cell("region")),
      author: nullableText(cell("author")),
      reach: null,
      reply: replyOf(reply, nullableText(cell("repliedAt")), dates),
      printedDate,
      publishedAt: told,
      editedAt: printedEdit === null ? null : parseDate(printedEdit, dates),
      extra,
    },
    brandId,
    zone,
    fetchedAt,
    printedFetch,
    publishedAt,
    notes: notes.flatMap(([note, holds]) => (holds ? [note] : [])),
  };
};
