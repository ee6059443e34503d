import { canonicalJson, shortHash, type CrawlTarget, type Interest } from "./target.ts";

/** The zone of dates that name none, as this brand reads them. */
export const zoneOf = (interest: Interest, forAll: string | null): string => forAll ?? interest.brand.timezone ?? "UTC";

/** What a page is read for. One that was read for other brands, queries, zones or by an older parser must be read again, unchanged or not. */
export const readingOf = (target: CrawlTarget, zone: string | null): string =>
  shortHash(
    canonicalJson([
      target.source.version,
      target.interests.map((interest) => [
        interest.brand.id,
        interest.match,
        zoneOf(interest, zone),
        interest.match === "query" ? [interest.brand.query, interest.brand.title] : null,
      ]),
    ]),
  );
