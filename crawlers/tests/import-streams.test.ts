import { createReadStream, existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { mentionSchema, sourceIdSchema, type Instant } from "@molva/contracts";
import { describe, expect, it } from "vitest";
import { parseMap, type ImportOptions } from "../src/index.ts";
import { importAll, options, type Imported } from "./import-support.ts";

const folder = fileURLToPath(new URL("../../../shared/data/streams/", import.meta.url));

const importFile = (name: string, differs: Partial<ImportOptions>): Promise<Imported> =>
  importAll(
    createReadStream(folder + name),
    options({ source: sourceIdSchema.parse("banki-ru"), brand: null, name, zoneOf: () => "Europe/Moscow", ...differs }),
  );

const perBrand = ({ rows }: Imported): Record<string, number> => {
  const counts: Record<string, number> = {};
  for (const { mention } of rows) counts[mention.brandId] = (counts[mention.brandId] ?? 0) + 1;
  return counts;
};
const idsOf = ({ rows }: Imported): ReadonlySet<string> => new Set(rows.map((row) => row.mention.mentionId));

type Check = readonly [title: string, check: () => Promise<void>];

const real: readonly Check[] = [
  [
    "a CSV of three brands: 424 rows, 424 mentions",
    async () => {
      const map = parseMap("text=reviewBody,brand=bankName,publishedAt=datePublished,url=url,region=location");
      const found = await importFile("bankiru-2025-01.csv", { map });
      expect([found.rows.length, found.rejected.length, idsOf(found).size]).toEqual([424, 0, 424]);
      expect(perBrand(found)).toEqual({ "Альфа-Банк": 232, Сбербанк: 66, ВТБ: 126 });
      for (const { mention } of found.rows) expect(mentionSchema.safeParse(mention).success).toBe(true);
      const months: Record<string, number> = {};
      for (const { mention } of found.rows) {
        const month = new Date(Date.parse(mention.publishedAt.at) + 3 * 3_600_000).toISOString().slice(0, 7);
        months[month] = (months[month] ?? 0) + 1;
      }
      expect(months).toEqual({ "2025-01": 176, "2025-02": 241, "2025-03": 7 });
      const again = await importFile("bankiru-2025-01.csv", { map, fetchedAt: "2027-01-01T00:00:00.000Z" as Instant });
      expect(again.rows.map((row) => row.hash)).toEqual(found.rows.map((row) => row.hash));
      expect(idsOf(again)).toEqual(idsOf(found));
    },
  ],

  [
    "dates without a year, told from each row's own fetch; 21 reviews under one address of which two are the same",
    async () => {
      const found = await importFile("sravni-gazprombank-cards.json", {});
      expect([found.rows.length, found.rejected.length, idsOf(found).size]).toEqual([609, 0, 608]);
      expect(found.rows[0]?.mention.publishedAt).toEqual({
        at: "2025-09-05T21:00:00.000Z",
        precision: "day",
        from: "source",
        clamped: false,
      });
      for (const { mention, fetchedAt } of found.rows) expect(mention.publishedAt.at <= (fetchedAt ?? "")).toBe(true);
      expect(found.rows.filter((row) => row.notes.length > 0)).toEqual([]);
    },
  ],

  [
    "dates as people print them, and ratings",
    async () => {
      const found = await importFile("bankiru-gazprombank-mortgage.json", {});
      expect([found.rows.length, found.rejected.length, idsOf(found).size]).toEqual([266, 0, 266]);
      expect(found.rows[0]?.mention).toMatchObject({
        rating: { value: 5, min: 1, max: 5 },
        publishedAt: { at: "2025-05-31T11:52:00.000Z", precision: "minute" },
      });
    },
  ],
];

const absent: readonly Check[] = [
  [
    "../shared/data/streams absent: the real exports were not read",
    async () => {
      await Promise.resolve();
      expect(existsSync(folder)).toBe(false);
    },
  ],
];

describe("exports as people make them", () => {
  it.each(existsSync(folder) ? real : absent)("%s", async (_, check) => {
    await expect(check()).resolves.toBeUndefined();
  });
});
