import { setImmediate as turn } from "node:timers/promises";
import {
  countMentions,
  dangerIn,
  listAnswers,
  listBrands,
  readWatchSteps,
  saveAlerts,
  saveIncidents,
  WATCH_START,
  WATCH_STEP_MS,
} from "@molva/aggregator";
import { ALERTS, brandIdSchema, instantOf, millisOf, type Brand, type Incident, type Instant } from "@molva/contracts";
import type { Config } from "@molva/platform";
import type { Runtime } from "../runtime.ts";
import { readConditions, unwellOf, type Conditions } from "./conditions.ts";
import { lookAtBrand } from "./look-at-brand.ts";
import { rulesOf } from "./rules-of.ts";
import { emptyMemory, readMemory, readOnCall, readPlanned, writeMemory, type WatchMemory } from "./watch-memory.ts";
import { toldIncidents } from "./told-incidents.ts";

/** What is usual is learned from so much history, when nothing is remembered yet. */
export const HISTORY_DAYS = 42;
const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;
/** Level, ratings and drift move slowly; silence by the hour. */
const CONDITIONS_MS = 5 * 60_000;

export interface WatchParts {
  readonly runtime: Runtime;
  readonly config: Config;
  readonly signal?: AbortSignal;
}

const historyStart = (now: Instant): Instant =>
  instantOf(Math.floor((millisOf(now) - HISTORY_DAYS * DAY_MS) / HOUR_MS) * HOUR_MS);

/** The configured brands, and those that an import made. */
export const watchedBrands = async ({ runtime, config }: WatchParts): Promise<readonly Brand[]> => {
  const known = new Set<string>(config.brands.map(({ id }) => id));
  const imported = (await listBrands(runtime.store)).filter(({ id }) => !known.has(id));
  return [
    ...config.brands,
    ...imported.map(({ id }) => ({ id: brandIdSchema.parse(id), title: id, query: null, timezone: null, targets: [] })),
  ];
};

/** Who is told now: the channel that is on call, else all. */
const channelsNow = async ({ runtime }: WatchParts, now: Instant): Promise<readonly string[]> =>
  (await readOnCall(runtime.checkpoints))
    .filter(({ from, until }) => from <= now && now < until)
    .map(({ channel }) => channel);

export const createWatch = (parts: WatchParts) => {
  const { runtime, config } = parts;
  const { store, checkpoints, bus, clock, log, metrics } = runtime;
  const danger = dangerIn(config.alerts.words);
  const rules = rulesOf(config);
  let conditions: (Conditions & { readonly at: Instant }) | null = null;

  const conditionsNow = async (brands: readonly Brand[], now: Instant): Promise<Conditions> => {
    if (conditions === null || millisOf(now) - millisOf(conditions.at) >= CONDITIONS_MS) {
      const ids = brands.map(({ id }) => id);
      conditions = {
        ...(await readConditions({ store, checkpoints, brands: ids, now, horizon: await runtime.horizon() })),
        at: now,
      };
    }
    return conditions;
  };

  /**
   * What is remembered, or nothing where the history behind it has changed: an import of last month teaches anew what is usual. What
   * comes before a brand's first mention is not known to be calm, so nothing is learned from it.
   */
  const memoryFor = async (
    brand: Brand,
    remembered: WatchMemory | null,
    first: Instant,
    now: Instant,
  ): Promise<WatchMemory> => {
    const start = historyStart(now);
    const since = instantOf(Math.floor(Math.max(millisOf(first), millisOf(start)) / HOUR_MS) * HOUR_MS);
    if (remembered === null) return emptyMemory(since, []);
    const stands = await countMentions(store, brand.id, remembered.since, remembered.upTo);
    const changed = Math.abs(stands - remembered.seen) > Math.max(20, remembered.seen * 0.05);
    const earlier = since < remembered.since && (await countMentions(store, brand.id, since, remembered.since)) > 20;
    return changed || earlier ? emptyMemory(since, remembered.incidents) : remembered;
  };

  const lookAt = async (
    brand: Brand,
    first: Instant,
    now: Instant,
    found: Conditions,
  ): Promise<readonly Incident[]> => {
    const remembered = await readMemory(checkpoints, brand.id);
    const memory = await memoryFor(brand, remembered, first, now);
    const to = instantOf(Math.ceil(millisOf(now) / WATCH_STEP_MS) * WATCH_STEP_MS);
    const range = { brands: [brand.id], from: memory.upTo, to, step: WATCH_STEP_MS, asOf: null };
    const steps = (await readWatchSteps(store, range)).get(brand.id) ?? [];
    const answers = await listAnswers(store, brand.id);
    const looked = await lookAtBrand({
      runtime,
      brand,
      memory,
      steps,
      conditions: found.signals.get(brand.id) ?? [],
      circumstances: {
        brandId: brand.id,
        now,
        zone: brand.timezone ?? config.timezone,
        rules,
        answers,
        planned: await readPlanned(checkpoints),
      },
      danger,
      fresh: config.alerts.fresh,
      asOf: await runtime.horizon(),
      unwell: unwellOf(found.health, brand.id, now),
      channels: await channelsNow(parts, now),
      first: remembered === null || memory.state === WATCH_START,
    });
    // Told first, remembered after: killed in between, the same is decided again, under the same ids.
    if (looked.alerts.length > 0) {
      await saveAlerts(store, looked.alerts);
      await bus.publish(ALERTS, "live", looked.alerts);
      for (const { alertId, event, severity, kind } of looked.alerts)
        log.info("alert", { alert: alertId, event, severity, kind });
    }
    const before = new Map((remembered?.incidents ?? []).map((one) => [one.id, JSON.stringify(one)] as const));
    const changed = looked.memory.incidents.filter((one) => before.get(one.id) !== JSON.stringify(one));
    await saveIncidents(store, toldIncidents(changed, brand, config.timezone), now);
    const { since, upTo } = looked.memory;
    // Counted on from what was remembered, so that many small changes of history add up to one that is seen.
    const counted = memory === remembered ? memory : { upTo: since, seen: 0 };
    const seen = counted.seen + (await countMentions(store, brand.id, counted.upTo, upTo));
    await writeMemory(checkpoints, brand.id, { ...looked.memory, seen }, remembered);
    return looked.memory.incidents.filter(({ closedAt }) => closedAt === null);
  };

  return {
    /** One look at every brand. Resolves when what is due stands in the log. */
    look: async (): Promise<void> => {
      const now = clock();
      const brands = await watchedBrands(parts);
      const firsts = new Map((await listBrands(store)).map(({ id, first }) => [id as string, first] as const));
      const found = await conditionsNow(brands, now);
      let open = 0;
      for (const brand of brands) {
        parts.signal?.throwIfAborted();
        const begin = firsts.get(brand.id) ?? null;
        if (begin === null) continue; // of a brand that has no mention nothing is usual
        open += (await lookAt(brand, begin, now, found)).filter(({ held }) => held !== "past").length;
        await turn();
      }
      metrics?.set("molva_incidents_open", {}, open);
      metrics?.set("molva_alerts_last_look_timestamp_seconds", {}, millisOf(now) / 1000);
    },
  };
};
