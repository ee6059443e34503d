import { type Instant, type Report, type Store, type TargetHealth } from "@molva/contracts";
import { readPublicRatings } from "../public-ratings.ts";
import type { Week } from "./weeks.ts";

const MOST_UNWELL = 20;

/** Targets of a brand that are not read, or bring far less than they use to. */
export const unwellOf = (health: readonly TargetHealth[], brand: string): Report["quality"]["unwell"] =>
  health
    .filter(({ brands, state, quiet }) => brands.includes(brand) && (!["ok", "never"].includes(state) || quiet))
    .slice(0, MOST_UNWELL)
    .map(({ source, title, state, quiet, lastSuccessAt, lastNewMentionAt }) => ({
      source,
      title,
      state: state === "ok" && quiet ? "silent" : state,
      since: quiet ? lastNewMentionAt : lastSuccessAt,
    }));

type PublicRatings = ReadonlyMap<string, Report["publicRatings"]>;

/** What the sources themselves showed at the end of the week, and before it. */
export const readShownRatings = async (store: Store, brands: readonly string[], week: Week): Promise<PublicRatings> => {
  const points = (await readPublicRatings(store, brands)).filter(({ at }) => at < week.to);
  return new Map(
    brands.map((brand) => {
      const own = points.filter((point) => point.brand === brand);
      const targets = [...new Set(own.map(({ target }) => target))];
      return [
        brand,
        targets.flatMap((target) => {
          const series = own.filter((point) => point.target === target);
          const last = series.at(-1);
          if (last === undefined) return [];
          const before = series.findLast(({ at }) => at < week.from);
          const { source, title, mean: value, max, count } = last;
          return [{ source, title, value, max, count, previous: before?.mean ?? null, at: last.at as Instant }];
        }),
      ];
    }),
  );
};
