import { createHash } from "node:crypto";
import {
  listAnswers,
  listCorrectedDays,
  listIncidents,
  listNotes,
  openDetractors,
  readAudits,
  readEvidence,
  readExplanation,
  readMeasures,
  readNsr,
  readSurveys,
  readWeekQuality,
  type Evidence,
  type Explanation,
} from "@molva/aggregator";
import {
  millisOf,
  reportSchema,
  targetHealthSchema,
  type Against,
  type Brand,
  type Checkpoints,
  type Clock,
  type Figure,
  type Instant,
  type Label,
  type NsrRow,
  type Report,
  type Store,
  type TargetHealth,
} from "@molva/contracts";
import { wordIncident } from "@molva/dashboards/messages";
import { shareOf } from "@molva/numbers";
import { addSteps } from "@molva/text";
import { readPublicRatings } from "../public-ratings.ts";
import { figuresOf, gapsOf, isWithin, LINE_WEEKS, readWeeks, stepsOf } from "./read-weeks.ts";
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

export interface ReportQuestion {
  readonly brand: Brand;
  readonly week: Week;
  /** What was known at this point of the log; null: all that is applied. */
  readonly asOf: Instant | null;
  readonly horizon: Instant | null;
  /** Reports of the brand that were made before, of other weeks. */
  readonly earlier: readonly Pick<Report, "week" | "from" | "figures">[];
}

const zoneOf = (brand: Brand, zone: string): string => brand.timezone ?? zone;

const MOST_OTHERS = 10;
/** Characters of a text that are quoted. */
const QUOTE = 400;
const SHOWN = { negative: 5, positive: 3 } as const;
/** Of so many candidates the shown ones are taken, for one source and one topic shall not fill the list. */
const CANDIDATES = 20;

const othersOf = ({ id }: Brand, { brands, competitors }: ReportParts): readonly Brand[] => {
  const named = competitors[id];
  if (named !== undefined) return brands.filter((one) => one.id !== id && named.includes(one.id));
  return brands.length > MOST_OTHERS ? [] : brands.filter((one) => one.id !== id);
};

const isAbove = (a: NsrRow, b: NsrRow): boolean => a.low !== null && b.high !== null && a.low > b.high;

/** Places only where intervals separate: where they overlap, the order is not known. */
const competitorsOf = (rows: readonly NsrRow[], brands: readonly Brand[]): Report["competitors"] => {
  const volume = (row: NsrRow): number => row.n + row.unscored;
  const all = rows.reduce((sum, row) => sum + volume(row), 0);
  const ranked = rows.filter(({ nsr }) => nsr !== null);
  return rows
    .map((row) => {
      const voice = shareOf(volume(row), all);
      return {
        brand: row.brand,
        title: brands.find(({ id }) => id === row.brand)?.title ?? row.brand,
        nsr: row.nsr,
        low: row.low,
        high: row.high,
        n: row.n,
        state: row.state,
        volume: volume(row),
        voice:
          voice.value === null || voice.low === null || voice.high === null
            ? null
            : { value: voice.value, low: voice.low, high: voice.high },
        place:
          row.nsr === null
            ? null
            : {
                best: 1 + ranked.filter((other) => isAbove(other, row)).length,
                worst: ranked.length - ranked.filter((other) => isAbove(row, other)).length,
              },
      };
    })
    .toSorted((a, b) => (b.nsr ?? -1000) - (a.nsr ?? -1000) || a.brand.localeCompare(b.brand));
};

const evidenceOf = (found: readonly Evidence[], most: number): Report["negative"] => {
  const perSource = new Map<string, number>();
  const picked: Evidence[] = [];
  const rest: Evidence[] = [];
  for (const one of found) {
    const count = perSource.get(one.source) ?? 0;
    const fits = picked.length < most && count < Math.ceil(most / 2) && (one.text ?? "").length > 0;
    if (fits) perSource.set(one.source, count + 1);
    (fits ? picked : rest).push(one);
  }
  return [...picked, ...rest].slice(0, most).map((one) => {
    const words = [one.title, one.text].filter((part) => part !== null && part !== "").join(". ");
    const letters = Array.from(words.slice(0, QUOTE * 4));
    return {
      id: one.id,
      source: one.source,
      publishedAt: one.publishedAt,
      precision: one.precision,
      label: one.label,
      rating: one.rating,
      ratingMax: one.ratingMax,
      topics: one.topics.map(({ topic }) => topic),
      text: one.text === null ? null : letters.length > QUOTE ? `${letters.slice(0, QUOTE).join("")}…` : words,
      url: one.url,
      copies: one.copies,
      answered: one.answered,
    };
  });
};

/** What the change is divided against: the week before, unless only the change against four weeks is claimed. */
const comparedWith = (figures: readonly Figure[]): Against => {
  const claimed = figures.find(({ key }) => key === "nsr")?.comparisons.filter((one) => one.claimed) ?? [];
  return claimed.length === 1 && claimed[0]?.against === "four-weeks" ? "four-weeks" : "week";
};

/** Topics that moved the rate most that way, the strongest first. */
const movingTopics = (found: Explanation, sign: 1 | -1): readonly string[] =>
  (found.by.find(({ dimension }) => dimension === "topic")?.parts ?? [])
    .filter(({ total, value }) => total * sign > 0 && value !== "none")
    .map(({ value }) => value)
    .slice(0, 5);

const healthOf = async (brand: string, checkpoints: Checkpoints): Promise<readonly TargetHealth[]> => {
  const found: TargetHealth[] = [];
  for await (const [, value] of checkpoints.entries("health/")) {
    const parsed = targetHealthSchema.safeParse(value);
    if (parsed.success && parsed.data.brands.includes(brand)) found.push(parsed.data);
  }
  return found;
};

const unwellOf = (health: readonly TargetHealth[]): Report["quality"]["unwell"] =>
  health
    .filter(({ state, quiet }) => !["ok", "never"].includes(state) || quiet)
    .slice(0, 20)
    .map(({ source, title, state, quiet, lastSuccessAt, lastNewMentionAt }) => ({
      source,
      title,
      state: state === "ok" && quiet ? "silent" : state,
      since: quiet ? lastNewMentionAt : lastSuccessAt,
    }));

const publicRatingsOf = async (store: Store, brand: string, week: Week): Promise<Report["publicRatings"]> => {
  const byTarget = new Map<string, Awaited<ReturnType<typeof readPublicRatings>>[number][]>();
  for (const point of await readPublicRatings(store, [brand]))
    if (point.at < week.to) byTarget.set(point.target, [...(byTarget.get(point.target) ?? []), point]);
  return [...byTarget.values()].flatMap((points) => {
    const last = points.at(-1);
    if (last === undefined) return [];
    const before = points.findLast(({ at }) => at < week.from);
    return [
      {
        source: last.source,
        title: last.title,
        value: last.mean,
        max: last.max,
        count: last.count,
        previous: before?.mean ?? null,
        at: last.at as Instant,
      },
    ];
  });
};

const incidentsOf = async (
  { store, zone }: ReportParts,
  brand: Brand,
  week: Week,
): Promise<{ readonly listed: Report["incidents"]; readonly marks: Report["line"]["marks"] }> => {
  const from = addSteps(week.from, 1 - LINE_WEEKS, "week", zoneOf(brand, zone));
  const all = await listIncidents(store, { brand: brand.id, from, to: week.to });
  const answers = all.length === 0 ? [] : await listAnswers(store, brand.id);
  const worded = all.map((incident) => {
    const said = answers.findLast(
      ({ incidentId, answer }) => incidentId === incident.id && (answer === "useful" || answer === "not-useful"),
    );
    const line = (language: "en" | "ru"): string => wordIncident(incident, brand.title, language, zoneOf(brand, zone));
    return { incident, useful: said === undefined ? null : said.answer === "useful", en: line("en"), ru: line("ru") };
  });
  return {
    listed: worded
      .filter(
        ({ incident }) => incident.joins === null && (incident.closedAt === null || incident.closedAt >= week.from),
      )
      .slice(0, 10),
    marks: worded
      .filter(({ incident }) => incident.severity !== "info" && incident.joins === null)
      .map(({ incident, en, ru }) => ({ kind: "incident" as const, at: incident.since, en, ru })),
  };
};

const earlierOf = (rows: readonly NsrRow[], earlier: ReportQuestion["earlier"]): Report["quality"]["earlier"] =>
  earlier.flatMap(({ week, from, figures }) => {
    const then = figures.find(({ key }) => key === "nsr");
    const now = rows.find((row) => row.from === from);
    if (then === undefined || now === undefined || (then.value === now.nsr && then.n === now.n)) return [];
    return [{ week, sent: then.value, sentN: then.n, now: now.nsr, nowN: now.n }];
  });

const auditsOf = async (store: Store, brand: string, asOf: Instant | null): Promise<Report["quality"]["audits"]> => {
  const audits = await readAudits(store, { brands: [brand], ...(asOf === null ? {} : { asOf: millisOf(asOf) }) });
  return audits.length === 0
    ? null
    : { n: audits.length, agreed: audits.filter(({ given, label }) => given === label).length };
};

const idOf = (brand: string, week: string, asOf: Instant | null): string =>
  createHash("sha256")
    .update(JSON.stringify(["report", brand, week, asOf]))
    .digest("hex")
    .slice(0, 12);

/** All that the report of a brand and week says, read as of one point. */
export const readReport = async (parts: ReportParts, question: ReportQuestion): Promise<Report> => {
  const { store, checkpoints, clock } = parts;
  const { brand, week, horizon } = question;
  const zone = zoneOf(brand, parts.zone);
  const point = question.asOf === null || (horizon !== null && question.asOf > horizon) ? horizon : question.asOf;
  const { from, to } = week;
  const ask = { asOf: point, horizon };
  const weeks = await readWeeks(store, { brand: brand.id, week, zone, ...ask });
  const one = { window: null, step: null, by: null, tz: zone, from, to, ...ask };
  const [measured] = await readMeasures(store, { ...one, brands: [brand.id], adjusted: true, against: null });
  if (measured === undefined) throw new RangeError("a week with both ends has a row");
  const empty = measured.n + measured.unscored === 0;
  const figures = figuresOf(weeks, measured);
  const against = comparedWith(figures);
  const previous = weeks.rows.at(against === "week" ? -2 : -5);
  const last = weeks.rows.at(-2);
  const found =
    empty || previous === undefined || last === undefined
      ? null
      : await readExplanation(store, {
          brand: brand.id,
          from,
          to,
          against: { from: previous.from, to: last.to },
          mentions: 0,
          decimals: 1,
          ...ask,
        });
  const pick = async (label: Label, sign: 1 | -1, most: number): Promise<Report["negative"]> =>
    empty
      ? []
      : evidenceOf(
          await readEvidence(store, {
            brand: brand.id,
            from,
            to,
            label,
            topics: found === null ? [] : movingTopics(found, sign),
            limit: CANDIDATES,
            asOf: point,
          }),
          most,
        );
  const others = othersOf(brand, parts);
  const competitors =
    others.length === 0 ? [] : await readNsr(store, { ...one, brands: [brand.id, ...others.map(({ id }) => id)] });
  const { answers, ...quality } = await readWeekQuality(store, { brand: brand.id, from, to, asOf: point });
  const asked = { brand: brand.id, metric: null, wave: null, segment: null, bySegment: false, asOf: point };
  const surveys = await readSurveys(store, { ...asked, from: null, to });
  const corrections = await listCorrectedDays(store, brand.id);
  const notes = await listNotes(store, brand.id);
  const incidents = await incidentsOf(parts, brand, week);
  const steps = stepsOf(weeks);
  const start = steps[0]?.from ?? from;
  const adjusted = measured.nsrAdjusted;
  return reportSchema.parse({
    version: 1,
    id: idOf(brand.id, week.name, point),
    brand: brand.id,
    title: brand.title,
    week: week.name,
    from,
    to,
    zone,
    asOf: point,
    madeAt: clock(),
    sourceTitles: parts.sourceTitles,
    counts: {
      positive: measured.positive,
      neutral: measured.neutral,
      negative: measured.negative,
      unscored: measured.unscored,
      originals: measured.originals,
    },
    figures,
    adjusted:
      adjusted === null || measured.adjustedLow === null || measured.adjustedHigh === null
        ? null
        : {
            value: adjusted,
            low: measured.adjustedLow,
            high: measured.adjustedHigh,
            state: measured.adjustedState ?? "uncorrected",
            audits: measured.audits ?? 0,
          },
    publicRatings: await publicRatingsOf(store, brand.id, week),
    line: {
      steps,
      marks: [
        ...incidents.marks,
        ...notes
          .filter((note) => isWithin(note.from, start, to))
          .map((note) => ({ kind: "note" as const, at: note.from, en: note.text, ru: note.text })),
        ...corrections
          .filter((day) => isWithin(day.from, start, to))
          .map((day) => ({ kind: "correction" as const, at: day.from, en: day.en, ru: day.ru })),
        ...gapsOf(weeks).map((at) => ({ kind: "gap" as const, at, en: "no mentions", ru: "нет упоминаний" })),
      ]
        .toSorted((a, b) => (a.at < b.at ? -1 : 1))
        .slice(-40),
    },
    moved: found === null || found.change === null ? null : { against, change: found.change, by: found.by },
    negative: await pick("negative", -1, SHOWN.negative),
    positive: await pick("positive", 1, SHOWN.positive),
    incidents: incidents.listed,
    competitors: competitorsOf(competitors, parts.brands),
    surveys: surveys.filter((row) => row.segment === null).slice(0, 12),
    openDetractors: (await openDetractors(store, { ...asked, from: null, to }, 1_000)).length,
    answers: answers === null ? null : { ...answers, medianHours: null },
    quality: {
      ...quality,
      unwell: unwellOf(await healthOf(brand.id, checkpoints)),
      audits: await auditsOf(store, brand.id, point),
      corrections: corrections
        .filter((day) => isWithin(day.decided, from, to))
        .map(({ en, ru }) => ({ en, ru }))
        .slice(0, 20),
      earlier: earlierOf(weeks.rows, question.earlier),
    },
  });
};
