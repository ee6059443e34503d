import type { Brand } from "@molva/contracts";
import { matches, parseQuery, titleQuery, type QueriedText, type Query, type TextIndex } from "@molva/text";

/** What finds a brand's mentions: its query, else its title in every form. */
export const brandQuery = (brand: Pick<Brand, "query" | "title">): string => brand.query ?? titleQuery(brand.title);

/** Each query is read once. A query that cannot be read finds nothing; the configuration's check has refused it before. */
export const matchesBrand = (): ((brand: Brand, about: QueriedText | TextIndex) => boolean) => {
  const known = new Map<string, Query | null>();
  return (brand, about) => {
    const written = brandQuery(brand);
    const before = known.get(written);
    const parsed = before === undefined ? parseQuery(written) : null;
    const query = parsed === null ? (before ?? null) : parsed.ok ? parsed.query : null;
    known.set(written, query);
    return query !== null && matches(query, about);
  };
};
