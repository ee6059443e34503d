import { setImmediate as turn } from "node:timers/promises";
import {
  countMentions,
  dangerIn,
  listAnswers,
  listBrands,
  readMarks,
  readWatchSteps,
  saveAlerts,
  saveIncidents,
  WATCH_START,
  WATCH_STEP_MS,
} from "@molva/aggregator";
import { ALERTS, brandIdSchema, instantOf, millisOf, type Brand, type Instant } from "@molva/contracts";
import type { Config } from "@molva/platform";
import type { Runtime } from "../runtime.ts";
import { targetKeys } from "../target-keys.ts";
import { createConditions, unwellOf, type Conditions } from "./conditions.ts";
import { lookAtBrand } from "./look-at-brand.ts";
import { precisionOf } from "./precision.ts";
import { rulesOf } from "./rules-of.ts";
import { emptyMemory, readMemory, readOnCall, readPlanned, writeMemory, type WatchMemory } from "./watch-memory.ts";
import { toldIncidents } from "./told-incidents.ts";

/** What is usual is learned from so much history, when nothing is remembered yet. */
export const HISTORY_DAYS = 42;
const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;

export interface WatchParts {
  readonly runtime: Runtime;
  readonly config: Config;
  readonly signal?: AbortSignal;
  /** Called between any two steps that leave something behind; tests kill the process there. */
  readonly onStep?: (step: "decided" | "told" | "remembered") => void;
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

/** What is the same for every brand of one look. */
interface Moment {
  readonly now: Instant;
  readonly asOf: Instant | null;
  readonly planned: Awaited<ReturnType<typeof readPlanned>>;
  /** The channels that are on call; none: all are told. */
  readonly channels: readonly string[];
  readonly found: Conditions;
  /** Whether it is also looked whether the history behind what was learned has changed. */
  readonly thorough: boolean;
}

const onCallAt = async ({ runtime }: WatchParts, now: Instant): Promise<readonly string[]> =>
  (await readOnCall(runtime.checkpoints))
    .filter(({ from, until }) => from <= now && now < until)
    .map(({ channel }) => channel);

const hoursAgo = (now: Instant, ms: number): Instant => instantOf(Math.floor((millisOf(now) - ms) / HOUR_MS) * HOUR_MS);

export const createWatch = (parts: WatchParts) => {
  const { runtime, config, onStep } = parts;
  const { store, checkpoints, bus, clock, log, metrics } = runtime;
  const danger = dangerIn(config.alerts.words);
  const rules = rulesOf(config);
  const readFound = createConditions({
    store,
    checkpoints,
    crawled: async () => new Set(await targetKeys(config.brands)),
  });
  /** Of each brand, how its last hours stood when it was last looked at. */
  let marks = new Map<string, string>();
  let found: Conditions | null = null;
  let brands: readonly Brand[] = [];
  const open = new Map<string, number>();

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

  const lookAt = async (brand: Brand, first: Instant, about: Moment): Promise<void> => {
    const { now, asOf, planned, channels } = about;
    const remembered = await readMemory(checkpoints, brand.id);
    const memory = about.thorough || remembered === null ? await memoryFor(brand, remembered, first, now) : remembered;
    const to = instantOf(Math.ceil(millisOf(now) / WATCH_STEP_MS) * WATCH_STEP_MS);
    const range = { brands: [brand.id], from: memory.upTo, to, step: WATCH_STEP_MS, asOf: null };
    const steps = (await readWatchSteps(store, range)).get(brand.id) ?? [];
    const looked = await lookAtBrand({
      runtime,
      brand,
      memory,
      steps,
      conditions: about.found.signals.get(brand.id) ?? [],
      circumstances: {
        brandId: brand.id,
        now,
        zone: brand.timezone ?? config.timezone,
        rules,
        answers: await listAnswers(store, brand.id),
        planned,
      },
      danger,
      fresh: config.alerts.fresh,
      asOf,
      unwell: unwellOf(about.found.health, brand.id, now),
      channels,
      first: remembered === null || memory.state === WATCH_START,
    });
    // Told first, remembered after: killed in between, the same is decided again, under the same ids.
    if (looked.alerts.length > 0) {
      onStep?.("decided");
      await bus.publish(ALERTS, "live", looked.alerts);
      onStep?.("told");
      await saveAlerts(store, looked.alerts);
      for (const { alertId, event, severity, kind } of looked.alerts)
        log.info("alert", { alert: alertId, event, severity, kind });
    }
    const before = new Map((remembered?.incidents ?? []).map((one) => [one.id, JSON.stringify(one)] as const));
    const changed = looked.memory.incidents.filter((one) => before.get(one.id) !== JSON.stringify(one));
    await saveIncidents(store, toldIncidents(changed, brand, config.timezone), now);
    const { since, upTo } = looked.memory;
    const moved = memory !== remembered || upTo !== memory.upTo;
    // Counted on from what was remembered, so that many small changes of history add up to one that is seen.
    const counted = memory === remembered ? memory : { upTo: since, seen: 0 };
    const seen = moved ? counted.seen + (await countMentions(store, brand.id, counted.upTo, upTo)) : memory.seen;
    await writeMemory(checkpoints, brand.id, { ...looked.memory, seen }, remembered);
    if (looked.alerts.length > 0) onStep?.("remembered");
    open.set(
      brand.id,
      looked.memory.incidents.filter(({ closedAt, held }) => closedAt === null && held !== "past").length,
    );
  };

  const momentNow = async (thorough: boolean): Promise<Moment> => {
    const now = clock();
    const asOf = await runtime.horizon();
    if (thorough || found === null) {
      brands = await watchedBrands(parts);
      found = await readFound(
        brands.map(({ id }) => id),
        now,
        asOf,
      );
    }
    const [planned, channels] = [await readPlanned(checkpoints), await onCallAt(parts, now)];
    return { now, asOf, planned, channels, found, thorough };
  };

  const tellMetrics = async (now: Instant, thorough: boolean): Promise<void> => {
    metrics?.set(
      "molva_incidents_open",
      {},
      [...open.values()].reduce((sum, count) => sum + count, 0),
    );
    metrics?.set("molva_alerts_last_look_timestamp_seconds", {}, millisOf(now) / 1000);
    if (metrics === null || !thorough) return;
    const { useful, judged } = precisionOf(await listAnswers(store, null));
    metrics.set("molva_alerts_judged", { answer: "useful" }, useful);
    metrics.set("molva_alerts_judged", { answer: "not-useful" }, judged - useful);
  };

  /** Only what was counted anew in the hours that an alert may still tell of: an import of last year is none of it. */
  const lookAtChanged = async (): Promise<void> => {
    const marksNow = await readMarks(store, hoursAgo(clock(), config.alerts.fresh));
    const changed = [...marksNow].filter(([id, mark]) => marks.get(id) !== mark).map(([id]) => id);
    if (changed.length === 0) return;
    const about = await momentNow(false);
    for (const id of changed) {
      parts.signal?.throwIfAborted();
      const brand = brands.find((one) => one.id === id);
      // One that is new to the store waits for the look at all.
      if (brand !== undefined) await lookAt(brand, about.now, about);
      marks.set(id, marksNow.get(id) ?? "");
      await turn();
    }
    await tellMetrics(about.now, false);
  };

  /** @param urgent whether something has changed since: then that goes first, between any two brands */
  const lookAtAll = async (urgent: () => boolean): Promise<void> => {
    const about = await momentNow(true);
    const stands = new Map(await readMarks(store, hoursAgo(about.now, config.alerts.fresh)));
    const firsts = new Map((await listBrands(store)).map(({ id, first }) => [id, first] as const));
    for (const brand of brands) {
      parts.signal?.throwIfAborted();
      const first = firsts.get(brand.id) ?? null;
      if (first === null) continue; // of a brand that has no mention nothing is usual
      await lookAt(brand, first, { ...about, now: clock() });
      const mark = stands.get(brand.id);
      if (mark !== undefined) marks.set(brand.id, mark);
      await turn();
      if (urgent()) await lookAtChanged();
    }
    marks = new Map([...marks].filter(([id]) => stands.has(id)));
    await tellMetrics(about.now, true);
  };

  return {
    /** One look at every brand. Resolves when what is due stands in the log. */
    look: async (urgent: () => boolean = () => false): Promise<void> => lookAtAll(urgent),
    /** One look at the brands whose last hours were counted anew since the last look. */
    lookAtChanged,
  };
};
