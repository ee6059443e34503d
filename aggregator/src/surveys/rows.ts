import type { Instant, RateState, SurveyRow, Verdict } from "@molva/contracts";
import {
  BENCHMARKS,
  csiOf,
  MIN_VERDICT,
  npsBand,
  npsOf,
  shareOf,
  verdict,
  Z,
  type ItemAnswer,
  type Polarity,
} from "@molva/numbers";
import { instant, type AnswerGroup, type FrequentRow, type ItemRow } from "./groups.ts";
import { warningsOf } from "./warnings.ts";

/** Answers that are one number: same metric, population, scale, wave and, where asked, segment. */
export interface Cluster {
  readonly metric: SurveyRow["metric"];
  readonly population: SurveyRow["population"];
  readonly scaleMin: number;
  readonly scaleMax: number;
  /** Null: all waves. */
  readonly wave: string | null;
  readonly segment: string | null;
  readonly groups: readonly AnswerGroup[];
  readonly items: readonly ItemRow[];
  readonly first: string;
  readonly last: string;
}

/** The number of a cluster, with what a verdict on its change is made from. */
interface Measured {
  readonly n: number;
  readonly value: number | null;
  readonly low: number | null;
  readonly high: number | null;
  readonly state: RateState;
  readonly polarity: Polarity | null;
  readonly parts: Partial<SurveyRow>;
}

const FORMULAS = {
  nps: "NPS = % of 9–10 − % of 0–6; 95 % adjusted Wald",
  enps: "eNPS = % of 9–10 − % of 0–6 among employees; 95 % adjusted Wald",
  csat: "CSAT = answers 4–5 of 5 / n × 100; 95 % Wilson",
  csi: "CSI = Σ importanceᵢ / Σ importance × scoreᵢ of 10 × 10, mean over answers; 95 % t",
} as const;

const sumOf = (groups: readonly AnswerGroup[], pick: (group: AnswerGroup) => number): number =>
  groups.reduce((sum, group) => sum + pick(group), 0);

const measure = ({ metric, groups, items }: Cluster): Measured => {
  if (metric === "csi") {
    const answers: readonly ItemAnswer[] = items.map((row) => ({
      answer: row.id,
      item: row.item,
      score: (row.score * 10) / row.scaleMax,
      importance: row.importance,
    }));
    const { items: parts, ...score } = csiOf(answers);
    return { ...score, polarity: null, parts: { items: parts.map((part) => ({ ...part })) } };
  }
  const n = sumOf(groups, (group) => group.n);
  if (metric === "csat") {
    const satisfied = sumOf(groups, (group) => group.satisfied);
    const polarity = { positive: satisfied, neutral: 0, negative: n - satisfied };
    return { ...shareOf(satisfied, n), polarity, parts: { satisfied } };
  }
  const [promoters, passives] = [sumOf(groups, (g) => g.promoters), sumOf(groups, (g) => g.passives)];
  const detractors = n - promoters - passives;
  const polarity = { positive: promoters, neutral: passives, negative: detractors };
  return { ...npsOf(promoters, passives, detractors), polarity, parts: { promoters, passives, detractors } };
};

const verdictOf = (now: Measured, before: Measured): Verdict | null => {
  if (now.polarity !== null && before.polarity !== null) return verdict(now.polarity, before.polarity);
  if (now.n < MIN_VERDICT || before.n < MIN_VERDICT || now.value === null || before.value === null) return null;
  const se = (m: Measured): number => ((m.high ?? 0) - (m.low ?? 0)) / 2 / Z;
  if (now.low === null || before.low === null) return null;
  const [d, half] = [now.value - before.value, Z * Math.hypot(se(now), se(before))];
  if (Math.abs(d) <= half) return "no significant change";
  return d > 0 ? "up" : "down";
};

/** The question of most answers comes first. */
const questionsOf = ({ groups, items }: Cluster): readonly string[] => {
  const counts = new Map<string, number>();
  for (const { question, n } of groups) counts.set(question, (counts.get(question) ?? 0) + n);
  for (const { question } of items) counts.set(question, (counts.get(question) ?? 0) + 1);
  return [...counts].toSorted((a, b) => b[1] - a[1]).map(([question]) => question);
};

export interface RowContext {
  readonly brand: string;
  readonly asOf: Instant | null;
  readonly frequent: readonly FrequentRow[];
  /** Clusters of the other population, for the warning. */
  readonly hasOtherPopulation: (cluster: Cluster) => boolean;
  readonly hasNote: (from: Instant, to: Instant) => boolean;
}

const frequentOf = ({ metric, population, wave }: Cluster, frequent: readonly FrequentRow[]): number =>
  frequent
    .filter((row) => row.metric === (metric === "enps" ? "nps" : metric) && row.population === population)
    .filter((row) => wave === null || row.wave === wave)
    .reduce((sum, row) => sum + row.respondents, 0);

export const rowOf = (cluster: Cluster, before: Cluster | null, context: RowContext): SurveyRow => {
  const now = measure(cluster);
  const earlier = before === null ? null : measure(before);
  const questions = questionsOf(cluster);
  const { metric, groups } = cluster;
  const [from, to] = [instant(cluster.first), instant(cluster.last)];
  const claimed = earlier === null ? null : verdictOf(now, earlier);
  const nps = metric === "nps" || metric === "enps";
  return {
    brand: context.brand,
    metric,
    population: cluster.population,
    wave: cluster.wave,
    segment: cluster.segment,
    question: questions[0] === "" ? null : (questions[0] ?? null),
    scale: { min: cluster.scaleMin, max: cluster.scaleMax },
    from,
    to,
    n: now.n,
    value: now.value,
    low: now.low,
    high: now.high,
    state: now.state,
    previous: earlier?.value ?? null,
    verdict: claimed,
    formula: FORMULAS[metric as keyof typeof FORMULAS],
    ...now.parts,
    band: nps ? npsBand(now.value, now.low) : null,
    warnings: [
      ...warningsOf({
        metric,
        n: now.n,
        passives: now.parts.passives ?? null,
        scaleMin: cluster.scaleMin,
        questions,
        questionBefore: before === null ? null : (questionsOf(before)[0] ?? null),
        otherPopulation: context.hasOtherPopulation(cluster),
        frequent: frequentOf(cluster, context.frequent),
        low: sumOf(groups, (group) => group.low),
        lowOpen: sumOf(groups, (group) => group.lowOpen),
        lowCommented: sumOf(groups, (group) => group.lowCommented),
        lowCommentedOpen: sumOf(groups, (group) => group.lowCommentedOpen),
        lostUnknown: false,
        withoutContext: (claimed === "up" || claimed === "down") && !context.hasNote(from, to),
      }),
    ],
    benchmarks: BENCHMARKS[metric].map((one) => ({ ...one })),
    asOf: context.asOf,
  };
};
