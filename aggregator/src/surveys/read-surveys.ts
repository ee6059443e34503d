import {
  millisOf,
  type Instant,
  type OpenDetractor,
  type Store,
  type SurveyMetric,
  type SurveyRow,
} from "@molva/contracts";
import { BENCHMARKS, churnOf, verdict } from "@molva/numbers";
import { listNotes } from "../queries/annotations-notes.ts";
import { FOREVER } from "../steps.ts";
import {
  instant,
  readFrequent,
  readGroups,
  readItems,
  readOpen,
  readPeriods,
  type AnswerGroup,
  type ItemRow,
  type PeriodRow,
  type SurveyParams,
} from "./groups.ts";
import { rowOf, type Cluster, type RowContext } from "./rows.ts";
import { surveyHorizon } from "./save.ts";
import { warningsOf } from "./warnings.ts";

export interface SurveyQuestion {
  readonly brand: string;
  readonly metric: SurveyMetric | null;
  readonly wave: string | null;
  readonly segment: string | null;
  /** A row for each segment as well. */
  readonly bySegment: boolean;
  /** Half-open `[from, to)`, by the time of the answer; of churn by the period's beginning. */
  readonly from: Instant | null;
  readonly to: Instant | null;
  readonly asOf: Instant | null;
}

/** The point that is read: the one asked for, no later than what is learned. */
const pointOf = async (store: Store, asked: Instant | null): Promise<Instant | null> => {
  const horizon = await surveyHorizon(store);
  return asked !== null && horizon !== null && asked < horizon ? asked : horizon;
};

type Loose = Omit<Cluster, "first" | "last" | "groups" | "items"> & { groups: AnswerGroup[]; items: ItemRow[] };

/** Every group into its wave (and segment), and where there are several waves into all of them together. */
const clustersOf = (
  groups: readonly AnswerGroup[],
  items: readonly ItemRow[],
  bySegment: boolean,
): readonly Cluster[] => {
  const found = new Map<string, Loose>();
  const add = (
    row: AnswerGroup | ItemRow,
    metric: Cluster["metric"],
    wave: string | null,
    segment: string | null,
  ): void => {
    const { population, scaleMin, scaleMax } = row;
    const key = JSON.stringify([metric, population, scaleMin, scaleMax, wave, segment]);
    const one = found.get(key) ?? { metric, population, scaleMin, scaleMax, wave, segment, groups: [], items: [] };
    found.set(key, one);
    if ("n" in row) one.groups.push(row);
    else one.items.push(row);
  };
  const wavesOf = new Map<string, Set<string>>();
  const rows = [...groups, ...items].map((row) => {
    const nps = "n" in row && row.metric === "nps" && row.population === "employees" ? "enps" : null;
    const metric: Cluster["metric"] = nps ?? ("n" in row ? row.metric : "csi");
    const kind = JSON.stringify([metric, row.scaleMin, row.scaleMax]);
    const waves = wavesOf.get(kind) ?? new Set();
    wavesOf.set(kind, waves.add(row.wave));
    return { row, metric, waves };
  });
  for (const { row, metric, waves } of rows)
    for (const segment of bySegment ? [null, row.segment] : [null]) {
      const named = waves.size > 1 || !waves.has("");
      if (named) add(row, metric, row.wave, segment);
      if (!named || waves.size > 1) add(row, metric, null, segment);
    }
  return [...found.values()].map((one) => {
    const firsts = [...one.groups.map((group) => group.first), ...one.items.map((item) => item.answered)].toSorted();
    const lasts = [...one.groups.map((group) => group.last), ...one.items.map((item) => item.answered)].toSorted();
    return { ...one, first: firsts[0] ?? "", last: lasts.at(-1) ?? "" };
  });
};

const ORDER: readonly SurveyRow["metric"][] = ["nps", "enps", "csat", "csi", "churn"];
const alike = (a: Cluster, b: Cluster): boolean =>
  a.metric === b.metric &&
  a.population === b.population &&
  a.scaleMin === b.scaleMin &&
  a.scaleMax === b.scaleMax &&
  a.segment === b.segment;

const sorted = (clusters: readonly Cluster[]): readonly Cluster[] =>
  clusters.toSorted(
    (a, b) =>
      ORDER.indexOf(a.metric) - ORDER.indexOf(b.metric) ||
      a.scaleMin - b.scaleMin ||
      a.scaleMax - b.scaleMax ||
      (a.segment ?? "").localeCompare(b.segment ?? "") ||
      Number(a.wave === null) - Number(b.wave === null) ||
      (a.first < b.first ? -1 : 1),
  );

const churnRows = (
  periods: readonly PeriodRow[],
  brand: string,
  asOf: Instant | null,
  hasNote: RowContext["hasNote"],
): readonly SurveyRow[] =>
  periods.map((period, i) => {
    const previous = periods[i - 1];
    const before = previous?.segment === period.segment && previous.to <= period.from ? previous : null;
    const now = churnOf(period.start, period.end, period.lost);
    const polarity = (p: PeriodRow) => ({ positive: p.lost ?? 0, neutral: 0, negative: p.start - (p.lost ?? 0) });
    const comparable = before !== null && before.lost !== null && period.lost !== null;
    const claimed = comparable ? verdict(polarity(period), polarity(before)) : null;
    const [from, to] = [instant(period.from), instant(period.to)];
    return {
      brand,
      metric: "churn",
      population: "customers",
      wave: period.wave,
      segment: period.segment === "" ? null : period.segment,
      question: null,
      scale: null,
      from,
      to,
      n: now.n,
      value: now.value,
      low: now.low,
      high: now.high,
      state: now.state,
      previous:
        before === null || (before.lost === null) !== (period.lost === null)
          ? null
          : churnOf(before.start, before.end, before.lost).value,
      verdict: claimed,
      formula:
        period.lost === null ? "CR = (start − end) / start × 100; no interval" : "CR = lost / start × 100; 95 % Wilson",
      start: period.start,
      end: period.end,
      lost: period.lost,
      net: now.net,
      band: null,
      warnings: [
        ...warningsOf({
          metric: "churn",
          n: now.n,
          passives: null,
          scaleMin: null,
          questions: [],
          questionBefore: null,
          otherPopulation: false,
          frequent: 0,
          low: 0,
          lowOpen: 0,
          lowCommented: 0,
          lowCommentedOpen: 0,
          lostUnknown: period.lost === null,
          withoutContext: (claimed === "up" || claimed === "down") && !hasNote(from, to),
        }),
      ],
      benchmarks: BENCHMARKS.churn.map((one) => ({ ...one })),
      asOf,
    };
  });

const paramsOf = (question: SurveyQuestion, asOf: Instant | null): SurveyParams => ({
  brand: question.brand,
  metric: question.metric ?? "",
  segment: question.segment ?? "",
  from: question.from === null ? 0 : millisOf(question.from),
  to: question.to === null ? FOREVER : millisOf(question.to),
  asOf: asOf === null ? 0 : millisOf(asOf),
});

/** The stretch of the same length before: what a number without waves is compared with. */
const earlierClusters = async (
  store: Store,
  params: SurveyParams,
  question: SurveyQuestion,
): Promise<readonly Cluster[]> => {
  if (question.from === null || question.to === null) return [];
  const before = { ...params, from: params.from - (params.to - params.from), to: params.from };
  return clustersOf(await readGroups(store, before), await readItems(store, before), question.bySegment);
};

/**
 * The numbers of a brand's surveys: a row for each wave and one for all waves together, each population and scale apart; of churn one a period.
 * A wave is compared with the wave before; where no wave is named, the period with the one before it.
 */
export const readSurveys = async (store: Store, question: SurveyQuestion): Promise<readonly SurveyRow[]> => {
  const asOf = await pointOf(store, question.asOf);
  const params = paramsOf(question, asOf);
  const clusters = sorted(
    clustersOf(await readGroups(store, params), await readItems(store, params), question.bySegment),
  );
  const earlier = await earlierClusters(store, params, question);
  const notes = await listNotes(store, question.brand);
  const context: RowContext = {
    brand: question.brand,
    asOf,
    frequent: await readFrequent(store, params),
    hasOtherPopulation: (cluster) =>
      clusters.some(
        (one) =>
          one.wave === cluster.wave &&
          one.population !== cluster.population &&
          one.metric.endsWith(cluster.metric.replace(/^e/u, "")),
      ),
    hasNote: (from, to) => notes.some((note) => note.from <= to && (note.to ?? note.from) >= from),
  };
  const rows = clusters.map((cluster, i) => {
    const previous = clusters.slice(0, i).findLast((one) => one.wave !== null && alike(one, cluster));
    const before = cluster.wave === null ? earlier.find((one) => one.wave === null && alike(one, cluster)) : previous;
    return rowOf(cluster, before ?? null, context);
  });
  return [...rows, ...churnRows(await readPeriods(store, params), question.brand, asOf, context.hasNote)].filter(
    (row) => question.wave === null || row.wave === question.wave,
  );
};

/** Low answers that nobody was in touch about, the newest first. A comment that retention or `erase` has taken is null. */
export const openDetractors = async (
  store: Store,
  question: SurveyQuestion,
  limit: number,
): Promise<readonly OpenDetractor[]> => {
  const asOf = await pointOf(store, question.asOf);
  const params = { ...paramsOf(question, asOf), wave: question.wave ?? "", limit };
  return (await readOpen(store, params)).map(({ answered, comment, ...row }) => ({
    ...row,
    brand: question.brand,
    answeredAt: instant(answered),
    comment: comment === "" ? null : comment,
  }));
};
