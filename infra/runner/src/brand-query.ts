import type { Brand } from "@molva/contracts";
import { matches, parseQuery, type Query } from "@molva/text";

/** What finds a brand's mentions: its query, else its title as a phrase. */
const brandQuery = (brand: Brand): string => brand.query ?? `"${brand.title.replaceAll('"', " ")}"`;

/** Each query is read once. A query that cannot be read finds nothing; the configuration's check has refused it before. */
export const matchesBrand = (): ((brand: Brand, text: string) => boolean) => {
  const known = new Map<string, Query | null>();
  return (brand, text) => {
    const written = brandQuery(brand);
    const before = known.get(written);
    const parsed = before === undefined ? parseQuery(written) : null;
    const query = parsed === null ? (before ?? null) : parsed.ok ? parsed.query : null;
    known.set(written, query);
    return query !== null && matches(query, text);
  };
};
