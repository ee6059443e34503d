import { createHash } from "node:crypto";
import {
  claimAcross,
  listIncidents,
  openDetractors,
  readMeasures,
  readWeekQuality,
  surveyBrands,
} from "@molva/aggregator";
import {
  brandIdSchema,
  summarySchema,
  type Brand,
  type BrandId,
  type Instant,
  type MeasuredRow,
  type Summary,
  type SummaryRow,
} from "@molva/contracts";
import { addSteps } from "@molva/text";
import { placesOf } from "./beside.ts";
import { inGroups } from "./in-groups.ts";
import { MOST_DETRACTORS, MOST_FOLDED, type ReportParts } from "./read-board.ts";
import { readTargetHealth } from "../read-target-health.ts";
import { targetKeys } from "../target-keys.ts";
import { unwellOf } from "./read-health.ts";
import { reportIdOf } from "./read-report.ts";
import { comparedFigures, LINE_WEEKS, readWeeks, volumeOf } from "./read-weeks.ts";
import { weekNamed, type Week } from "./weeks.ts";

/** With what the names of summaries begin. */
export const SUMMARY = "_summary";

/** Under which the summary over these brands is kept; over all of them it has the plain name. No brand's folder has such a name. */
export const summarySubject = (brands: readonly Pick<Brand, "id">[], all: readonly Pick<Brand, "id">[]): BrandId => {
  const ids = brands.map(({ id }) => id).toSorted();
  const hash = createHash("sha256").update(JSON.stringify(ids)).digest("hex").slice(0, 8);
  return brandIdSchema.parse(ids.length === all.length ? SUMMARY : `${SUMMARY}-${hash}`);
};

export interface SummaryQuestion {
  /** What the set is called where a brand's title would stand. */
  readonly title: string;
  readonly brands: readonly Brand[];
  /** In the configuration's zone; each brand's week is the one of that name in its own. */
  readonly week: Week;
  readonly asOf: Instant | null;
  readonly horizon: Instant | null;
}

type Row = Omit<SummaryRow, "place">;

/** Brands of one zone share the edges of their weeks, and so the statements that read them. */
const rowsOfZone = async (
  parts: ReportParts,
  brands: readonly Brand[],
  { week, zone, asOf, horizon }: { week: Week; zone: string; asOf: Instant | null; horizon: Instant | null },
): Promise<readonly Row[]> => {
  const { store } = parts;
  const { from, to } = week;
  const ids = brands.map(({ id }) => id);
  const weeks = await readWeeks(store, { brands: ids, week, zone, asOf });
  const measured = await readMeasures(store, {
    window: null,
    step: null,
    by: null,
    tz: zone,
    from,
    to,
    asOf,
    horizon,
    brands: ids,
    against: null,
  });
  const found = brands.flatMap((brand, i) => {
    const [own, row] = [weeks.get(brand.id), measured[i]];
    return own === undefined || row === undefined ? [] : [{ brand, own, row }];
  });
  const seenSince = addSteps(from, -LINE_WEEKS, "week", zone);
  const answers = new Map<string, SummaryRow["answers"]>();
  const weigh = ({ row }: { readonly row: MeasuredRow }): number => volumeOf(row);
  for (const group of inGroups(
    found.filter(({ row }) => volumeOf(row) > 0),
    weigh,
    MOST_FOLDED,
  )) {
    const of = group.map(({ brand }) => brand.id);
    for (const [brand, quality] of await readWeekQuality(store, { brands: of, from, to, seenSince, asOf })) {
      const { sources, negative, answered } = quality.answers;
      answers.set(brand, sources.length === 0 ? null : { negative, answered });
    }
  }
  return found.map(({ brand, own, row }) => ({
    brand: brand.id,
    title: brand.title,
    from,
    to,
    zone,
    figures: comparedFigures(own, row).map((figure) => ({
      ...figure,
      comparisons: figure.comparisons.filter(({ against }) => against === "week"),
    })),
    unscored: row.unscored,
    openIncidents: 0,
    answers: answers.get(brand.id) ?? null,
    openDetractors: 0,
    unwell: [],
  }));
};

/** Of brands side by side, read as of one point; places and claims are over all of them. */
export const readSummary = async (parts: ReportParts, question: SummaryQuestion): Promise<Summary> => {
  const { store, checkpoints, clock, sourceTitles } = parts;
  const { brands, week, horizon } = question;
  const asOf = question.asOf === null || (horizon !== null && question.asOf > horizon) ? horizon : question.asOf;
  const zoneOf = (brand: Brand): string => brand.timezone ?? parts.zone;
  const read = new Map<string, Row>();
  for (const zone of new Set(brands.map(zoneOf))) {
    const own = brands.filter((brand) => zoneOf(brand) === zone);
    for (const row of await rowsOfZone(parts, own, { week: weekNamed(week.name, zone), zone, asOf, horizon }))
      read.set(row.brand, row);
  }
  const rows = brands.flatMap(({ id }) => read.get(id) ?? []);
  const figures = claimAcross(rows.map((row) => row.figures));
  const places = placesOf(
    rows.map((row) => {
      const nsr = row.figures.find(({ key }) => key === "nsr");
      return { nsr: nsr?.value ?? null, low: nsr?.low ?? null, high: nsr?.high ?? null };
    }),
  );
  const health = await readTargetHealth(checkpoints, new Set(await targetKeys(parts.brands)));
  const surveyed = new Set(await surveyBrands(store));
  const open = (await listIncidents(store, { brand: null, from: week.from, to: week.to })).filter(
    ({ closedAt, joins, since }) =>
      closedAt === null && joins === null && (question.asOf === null || since <= question.asOf),
  );
  const full: SummaryRow[] = [];
  for (const [i, row] of rows.entries()) {
    const ask = { brand: row.brand, metric: null, wave: null, segment: null, bySegment: false, asOf, from: null };
    full.push({
      ...row,
      figures: [...(figures[i] ?? [])],
      place: places[i] ?? null,
      openIncidents: open.filter(({ brandId }) => brandId === row.brand).length,
      openDetractors: surveyed.has(row.brand)
        ? (await openDetractors(store, { ...ask, to: row.to }, MOST_DETRACTORS)).length
        : 0,
      unwell: unwellOf(health, row.brand).map(({ source, state }) => ({ source, state })),
    });
  }
  const subject = summarySubject(brands, parts.brands);
  return summarySchema.parse({
    version: 1,
    kind: "summary",
    id: reportIdOf(subject, week.name, asOf),
    brand: subject,
    title: question.title,
    week: week.name,
    from: week.from,
    to: week.to,
    zone: parts.zone,
    asOf,
    madeAt: clock(),
    sourceTitles,
    rows: full,
  });
};
