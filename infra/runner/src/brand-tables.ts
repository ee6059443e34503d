import { millisOf, type Brand, type Clock, type Store, type Table } from "@molva/contracts";
import { z } from "zod";

const titleRow = z.strictObject({ brand: z.string(), title: z.string(), ver: z.string() });
type TitleRow = z.infer<typeof titleRow>;
const BRAND_TITLE: Table<TitleRow> = { name: "brand_title", row: titleRow };

const SOURCES = {
  name: "brand-sources",
  sql: "INSERT INTO brand_source (brand, source) SELECT DISTINCT brand, source FROM place",
  params: z.strictObject({}),
};

/**
 * Keeps the small tables that Grafana's variables read: the titles of the configured brands, and which sources each brand has mentions
 * from, imported ones included.
 * @throws {PipelineError} what the store throws; the next call makes good what is missing.
 */
export const saveBrands = async (
  store: Store,
  brands: readonly Pick<Brand, "id" | "title">[],
  clock: Clock,
): Promise<void> => {
  const ver = String(millisOf(clock()));
  const rows = brands.map(({ id, title }): TitleRow => ({ brand: id, title, ver }));
  if (rows.length > 0) await store.insert(BRAND_TITLE, rows);
  await store.execute(SOURCES, {});
};
