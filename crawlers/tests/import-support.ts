import { createHash } from "node:crypto";
import { sourceIdSchema, type BrandId, type Instant } from "@molva/contracts";
import {
  readImport,
  type ImportItem,
  type ImportOptions,
  type ImportPlan,
  type ImportRow,
  type RejectedRow,
} from "../src/index.ts";

export const IMPORTED = "2026-11-22T12:00:00.000Z" as Instant;

export const options = (differs: Partial<ImportOptions> = {}): ImportOptions => ({
  source: sourceIdSchema.parse("crm"),
  brand: "Aurora" as BrandId,
  map: {},
  zoneOf: () => "UTC",
  format: null,
  encoding: null,
  name: null,
  fetchedAt: IMPORTED,
  hashAuthor: (name) => createHash("sha256").update(`key ${name}`).digest("hex").slice(0, 32),
  ...differs,
});

/** The bytes in pieces of a given size, so that characters, quotes and rows are cut anywhere. */
export const streamOf = async function* (bytes: string | Uint8Array, size = 1 << 16): AsyncGenerator<Uint8Array> {
  const all = typeof bytes === "string" ? Buffer.from(bytes) : bytes;
  for (let at = 0; at < all.length; at += size) yield all.subarray(at, at + size);
};

export interface Imported {
  readonly plan: ImportPlan;
  readonly rows: readonly ImportRow[];
  readonly rejected: readonly RejectedRow[];
  readonly items: readonly ImportItem[];
}

export const importAll = async (stream: AsyncIterable<Uint8Array>, given: ImportOptions): Promise<Imported> => {
  const items: ImportItem[] = [];
  for await (const item of readImport(stream, given)) items.push(item);
  const [plan] = items;
  if (plan?.type !== "plan") throw new Error("the plan must come first");
  return {
    plan,
    items,
    rows: items.filter((item) => item.type === "mention"),
    rejected: items.filter((item) => item.type === "rejected"),
  };
};

export const importText = (
  text: string | Uint8Array,
  differs: Partial<ImportOptions> = {},
  size?: number,
): Promise<Imported> => importAll(streamOf(text, size), options(differs));
