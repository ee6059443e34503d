import { instantOf, PipelineError, SEVERITIES, type Clock, type Instant, type RollingPoint } from "@molva/contracts";
import {
  daysAnswerSchema,
  daysAskSchema,
  incidentsAnswerSchema,
  incidentsAskSchema,
  mentionPageSchema,
  mentionsAskSchema,
  nothingAskSchema,
  overviewSchema,
  rollingAnswerSchema,
  rollingAskSchema,
  ROLLING_WINDOWS,
  surveysAnswerSchema,
  surveysAskSchema,
  type ChartPoint,
  type DeskBrand,
  type DeskIncident,
  type DeskReads,
  type Overview,
  type RollingWindow,
} from "./reads.ts";
import { route, type Route } from "./route.ts";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const SPARK_DAYS = 30;
const SPARK_STEP_HOURS = 6;
const MOST_DAYS = 400;

const fullHour = (at: number): Instant => instantOf(Math.floor(at / HOUR) * HOUR);

/** The stretch a chart shows: it ends now, or at the newest mention when that is older than the whole stretch. */
const stretchOf = (
  brand: DeskBrand,
  reach: "14" | "30" | "90" | "all",
  now: Instant,
): { readonly from: Instant; readonly to: Instant } => {
  const days = reach === "all" ? MOST_DAYS : Number(reach);
  const today = Date.parse(now);
  const last = brand.last === null ? today : Math.min(Date.parse(brand.last), today);
  const to = last < today - days * DAY ? last + DAY : today;
  const start = to - days * DAY;
  const first = brand.first === null ? start : Date.parse(brand.first);
  return { from: fullHour(reach === "all" ? Math.max(start, Math.min(first, to - DAY)) : start), to: fullHour(to) };
};

const sparkOf = (points: readonly ChartPoint[], from: number, to: number): readonly (number | null)[] => {
  const byHour = new Map(points.map((point) => [Date.parse(point.at), point.nsr] as const));
  const steps = Math.floor((to - from) / (SPARK_STEP_HOURS * HOUR));
  return Array.from({ length: steps + 1 }, (_, step) => byHour.get(from + step * SPARK_STEP_HOURS * HOUR) ?? null);
};

const openOf = (incidents: readonly DeskIncident[]): Overview["incidents"] =>
  [...new Set(incidents.map(({ brand }) => brand))].map((brand) => {
    const own = incidents.filter((one) => one.brand === brand);
    const severity = SEVERITIES.findLast((known) => own.some((one) => one.severity === known)) ?? "info";
    return { brand, count: own.length, severity };
  });

export interface RouteOptions {
  readonly reads: DeskReads;
  readonly clock: Clock;
  readonly zone: string;
  /** Whether the page may take and mute incidents. */
  readonly acts: boolean;
}

export const createRoutes = ({ reads, clock, zone, acts }: RouteOptions): ReadonlyMap<string, Route> => {
  const brandOf = async (id: string): Promise<DeskBrand> => {
    const brand = (await reads.brands()).find((known) => known.id === id);
    if (brand === undefined)
      throw new PipelineError(`No brand has the id ${JSON.stringify(id)}.`, { code: "USAGE", recovery: "exit" });
    return brand;
  };

  const overview = async (): Promise<Overview> => {
    const now = clock();
    const [brands, health, progress, incidents, ...rows] = await Promise.all([
      reads.brands(),
      reads.health(),
      reads.progress(),
      reads.incidents({ brand: null, open: true }),
      ...ROLLING_WINDOWS.map(async (window) => reads.headlines({ window, now })),
    ]);
    const to = Date.parse(fullHour(Date.parse(now)));
    const from = to - SPARK_DAYS * DAY;
    // One question for all brands: the page asks again after every change.
    const points = await reads.rolling({
      brands: brands.map(({ id }) => id),
      window: "7d",
      from: instantOf(from),
      to: instantOf(to),
    });
    const week = new Map<string, RollingPoint[]>(brands.map(({ id }) => [id, []]));
    for (const point of points) week.get(point.brand)?.push(point);
    const sparks = brands.map(({ id }) => ({ brand: id, values: [...sparkOf(week.get(id) ?? [], from, to)] }));
    const headlines = Object.fromEntries(
      ROLLING_WINDOWS.map((window, index) => [window, rows[index] ?? []]),
    ) as unknown as Record<RollingWindow, Overview["headlines"]["7d"]>;
    return {
      now,
      zone,
      brands: [...brands],
      headlines,
      sparks,
      health: [...health],
      incidents: openOf(incidents),
      progress,
    };
  };

  return new Map<string, Route>([
    ["/api/overview", route(nothingAskSchema, overviewSchema, overview)],
    [
      "/api/rolling",
      route(rollingAskSchema, rollingAnswerSchema, async ({ brand, window, reach }) => {
        const stretch = stretchOf(await brandOf(brand), reach, clock());
        return { brand, window, ...stretch, points: await reads.rolling({ brands: [brand], window, ...stretch }) };
      }),
    ],
    [
      "/api/days",
      route(daysAskSchema, daysAnswerSchema, async ({ brand, reach }) => {
        const stretch = stretchOf(await brandOf(brand), reach, clock());
        return { brand, ...stretch, zone, days: await reads.days({ brand, ...stretch, zone }) };
      }),
    ],
    [
      "/api/surveys",
      route(surveysAskSchema, surveysAnswerSchema, async ({ brand }) => ({
        brand,
        rows: await reads.surveys({ brand }),
      })),
    ],
    [
      "/api/incidents",
      route(incidentsAskSchema, incidentsAnswerSchema, async ({ brand }) => ({
        brand: (await brandOf(brand)).id,
        acts,
        incidents: await reads.incidents({ brand, open: false }),
      })),
    ],
    ["/api/mentions", route(mentionsAskSchema, mentionPageSchema, async (filter) => reads.mentions(filter))],
  ]);
};
