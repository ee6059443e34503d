import { readAudits, readNsr, type AuditedMention } from "@molva/aggregator";
import type { Label } from "@molva/contracts";
import { ADJUSTED, auditsFor, halfWidthAfter, kappa, USUAL_VARIANCE } from "@molva/numbers";
import type { Runtime } from "../runtime.ts";

/** So many more: what an afternoon, a day and a week of reading buy. */
const MORE = [30, 100, 300] as const;
/** Widths that people ask for, in points to either side. */
const WANTED = [10, 5, 3] as const;

const VALUE: Readonly<Record<Label, number>> = { negative: -1, neutral: 0, positive: 1 };

export interface AuditStanding {
  readonly brand: string;
  /** Null: all sources. */
  readonly source: string | null;
  /** Mentions with a label. */
  readonly n: number;
  readonly audits: number;
  /** Share of the audits, in percent, on which the model says what the people say; null without audits. */
  readonly agreement: number | null;
  /** (P − N) / n of people minus that of the model over the audits, in points: which way the model errs. */
  readonly bias: number | null;
  /** Of two people on the same mentions; null where none was audited twice. */
  readonly kappa: number | null;
  readonly auditedTwice: number;
  /** Half-width in points of the corrected rate over all these mentions, at so many audits; null while too few correct anything. */
  readonly halfWidth: number | null;
  /** Half-width in points with so many audits more, as far as there are mentions. */
  readonly more: readonly { readonly audits: number; readonly halfWidth: number }[];
  /** Audits in all for ±10, ±5 and ±3 points. */
  readonly needed: readonly { readonly halfWidth: number; readonly audits: number }[];
}

const pairsOf = (audits: readonly AuditedMention[]): readonly (readonly [Label, Label])[] =>
  audits.flatMap(({ by }) =>
    by.flatMap((one, i) => by.slice(i + 1).map((other): readonly [Label, Label] => [one.label, other.label])),
  );

/** Variance of what the model gets wrong; what is usual where audits are too few to tell. */
const spreadOf = (audits: readonly AuditedMention[]): number => {
  if (audits.length < ADJUSTED.least) return USUAL_VARIANCE;
  const wrong = audits.map(({ said, label }) => VALUE[label] - (said.positive - said.negative));
  const mean = wrong.reduce((a, b) => a + b, 0) / wrong.length;
  return wrong.reduce((sum, x) => sum + (x - mean) ** 2, 0) / (wrong.length - 1);
};

const standingOf = (
  brand: string,
  source: string | null,
  n: number,
  audits: readonly AuditedMention[],
): AuditStanding => {
  const count = audits.length;
  const pairs = pairsOf(audits);
  const spread = spreadOf(audits);
  const bias = audits.reduce((sum, { label, given }) => sum + VALUE[label] - VALUE[given], 0) / count;
  return {
    brand,
    source,
    n,
    audits: count,
    agreement: count === 0 ? null : (100 * audits.filter(({ label, given }) => label === given).length) / count,
    bias: count === 0 ? null : bias * 100,
    kappa: kappa(pairs),
    auditedTwice: audits.filter(({ by }) => by.length > 1).length,
    halfWidth: count < ADJUSTED.least ? null : halfWidthAfter(count, n, spread) * 100,
    more: MORE.filter((more) => count + more <= n).map((more) => ({
      audits: more,
      halfWidth: halfWidthAfter(count + more, n, spread) * 100,
    })),
    needed: WANTED.map((half) => ({ halfWidth: half, audits: Math.min(n, auditsFor(half / 100, n, spread)) })),
  };
};

/** Per brand, then per source of it, as of what is applied now. */
export const auditStandings = async (
  runtime: Runtime,
  brands: readonly string[],
): Promise<readonly AuditStanding[]> => {
  const horizon = await runtime.horizon();
  const ask = { brands, from: null, to: null, window: null, step: null, tz: "UTC", asOf: null, horizon } as const;
  const all = await readNsr(runtime.store, { ...ask, by: null });
  const sources = await readNsr(runtime.store, { ...ask, by: "source" });
  const audits = await readAudits(runtime.store, { brands });
  return all.flatMap((row) => {
    const own = audits.filter(({ brand }) => brand === row.brand);
    return [
      standingOf(row.brand, null, row.n, own),
      ...sources
        .filter(({ brand }) => brand === row.brand)
        .map(({ source = "", n }) =>
          standingOf(
            row.brand,
            source,
            n,
            own.filter((audit) => audit.source === source),
          ),
        ),
    ];
  });
};
