import { instantOf, millisOf, type Instant, type NsrRow, type Store } from "@molva/contracts";
import { formatRate, type Locale } from "@molva/numbers";
import { addSteps, startOfStep } from "@molva/text";
import { collectedBetween, decisionsOf, hoursOf } from "./annotations-decisions.ts";
import { readNsr } from "./nsr.ts";

/** What the decisions of one day did to the rate of one day. Both rates are as-of reads: asked again, the digits are the same. */
export interface CorrectedDay {
  readonly brand: string;
  /** The day of publication, `[from, to)`. */
  readonly from: Instant;
  readonly to: Instant;
  /** The day on which people decided. */
  readonly decided: Instant;
  /** Decisions and undoings about mentions of that day. */
  readonly corrections: number;
  /** Mentions of that day that were collected, edited or gone in between: they moved the rate too. */
  readonly collected: number;
  readonly before: Pick<NsrRow, "n" | "nsr">;
  readonly after: Pick<NsrRow, "n" | "nsr">;
  readonly beforeAsOf: Instant;
  readonly afterAsOf: Instant;
}

const dayOf = (at: Instant, zone: string): string =>
  new Intl.DateTimeFormat("sv-SE", { timeZone: zone, dateStyle: "short" }).format(millisOf(at));

const said = (rate: CorrectedDay["before"], locale: Locale): string =>
  rate.nsr === null ? `n = ${rate.n}` : formatRate(rate.nsr, locale);

const plural = (count: number, forms: readonly [one: string, few: string, many: string]): string => {
  const form = new Intl.PluralRules("ru").select(count);
  return `${count} ${forms[form === "one" ? 0 : form === "few" ? 1 : 2]}`;
};

/** `NSR of 2026-11-12 changed from +18.0 to +21.4 after 40 corrections`. */
export const annotationText = (day: CorrectedDay, zone: string, locale: Locale): string => {
  const { from, before, after, corrections, collected } = day;
  const [date, old, now] = [dayOf(from, zone), said(before, locale), said(after, locale)];
  if (locale === "ru") {
    const also =
      collected === 0 ? "" : ` и ${plural(collected, ["нового наблюдения", "новых наблюдений", "новых наблюдений"])}`;
    return `NSR за ${date}: было ${old}, стало ${now} после ${plural(corrections, ["исправления", "исправлений", "исправлений"])}${also}`;
  }
  const also = collected === 0 ? "" : ` and ${collected} new ${collected === 1 ? "observation" : "observations"}`;
  return `NSR of ${date} changed from ${old} to ${now} after ${corrections} ${corrections === 1 ? "correction" : "corrections"}${also}`;
};

export interface CorrectedQuestion {
  readonly brand: string;
  /** Any moment of the day of decision. */
  readonly decided: Instant;
  /** IANA zone in which both days begin. */
  readonly zone: string;
  readonly horizon: Instant | null;
}

const sameCounts = (a: NsrRow, b: NsrRow): boolean =>
  a.positive === b.positive && a.neutral === b.neutral && a.negative === b.negative;

/**
 * What a brand's decisions of one day have changed, by day of publication; days whose numbers stayed are left out.
 * @throws {PipelineError} what the store throws.
 */
export const correctedDays = async (
  store: Store,
  { brand, decided, zone, horizon }: CorrectedQuestion,
): Promise<readonly CorrectedDay[]> => {
  const day = startOfStep(decided, "day", zone);
  const end = addSteps(day, 1, "day", zone);
  const until = Math.min(millisOf(end), horizon === null ? Infinity : millisOf(horizon) + 1);
  const decisions = await decisionsOf(store, { brand, from: millisOf(day), to: until });
  const [first, last] = [decisions[0], decisions.at(-1)];
  if (first === undefined || last === undefined) return [];
  const [beforeAsOf, afterAsOf] = [instantOf(first.known - 1), instantOf(last.known)];
  const dayAt = (hour: number): Instant => startOfStep(instantOf(hour), "day", zone);
  // A zone's midnight may fall into a UTC hour: its mentions belong to either day.
  const daysOf = (hour: number): readonly Instant[] => [...new Set([dayAt(hour), dayAt(hour + 3_599_999)])];
  const hours = await hoursOf(
    store,
    decisions.map(({ id }) => id),
  );
  const corrections = new Map<Instant, number>();
  for (const { id } of decisions) {
    for (const from of new Set((hours.get(id) ?? []).flatMap(daysOf)))
      corrections.set(from, (corrections.get(from) ?? 0) + 1);
  }
  const days = [...corrections.keys()].sort();
  const [from, start] = [days[0], days.at(-1)];
  if (from === undefined || start === undefined) return [];
  const to = addSteps(start, 1, "day", zone);
  const [lo, hi] = [Math.floor(millisOf(from) / 3_600_000) * 3600, Math.ceil(millisOf(to) / 3_600_000) * 3600];
  const between = { after: millisOf(beforeAsOf), until: millisOf(afterAsOf) };
  const collected = new Map<Instant, Set<string>>();
  for (const { id, hour } of await collectedBetween(store, { brand, lo, hi, ...between })) {
    for (const at of daysOf(hour)) collected.set(at, (collected.get(at) ?? new Set()).add(id));
  }
  const rowsAsOf = async (asOf: Instant): Promise<ReadonlyMap<Instant, NsrRow>> => {
    const ask = { brands: [brand], from, to, window: null, step: "day", by: null, tz: zone, asOf, horizon } as const;
    return new Map((await readNsr(store, ask)).map((row) => [row.from, row]));
  };
  const [before, after] = [await rowsAsOf(beforeAsOf), await rowsAsOf(afterAsOf)];
  return days.flatMap((at): readonly CorrectedDay[] => {
    const [old, now] = [before.get(at), after.get(at)];
    if (old === undefined || now === undefined || sameCounts(old, now)) return [];
    return [
      {
        brand,
        from: at,
        to: now.to,
        decided: day,
        corrections: corrections.get(at) ?? 0,
        collected: collected.get(at)?.size ?? 0,
        before: { n: old.n, nsr: old.nsr },
        after: { n: now.n, nsr: now.nsr },
        beforeAsOf,
        afterAsOf,
      },
    ];
  });
};
