import {
  listAnswers,
  listBrands,
  listIncidents,
  listMentions,
  readCounts,
  readNsr,
  readRolling,
  readSurveys,
} from "@molva/aggregator";
import { instantOf, millisOf, type Brand, type Instant } from "@molva/contracts";
import type { DeskReads, RollingWindow } from "@molva/dashboards";
import { deskIncident } from "../alerts/desk-incident.ts";
import type { Runtime } from "../runtime.ts";
import { readTargetHealth } from "../read-target-health.ts";
import { targetKeys } from "../target-keys.ts";
import { latestVerification } from "../verify-runs.ts";

const HOUR_MS = 3_600_000;
const HOURS: Readonly<Record<RollingWindow, number>> = { "24h": 24, "7d": 168, "30d": 720, "90d": 2160 };

const INCIDENT_DAYS = 400;
const INCIDENTS_MOST = 300;
/** Nobody was to be told of these. */
const HIDDEN = new Set(["past", "inhibited", "planned", "muted"]);

/** Day of an instant on the zone's calendar, as `2026-01-31`. */
const dayIn = (zone: string): ((at: Instant) => string) => {
  const format = new Intl.DateTimeFormat("sv-SE", { timeZone: zone, dateStyle: "short" });
  return (at) => format.format(millisOf(at));
};

const cursorOf = (mention: { readonly id: string; readonly publishedAt: Instant }): string =>
  `${mention.publishedAt} ${mention.id}`;

const afterOf = (cursor: string | null): { readonly id: string; readonly publishedAt: Instant } | null => {
  const [publishedAt, id] = cursor?.split(" ") ?? [];
  return publishedAt === undefined || id === undefined ? null : { publishedAt: publishedAt as Instant, id };
};

/** What the page reads, over the store, the log and the crawlers' checkpoints. */
/** @param zone of the dates in incidents' lines, where a brand has none of its own; IANA */
export const deskReads = (runtime: Runtime, configured: readonly Brand[], zone = "UTC"): DeskReads => {
  const { store, checkpoints } = runtime;

  const brands = async () => {
    const stored = new Map((await listBrands(store)).map((brand) => [brand.id, brand]));
    const extent = (id: string) => ({ first: stored.get(id)?.first ?? null, last: stored.get(id)?.last ?? null });
    const known = new Set<string>(configured.map((brand) => brand.id));
    return [
      ...configured.map(({ id, title }) => ({ id, title, ...extent(id) })),
      // Brands that an import created.
      ...[...stored.values()].filter(({ id }) => !known.has(id)).map(({ id }) => ({ id, title: id, ...extent(id) })),
    ];
  };

  return {
    brands,
    headlines: async ({ window, now }) => {
      const to = Math.ceil(millisOf(now) / HOUR_MS) * HOUR_MS; // full hours: read from the buckets alone
      return readNsr(store, {
        brands: (await brands()).map((brand) => brand.id),
        from: instantOf(to - HOURS[window] * HOUR_MS),
        to: instantOf(to),
        window: null,
        step: null,
        by: null,
        tz: "UTC",
        asOf: null,
        horizon: await runtime.horizon(),
        adjusted: true,
      });
    },
    rolling: ({ brands: asked, window, from, to }) =>
      readRolling(store, { brands: asked, hours: HOURS[window], from, to }),
    days: async ({ brand, from, to, zone }) => {
      const day = dayIn(zone);
      const counted = await readCounts(store, {
        brand,
        from,
        to,
        tz: zone,
        step: "day",
        horizon: await runtime.horizon(),
      });
      return counted.map((row) => ({
        day: day(row.from),
        positive: row.positive,
        neutral: row.neutral,
        negative: row.negative,
        unscored: row.unscored,
      }));
    },
    health: async () => readTargetHealth(checkpoints, new Set(await targetKeys(configured))),
    surveys: ({ brand }) =>
      readSurveys(store, {
        brand,
        metric: null,
        wave: null,
        segment: null,
        bySegment: false,
        from: null,
        to: null,
        asOf: null,
      }),
    incidents: async ({ brand, open }) => {
      const now = millisOf(runtime.clock());
      const range = {
        brand,
        from: instantOf(now - INCIDENT_DAYS * 24 * HOUR_MS),
        to: instantOf(now + 24 * HOUR_MS),
        limit: INCIDENTS_MOST,
      };
      const found = await listIncidents(store, range);
      const shown = open
        ? found.filter(({ closedAt, held }) => closedAt === null && !HIDDEN.has(held ?? ""))
        : found.slice(0, INCIDENTS_MOST);
      if (shown.length === 0) return [];
      const answers = await listAnswers(store, brand);
      return shown.map((incident) => deskIncident(incident, found, answers, configured, zone));
    },
    mentions: async ({ brand, label, source, from, to, limit, cursor }) => {
      const mentions = await listMentions(store, {
        brand,
        label,
        source,
        from,
        to,
        limit: limit + 1,
        after: afterOf(cursor),
      });
      const page = mentions.slice(0, limit);
      const last = page.at(-1);
      return { mentions: page, next: mentions.length > limit && last !== undefined ? cursorOf(last) : null };
    },
    progress: async () => {
      const { running, pages, mentions } = runtime.rounds.state();
      return {
        crawl: { running, pages, mentions },
        lag: await runtime.lag(),
        horizon: await runtime.horizon(),
        verified: await latestVerification(store),
      };
    },
    subscribe: runtime.changes.listen,
  };
};
