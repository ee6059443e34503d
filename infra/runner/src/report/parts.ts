import { isSummary, millisOf, type Brand, type Instant, type Report } from "@molva/contracts";
import type { Config } from "@molva/platform";
import type { Runtime } from "../runtime.ts";
import { sourceTitles } from "../source-titles.ts";
import type { Archive } from "./archive.ts";
import { readBoards, type Board, type ReportParts } from "./read-board.ts";
import { readReport, reportOf } from "./read-report.ts";
import { weekBefore, type Week } from "./weeks.ts";

export const reportPartsOf = async (runtime: Runtime, config: Config): Promise<ReportParts> => ({
  store: runtime.store,
  checkpoints: runtime.checkpoints,
  clock: runtime.clock,
  brands: config.brands,
  sourceTitles: await sourceTitles(),
  zone: config.timezone,
  competitors: config.report.competitors,
});

/** Weeks before this one of which the reports are compared with what is known now. */
const LOOK_BACK = 4;

const earlierOf = async (archive: Archive, brand: Brand, week: Week, zone: string): Promise<readonly Report[]> => {
  const earlier: Report[] = [];
  let past = week;
  for (let i = 0; i < LOOK_BACK; i += 1) {
    past = weekBefore(past.from, zone);
    const found = await archive.find(brand.id, past.name);
    if (found !== null && !isSummary(found)) earlier.push(found);
  }
  return earlier;
};

/** The report as it is known now, or at a point of the log. */
export const readNow = async (
  runtime: Runtime,
  parts: ReportParts,
  archive: Archive,
  { brand, week, asOf = null }: { readonly brand: Brand; readonly week: Week; readonly asOf?: Report["asOf"] },
): Promise<Report> => {
  const earlier = await earlierOf(archive, brand, week, brand.timezone ?? parts.zone);
  return readReport(parts, { brand, week, asOf, horizon: await runtime.horizon(), earlier });
};

/** Boards that are read at once, and how long they are news. */
const TOGETHER = 25;
const FRESH_MS = 5 * 60_000;

/**
 * Reads reports as they are known now. Who asks for a second brand of a week goes on to ask for others, so those that come next are read with it.
 * @param isWanted brands whose reports go to somebody
 */
export const createReportReader = (
  parts: ReportParts,
  archive: Archive,
  {
    horizon,
    isWanted,
  }: { readonly horizon: () => Promise<Instant | null>; readonly isWanted: (brand: Brand) => boolean },
): ((brand: Brand, week: Week) => Promise<Report>) => {
  let last: { readonly key: string; readonly at: number; readonly boards: Map<string, Board> } | null = null;
  return async (brand, week) => {
    const zone = brand.timezone ?? parts.zone;
    const key = JSON.stringify([week.name, zone]);
    const now = millisOf(parts.clock());
    const isNext = last !== null && last.key === key && now - last.at < FRESH_MS && now >= last.at;
    let board = isNext ? last?.boards.get(brand.id) : undefined;
    if (board === undefined) {
      const next = parts.brands.slice(parts.brands.findIndex(({ id }) => id === brand.id) + 1);
      const brands = [brand];
      for (const one of isNext ? next : []) {
        if (brands.length >= TOGETHER) break;
        if ((one.timezone ?? parts.zone) !== zone || !isWanted(one)) continue;
        if ((await archive.find(one.id, week.name)) === null) brands.push(one);
      }
      const boards = new Map(await readBoards(parts, { brands, week, zone, asOf: null, horizon: await horizon() }));
      last = { key, at: now, boards };
      board = boards.get(brand.id);
    }
    if (board === undefined) throw new RangeError("a brand that is asked for has a board");
    last?.boards.delete(brand.id);
    return reportOf(board, await earlierOf(archive, brand, week, zone), parts);
  };
};
