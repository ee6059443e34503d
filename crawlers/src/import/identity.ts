import { createHash } from "node:crypto";
import { nativeKeyOf, type BrandId, type SourceId } from "@molva/contracts";
import type { Columns } from "./columns.ts";
import { canonicalUrl, textOf, webUrl } from "./values.ts";

/** So many keys are remembered of one file; of later rows the address is believed. About 100 bytes each. */
const REMEMBERED = 2_000_000;

/** 48 bits as a number: small in a Map, and a chance of a false match below 1 in 100 at two million keys that costs one weaker key. */
const shortHash = (text: string): number => createHash("sha256").update(text).digest().readUIntBE(0, 6);

/** What a row says of itself, as identity sees it. */
export interface RowIdentity {
  readonly id: string;
  /** Canonical; null when the row has none. */
  readonly url: string | null;
  readonly author: string | null;
  /** As printed, when it stays the same tomorrow. */
  readonly printedDate: string | null;
  readonly title: string | null;
  readonly text: string;
  readonly rating: string;
  readonly brandId: BrandId;
  readonly sourceId: SourceId;
}

export type Evidence = "id" | "url";

/** The key of last resort, and what tells whether two rows of one address are one review. */
const contentKeyOf = (row: RowIdentity, pageUrl: string | null): string =>
  nativeKeyOf({ ...row, nativeId: null, url: null, pageUrl });

/** How the columns were found decides what is believed first (README "Which mention is it?"). */
const evidenceFor = (
  columns: Columns,
  map: Columns,
): readonly { readonly evidence: Evidence; readonly trusted: boolean }[] => {
  const id = { evidence: "id", trusted: map.id !== undefined || columns.id?.toLowerCase() === "id" } as const;
  const url = { evidence: "url", trusted: false } as const;
  const urlFirst = map.id === undefined && (map.url !== undefined || !id.trusted);
  return (urlFirst ? [url, id] : [id, url]).filter(({ evidence }) => columns[evidence] !== undefined);
};

/** 1, 2, 3, … with few gaps: the number of a row, which the next file gives to another review. */
const isCounter = (ids: readonly string[]): boolean => {
  const numbers = ids.map((id) => (/^\d{1,9}$/u.test(id) ? Number(id) : Number.NaN));
  const [low, high] = numbers.reduce(([a, b], n) => [Math.min(a, n), Math.max(b, n)], [Infinity, -Infinity]);
  return low <= 1 && high <= 2 * ids.length + 1;
};

const valueOf = (row: RowIdentity, evidence: Evidence): string | null =>
  evidence === "url" ? row.url : row.id || null;

/**
 * Tells the mentions of one file from each other. An address or a guessed id under which different reviews stand is no identity: the
 * rows that share it are told apart by author, date and beginning instead.
 */
export class FileIdentity {
  readonly #order: readonly { readonly evidence: Evidence; readonly trusted: boolean }[];
  /** (evidence, brand, value) → the content under it; −1 when there are several. */
  readonly #contents = new Map<number, number>();
  #numbersRows = false;
  readonly #wordless = new Map<string, number>();

  /** @param sample the first rows, from which it is told what the columns are worth */
  constructor(columns: Columns, map: Columns, sample: readonly RowIdentity[]) {
    this.#order = evidenceFor(columns, map).filter(({ evidence, trusted }) => {
      if (trusted) return true;
      const rows = sample.filter((row) => valueOf(row, evidence) !== null);
      for (const row of rows) this.#learn(row, evidence);
      const shared = rows.filter((row) => this.#isShared(row, evidence)).length;
      if (shared * 2 > rows.length) return false;
      if (evidence === "id") this.#numbersRows = isCounter(rows.map((row) => row.id));
      return evidence === "url" || !this.#numbersRows;
    });
  }

  /** The column of ids only counts the rows: the next export gives its numbers to other reviews. */
  get numbersRows(): boolean {
    return this.#numbersRows;
  }

  get order(): readonly (Evidence | "content")[] {
    return [...this.#order.map(({ evidence }) => evidence), "content"];
  }

  #place(row: RowIdentity, evidence: Evidence): number {
    return shortHash(JSON.stringify([evidence, row.brandId, valueOf(row, evidence)]));
  }

  #learn(row: RowIdentity, evidence: Evidence): void {
    const place = this.#place(row, evidence);
    const content = shortHash(contentKeyOf(row, null));
    const known = this.#contents.get(place);
    if (known === undefined && this.#contents.size < REMEMBERED) this.#contents.set(place, content);
    else if (known !== undefined && known !== content) this.#contents.set(place, -1);
  }

  #isShared(row: RowIdentity, evidence: Evidence): boolean {
    return this.#contents.get(this.#place(row, evidence)) === -1;
  }

  /** The native key of a row; call it once for each, in the order of the file. */
  keyOf(row: RowIdentity): string {
    for (const { evidence, trusted } of this.#order) {
      const value = valueOf(row, evidence);
      if (value === null) continue;
      if (trusted) return value;
      this.#learn(row, evidence);
      if (!this.#isShared(row, evidence)) return value;
    }
    const key = contentKeyOf(row, row.url);
    if (row.text !== "" || row.title !== null || row.author !== null) return key;
    // Stars of one day without a word and a name: how many there are is all there is to know.
    const wordless = JSON.stringify([key, row.rating, row.brandId]);
    const times = (this.#wordless.get(wordless) ?? 0) + 1;
    this.#wordless.set(wordless, times);
    return JSON.stringify([key, row.rating, times]);
  }
}

/** Whether a row came before in this file, with the same content or another. */
export class FileHistory {
  readonly #seen = new Map<number, { readonly hash: string; readonly version: number }>();

  next(mentionId: string, hash: string): { readonly duplicate: boolean; readonly version: number } {
    const place = Number.parseInt(mentionId.slice(0, 12), 16);
    const known = this.#seen.get(place);
    if (known?.hash === hash) return { duplicate: true, version: known.version };
    const version = known === undefined ? 0 : known.version + 1;
    if (known !== undefined || this.#seen.size < REMEMBERED) this.#seen.set(place, { hash, version });
    return { duplicate: false, version };
  }
}

export const canonicalOf = (cell: unknown): string | null => {
  const url = webUrl(cell);
  return url === null ? null : canonicalUrl(url);
};

export const idOf = (cell: unknown): string => textOf(cell);
