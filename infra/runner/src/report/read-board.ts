import {
  openDetractors,
  readAudits,
  readEvidence,
  readExplanations,
  readMeasures,
  readNsr,
  readSurveys,
  readWeekQuality,
  surveyBrands,
  type Explanation,
  type WeekQuality,
} from "@molva/aggregator";
import {
  millisOf,
  type Against,
  type Brand,
  type Checkpoints,
  type Clock,
  type Figure,
  type Instant,
  type Label,
  type MeasuredRow,
  type NsrRow,
  type Report,
  type Store,
} from "@molva/contracts";
import { addSteps } from "@molva/text";
import { othersOf } from "./beside.ts";
import { inGroups } from "./in-groups.ts";
import { CANDIDATES, pickEvidence } from "./pick-evidence.ts";
import { readTargetHealth } from "../read-target-health.ts";
import { targetKeys } from "../target-keys.ts";
import { readEvents, type Events } from "./read-events.ts";
import { readShownRatings, unwellOf } from "./read-health.ts";
import { figuresOf, LINE_WEEKS, readWeeks, volumeOf, type Weeks } from "./read-weeks.ts";
import type { Week } from "./weeks.ts";

export interface ReportParts {
  readonly store: Store;
  readonly checkpoints: Checkpoints;
  readonly clock: Clock;
  readonly brands: readonly Brand[];
  readonly sourceTitles: Readonly<Record<string, string>>;
  /** The configuration's zone, for brands without one. */
  readonly zone: string;
  readonly competitors: Readonly<Record<string, readonly string[]>>;
}

/** All that was read of one brand and week, as of one point of the log. */
export interface Board {
  readonly brand: Brand;
  readonly week: Week;
  readonly zone: string;
  readonly asOf: Instant | null;
  readonly weeks: Weeks;
  readonly measured: MeasuredRow;
  readonly figures: readonly Figure[];
  readonly against: Against;
  readonly explained: Explanation | null;
  readonly negative: Report["negative"];
  readonly positive: Report["positive"];
  readonly quality: WeekQuality;
  readonly others: readonly NsrRow[];
  readonly surveys: Report["surveys"];
  readonly openDetractors: number;
  readonly events: Events;
  readonly unwell: Report["quality"]["unwell"];
  readonly publicRatings: Report["publicRatings"];
  readonly audits: Report["quality"]["audits"];
}

export interface BoardQuestion {
  /** Of one zone. */
  readonly brands: readonly Brand[];
  readonly week: Week;
  readonly zone: string;
  /** What was known at this point of the log; null: all that is applied. */
  readonly asOf: Instant | null;
  readonly horizon: Instant | null;
}

/** Mentions that one statement folds, so that its memory does not grow with the brands. */
export const MOST_FOLDED = 60_000;
export const MOST_DETRACTORS = 1_000;

/** What the change is divided against: the week before, unless only the change against four weeks is claimed. */
const comparedWith = (figures: readonly Figure[]): Against => {
  const claimed = figures.find(({ key }) => key === "nsr")?.comparisons.filter((one) => one.claimed) ?? [];
  return claimed.length === 1 && claimed[0]?.against === "four-weeks" ? "four-weeks" : "week";
};

/** Topics that moved the rate most that way, the strongest first. */
const movingTopics = (found: Explanation | undefined, sign: 1 | -1): readonly string[] =>
  (found?.by.find(({ dimension }) => dimension === "topic")?.parts ?? [])
    .filter(({ total, value }) => total * sign > 0 && value !== "none")
    .map(({ value }) => value)
    .slice(0, 5);

interface Counted {
  readonly brand: Brand;
  readonly weeks: Weeks;
  readonly measured: MeasuredRow;
  readonly figures: readonly Figure[];
  readonly against: Against;
}

interface Told {
  readonly explained: Explanation | null;
  readonly negative: Report["negative"];
  readonly positive: Report["positive"];
  readonly quality: WeekQuality;
}

/** What mentions of the week say, folded from the facts: of brands that have any. */
const readTold = async (
  { store }: ReportParts,
  found: readonly Counted[],
  { week, zone, asOf, horizon }: BoardQuestion,
): Promise<ReadonlyMap<string, Told>> => {
  const told = new Map<string, Told>();
  const { from, to } = week;
  const weightOf = ({ weeks, against }: Counted): number =>
    weeks.rows.slice(against === "week" ? -2 : -5).reduce((sum, row) => sum + volumeOf(row), 0);
  for (const group of inGroups(found, weightOf, MOST_FOLDED)) {
    const explained = new Map<string, Explanation>();
    for (const against of ["week", "four-weeks"] as const) {
      const brands = group.filter((one) => one.against === against).map(({ brand }) => brand.id);
      const before = { from: addSteps(from, against === "week" ? -1 : -4, "week", zone), to: from };
      if (brands.length > 0)
        for (const [brand, one] of await readExplanations(store, brands, {
          from,
          to,
          against: before,
          decimals: 1,
          asOf,
          horizon,
        }))
          explained.set(brand, one);
    }
    const brands = group.map(({ brand }) => brand.id);
    const evidence = await readEvidence(store, {
      brands,
      from,
      to,
      labels: ["negative", "positive"],
      topics: (brand: string, label: Label) => movingTopics(explained.get(brand), label === "negative" ? -1 : 1),
      limit: CANDIDATES,
      asOf,
    });
    const seenSince = addSteps(from, -LINE_WEEKS, "week", zone);
    const quality = await readWeekQuality(store, { brands, from, to, seenSince, asOf });
    for (const brand of brands)
      told.set(brand, {
        explained: explained.get(brand) ?? null,
        negative: pickEvidence(evidence.get(brand) ?? [], "negative"),
        positive: pickEvidence(evidence.get(brand) ?? [], "positive"),
        quality: quality.get(brand) ?? NOTHING,
      });
  }
  return told;
};

const NOTHING: WeekQuality = {
  byModel: 0,
  unsure: 0,
  byPerson: 0,
  models: [],
  answers: { sources: [], unknown: [], negative: 0, answered: 0, hours: [] },
};

/**
 * Boards of brands that share a week and a zone. Most of what a statement costs is its planning, so each is asked once for all of them: fifty
 * brands take little more than one.
 */
export const readBoards = async (parts: ReportParts, question: BoardQuestion): Promise<ReadonlyMap<string, Board>> => {
  const { store, checkpoints } = parts;
  const { week, zone, horizon } = question;
  const asOf = question.asOf === null || (horizon !== null && question.asOf > horizon) ? horizon : question.asOf;
  const asked = { ...question, asOf };
  const ids = question.brands.map(({ id }) => id);
  const range = { from: week.from, to: week.to, asOf, horizon };
  const one = { window: null, step: null, by: null, tz: zone, ...range } as const;
  const weeks = await readWeeks(store, { brands: ids, week, zone, asOf });
  const measured = await readMeasures(store, { ...one, brands: ids, adjusted: true, against: null });
  const counted = question.brands.map((brand, i): Counted => {
    const [own, row] = [weeks.get(brand.id), measured[i]];
    if (own === undefined || row === undefined) throw new RangeError("a week with both ends has a row");
    const figures = figuresOf(own, row);
    return { brand, weeks: own, measured: row, figures, against: comparedWith(figures) };
  });
  const told = await readTold(
    parts,
    counted.filter((own) => volumeOf(own.measured) > 0),
    asked,
  );
  const others = new Map<string, NsrRow>(measured.map((row) => [row.brand, row]));
  const besides = new Map(
    question.brands.map((brand) => [brand.id, othersOf(brand, parts.brands, parts.competitors)] as const),
  );
  const missing = new Set([...besides.values()].flat().flatMap(({ id }) => (others.has(id) ? [] : [id])));
  if (missing.size > 0)
    for (const row of await readNsr(store, { ...one, brands: [...missing] })) others.set(row.brand, row);
  const surveyed = new Set(await surveyBrands(store));
  const health = await readTargetHealth(checkpoints, new Set(await targetKeys(parts.brands)));
  const shown = await readShownRatings(store, ids, week);
  const audits = await readAudits(store, { brands: ids, ...(asOf === null ? {} : { asOf: millisOf(asOf) }) });
  const boards = new Map<string, Board>();
  for (const own of counted) {
    const { id } = own.brand;
    const ask = { brand: id, metric: null, wave: null, segment: null, bySegment: false, asOf, from: null, to: week.to };
    const isSurveyed = surveyed.has(id);
    const drawn = audits.filter(({ brand }) => brand === id);
    const beside = besides.get(id) ?? [];
    boards.set(id, {
      ...own,
      week,
      zone,
      asOf,
      ...(told.get(id) ?? { explained: null, negative: [], positive: [], quality: NOTHING }),
      others: beside.length === 0 ? [] : [own.measured, ...beside.flatMap((other) => others.get(other.id) ?? [])],
      surveys: isSurveyed ? (await readSurveys(store, ask)).filter((row) => row.segment === null) : [],
      openDetractors: isSurveyed ? (await openDetractors(store, ask, MOST_DETRACTORS)).length : 0,
      events: await readEvents(store, own.brand, {
        week,
        start: addSteps(week.from, 1 - LINE_WEEKS, "week", zone),
        zone,
        asOf: question.asOf,
      }),
      unwell: unwellOf(health, id),
      publicRatings: shown.get(id) ?? [],
      audits:
        drawn.length === 0
          ? null
          : { n: drawn.length, agreed: drawn.filter(({ given, label }) => given === label).length },
    });
  }
  return boards;
};
