import { mentionIdOf, TEXT_LIMIT, type Mention } from "@molva/contracts";
import { mentionOf } from "../round/mention.ts";
import { canonicalJson, shortHash } from "../round/target.ts";
import { draftOfRow, type FileContext, type FileDraft, type Refusal } from "../sources/file.ts";
import { RAW_LIMIT } from "./cells.ts";
import type { Columns } from "./columns.ts";
import { contextOf } from "./context.ts";
import { canonicalOf, FileHistory, FileIdentity, idOf, type RowIdentity } from "./identity.ts";
import type { ImportItem, ImportOptions, RawRow, RejectedRow, RejectReason } from "./shapes.ts";
import { textOf } from "./values.ts";

/** Counts up when the same row is read differently, so that a file imported before is taken in anew. */
const READING = 1;

const rawOf = (cells: ReadonlyMap<string, unknown>): string =>
  JSON.stringify(Object.fromEntries(cells)).slice(0, RAW_LIMIT);

const rejected = (row: RawRow, bytes: number, reason: RejectReason, message: string): RejectedRow => ({
  type: "rejected",
  line: row.line,
  bytes,
  reason,
  message,
  raw: rawOf(row.cells),
});

const identityOf = (row: RawRow, found: FileDraft, columns: Columns, options: ImportOptions): RowIdentity => ({
  id: columns.id === undefined ? "" : idOf(row.cells.get(columns.id)),
  url: canonicalOf(found.draft.url),
  author: found.draft.author,
  printedDate: found.draft.publishedAt?.from === "source" ? found.draft.printedDate : null,
  title: found.draft.title,
  text: found.draft.text,
  rating: found.draft.rating === null ? "" : String(found.draft.rating.value),
  brandId: found.brandId,
  sourceId: options.source,
});

/**
 * The same for the same row, whenever it is imported: dates count as they are printed, for what "yesterday" and a missing year resolve to
 * moves with the time of the import.
 */
const hashOf = (mention: Mention, found: FileDraft): string =>
  shortHash(
    canonicalJson([
      READING,
      { ...mention, publishedAt: null, editedAt: mention.editedAt === null ? null : mention.editedAt.precision },
      [found.draft.printedDate, found.printedFetch, found.zone, found.publishedAt.clamped],
    ]),
  );

const isRefusal = (found: FileDraft | Refusal): found is Refusal => "reason" in found;

/** Reads rows one by one once it is known what the columns are. */
export class RowReader {
  readonly #context: FileContext;
  readonly #identity: FileIdentity;
  readonly #history = new FileHistory();

  /** @param sample the first rows, at least one */
  constructor(sample: readonly RawRow[], options: ImportOptions) {
    const context = contextOf(sample, options);
    this.#context = context;
    const identities = sample.flatMap((row) => {
      const found = draftOfRow(row.cells, context);
      return isRefusal(found) ? [] : [identityOf(row, found, context.columns, options)];
    });
    this.#identity = new FileIdentity(context.columns, options.map, identities);
  }

  /** Without a column of ids that is none. */
  get columns(): Columns {
    const { id, ...others } = this.#context.columns;
    return id === undefined || this.#identity.order.includes("id") ? this.#context.columns : others;
  }

  get ignored(): readonly string[] {
    const { id } = this.#context.columns;
    return id === undefined || !this.#identity.numbersRows ? [] : [id];
  }

  get identity(): FileIdentity["order"] {
    return this.#identity.order;
  }

  /** An id that did not become the identity is kept beside it; a row number is not, for it changes with every export. */
  #unusedId(id: string, key: string): Readonly<Record<string, string>> {
    const column = textOf(this.#context.columns.id);
    if (id === "" || id === key || column === "__proto__" || this.#identity.numbersRows) return {};
    return { [column]: textOf(id.slice(0, 200)) };
  }

  read(row: RawRow, bytes: number): ImportItem {
    const { columns, options } = this.#context;
    const found = draftOfRow(row.cells, this.#context);
    if (isRefusal(found)) return rejected(row, bytes, found.reason, found.message);
    const says = identityOf(row, found, columns, options);
    const key = this.#identity.keyOf(says);
    const place = {
      brandId: found.brandId,
      sourceId: options.source,
      mentionId: mentionIdOf(found.brandId, options.source, key),
    };
    const draft = { ...found.draft, extra: { ...found.draft.extra, ...this.#unusedId(says.id, key) } };
    const mention = mentionOf(draft, place, found.publishedAt, options.fetchedAt, options.hashAuthor);
    const hash = hashOf(mention, found);
    return {
      type: "mention",
      line: row.line,
      bytes,
      mention,
      hash,
      fetchedAt: found.fetchedAt,
      ...this.#history.next(mention.mentionId, hash),
      notes: found.draft.text.length > TEXT_LIMIT ? ["text-cut", ...found.notes] : found.notes,
    };
  }
}
