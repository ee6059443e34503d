import type { Label, Probabilities } from "@molva/contracts";
import type { AdjustedConstants, Audit, Unit } from "./adjusted.ts";
import { weightsOf } from "./audit-weights.ts";
import {
  fitLean,
  foretold,
  inverse,
  leaned,
  quadratic,
  type Lean,
  type LogShares,
  type Seen,
  type Symmetric,
} from "./lean.ts";
import { logShares, meanShares, recalibrated, type Recalibration } from "./recalibrate.ts";

const LABEL_AT: Readonly<Record<Label, 0 | 1 | 2>> = { negative: 0, neutral: 1, positive: 2 };

interface Candidate {
  readonly rate: number;
  readonly se2: number;
  /** How well the audits fit it: log density. */
  readonly evidence: number;
}

/** The mean of the candidates, each by how well it fits, and the variance with what they differ by. */
export const averaged = (candidates: readonly Candidate[]): { readonly rate: number; readonly se2: number } => {
  const best = Math.max(...candidates.map((c) => c.evidence));
  const weights = candidates.map((c) => Math.exp(c.evidence - best));
  const total = weights.reduce((a, b) => a + b, 0);
  const mean = (of: (c: Candidate) => number): number =>
    candidates.reduce((sum, c, i) => sum + (weights[i] as number) * of(c), 0) / total;
  const rate = mean((c) => c.rate);
  return { rate, se2: mean((c) => c.se2 + (c.rate - rate) ** 2) };
};

/** Texts that tell of a unit's shares: more tell no more than `trusts` believe. */
const MOST_TEXTS = 400;

/** All that does not change from candidate to candidate. */
interface Known {
  readonly said: readonly LogShares[];
  readonly texts: readonly LogShares[];
  readonly usual: Probabilities;
  readonly inside: readonly Seen[];
  readonly others: readonly Seen[];
  readonly elsewhere: readonly { readonly seen: readonly Seen[]; readonly texts: readonly LogShares[] }[];
  readonly size: number;
  /** Variance of (truth − what the model says) over all audits, and how many they are. */
  readonly spread: number;
  readonly audits: number;
}

/** Audits of other brands, spread over all there are: they tell how far brands lean, which is asked no finer than this, and are read for every row. */
const MOST_ELSEWHERE = 300;

const NO_LEAN: Lean = [0, 0];
const plainShares = (said: LogShares): LogShares => leaned(said, NO_LEAN);

export const knownOf = (unit: Unit, audits: readonly Audit[], by: Recalibration, spread: number): Known => {
  const said = unit.said.map((p) => logShares(p, by));
  const step = Math.max(1, said.length / MOST_TEXTS);
  const texts = Array.from({ length: Math.min(said.length, MOST_TEXTS) }, (_, i) =>
    plainShares(said[Math.floor(i * step)] as LogShares),
  );
  const seenOf = (of: readonly Audit[], weights: readonly number[]): readonly Seen[] =>
    of.map((a, i) => ({
      said: logShares(a.said, by),
      label: LABEL_AT[a.label],
      weight: weights[i] as number,
    }));
  const own = (where: Audit["where"]): readonly Seen[] => {
    const of = audits.filter((a) => a.where === where);
    return seenOf(of, weightsOf(of, unit.strata));
  };
  const strange = audits.filter((audit) => audit.where === "elsewhere");
  const every = Math.ceil(strange.length / MOST_ELSEWHERE);
  const brands = new Map<string, Audit[]>();
  for (const audit of strange.filter((_, i) => i % every === 0)) {
    const list = brands.get(audit.brand) ?? [];
    list.push(audit);
    brands.set(audit.brand, list);
  }
  const elsewhere = [...brands.values()].map((list) => {
    const seen = seenOf(
      list,
      list.map(() => 1),
    );
    return { seen, texts: seen.map((one) => plainShares(one.said)) };
  });
  return {
    said,
    texts,
    usual: meanShares(audits.map((a) => recalibrated(a.said, by))) as Probabilities,
    inside: own("unit"),
    others: own("brand"),
    elsewhere,
    size: unit.size,
    spread,
    audits: audits.length,
  };
};

/** Standard deviations along negative–positive and along neutral–either → covariance of the lean. */
const covarianceOf = (lean: number, feeling: number): Symmetric => [
  (lean ** 2 + feeling ** 2) / 2,
  (feeling ** 2 - lean ** 2) / 2,
  (lean ** 2 + feeling ** 2) / 2,
];
const plus = ([a, b, c]: Symmetric, more: number): Symmetric => [a + more, b, c + more];

/** One estimate: how brands lean is supposed to be known; the brand's own lean is then as likely as its audits make it, and its window's around that. */
export const candidateOf = (
  known: Known,
  { lean, feeling, trust }: { readonly lean: number; readonly feeling: number; readonly trust: number },
  { drift, misfit }: AdjustedConstants,
): Candidate => {
  const { usual, inside, others, elsewhere } = known;
  const covariance = covarianceOf(lean, feeling);
  const prior = { mean: NO_LEAN, precision: inverse(covariance) };
  let evidence = 0;
  for (const { seen, texts } of elsewhere) {
    const question = { seen, prior, texts, usual, trust };
    evidence += foretold(question, fitLean(question));
  }
  // Within the lean of brands, not on top of it.
  const moves = Math.min(drift ** 2, lean ** 2 / 2, feeling ** 2 / 2);
  let [own, ownTrust] = [prior, trust];
  if (others.length > 0) {
    const ofBrand = { mean: NO_LEAN, precision: inverse(plus(covariance, -moves)) };
    const texts = others.map((one) => plainShares(one.said));
    const question = { seen: others, prior: ofBrand, texts, usual, trust };
    const fitted = fitLean(question);
    evidence += foretold(question, fitted);
    own = { mean: fitted.lean, precision: inverse(plus(fitted.covariance, moves)) };
    ownTrust = 0;
  }
  const question = { seen: inside, prior: own, texts: known.texts, usual, trust: ownTrust };
  const fitted = fitLean(question);
  evidence += foretold(question, fitted);
  let [rate, spread, g0, g1] = [0, 0, 0, 0];
  for (const said of known.said) {
    const p = leaned(said, fitted.lean);
    const s = p[2] - p[0];
    rate += s;
    spread += p[0] + p[2] - s * s;
    g0 -= p[0] * (1 + s);
    g1 += p[2] * (1 - s);
  }
  const n = known.said.length;
  const gradient: Lean = [g0 / n, g1 / n];
  // What was audited in the unit is known; only the rest is estimated.
  const share = Math.min(1, inside.length / known.size);
  const left = inside.reduce((sum, { said, label }) => {
    const p = leaned(said, fitted.lean);
    return sum + (label - 1) - (p[2] - p[0]);
  }, 0);
  const ofLean = quadratic(fitted.covariance, gradient);
  const before = quadratic(covariance, gradient);
  const open = before === 0 ? 1 : Math.min(1, ofLean / before);
  return {
    rate: rate / n + left / known.size,
    se2:
      (1 - share) ** 2 * ofLean +
      ((1 - share) * spread) / n / known.size +
      (open ** 2 * known.spread) / known.audits +
      (open * misfit) ** 2,
    evidence,
  };
};
