import type { Label, ListedMention, NsrRow, RollingPoint, SurveyRow, TargetHealth } from "@molva/contracts";
import { instantOf, type Instant } from "@molva/contracts";
import type { DayCounts, DeskIncident, DeskReads } from "@molva/dashboards";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** The clock of every test: nothing here reads another. */
export const NOW = instantOf(Date.UTC(2026, 10, 20, 12, 34, 0));
const LAST_HOUR = Math.floor(Date.parse(NOW) / HOUR) * HOUR;
const HOURS = 90 * 24;

/** Two and a half days in which Aurora Bank was not heard of at all: its crawler was dead. */
export const SILENCE = { from: LAST_HOUR - 34 * DAY, to: LAST_HOUR - 31.5 * DAY };
const BAD_WEEK = { from: LAST_HOUR - 20 * DAY, to: LAST_HOUR - 13 * DAY };

/** A small linear congruential generator, so that the same pictures come out every time. */
const generator = (seed: number): (() => number) => {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
};

interface Hour {
  readonly positive: number;
  readonly neutral: number;
  readonly negative: number;
  readonly unscored: number;
}
const NOTHING: Hour = { positive: 0, neutral: 0, negative: 0, unscored: 0 };

interface BrandPlan {
  readonly id: string;
  readonly title: string;
  readonly seed: number;
  /** Mentions an hour, on average. */
  readonly pace: number;
  readonly mood: number;
}
const PLANS: readonly BrandPlan[] = [
  { id: "aurora-bank", title: "Aurora Bank", seed: 7, pace: 1.4, mood: 0.58 },
  { id: "polyana", title: "Кофейня «Поляна»", seed: 11, pace: 0.17, mood: 0.66 },
  { id: "kite-mobile", title: "Kite Mobile", seed: 23, pace: 0.035, mood: 0.3 },
];

const add = (a: Hour, b: Hour): Hour => ({
  positive: a.positive + b.positive,
  neutral: a.neutral + b.neutral,
  negative: a.negative + b.negative,
  unscored: a.unscored + b.unscored,
});

const hoursOf = ({ id, seed, pace, mood }: BrandPlan): readonly Hour[] => {
  const random = generator(seed);
  return Array.from({ length: HOURS }, (_, index) => {
    const at = LAST_HOUR - (HOURS - 1 - index) * HOUR;
    const bad = id === "aurora-bank" && at >= BAD_WEEK.from && at < BAD_WEEK.to;
    const silent = id === "aurora-bank" && at >= SILENCE.from && at < SILENCE.to;
    const day = 0.4 + 1.2 * Math.max(0, Math.sin(((new Date(at).getUTCHours() - 6) / 18) * Math.PI));
    let hour = NOTHING;
    for (let chance = pace * day * (bad ? 2 : 1); chance > 0 && !silent; chance -= 1) {
      if (random() >= Math.min(1, chance)) continue;
      const roll = random();
      const good = bad ? 0.12 : mood + 0.08 * Math.sin(index / 170);
      const label =
        random() < 0.04 ? "unscored" : roll < good ? "positive" : roll < good + 0.16 ? "neutral" : "negative";
      hour = { ...hour, [label]: hour[label] + 1 };
    }
    return hour;
  });
};

const clamp = (value: number): number => Math.max(-100, Math.min(100, value));

/** Rates of counts, by the formulas that PRODUCT.md prints. */
const rated = (sum: Hour): Omit<RollingPoint, "brand" | "at"> => {
  const { positive: p, neutral: u, negative: m } = sum;
  const n = p + u + m;
  const state = n === 0 ? "empty" : n < 10 ? "counts-only" : n < 30 ? "low-base" : "ok";
  if (n < 10)
    return { ...sum, n, nsr: null, low: null, high: null, nsrPolar: null, polarLow: null, polarHigh: null, state };
  const [pa, ma, na] = [p + 0.75, m + 0.75, n + 3];
  const d = (pa - ma) / na;
  const se = Math.sqrt((pa / na + ma / na - d * d) / na);
  const polar = p + m;
  const share = polar === 0 ? 0 : p / polar;
  const z = 1.96;
  const middle = (share + (z * z) / (2 * polar)) / (1 + (z * z) / polar);
  const half = (z * Math.sqrt((share * (1 - share)) / polar + (z * z) / (4 * polar * polar))) / (1 + (z * z) / polar);
  return {
    ...sum,
    n,
    state,
    nsr: ((p - m) / n) * 100,
    low: clamp((d - 1.96 * se) * 100),
    high: clamp((d + 1.96 * se) * 100),
    nsrPolar: polar === 0 ? null : (2 * share - 1) * 100,
    polarLow: polar === 0 ? null : clamp((2 * (middle - half) - 1) * 100),
    polarHigh: polar === 0 ? null : clamp((2 * (middle + half) - 1) * 100),
  };
};

const WINDOW_HOURS = { "24h": 24, "7d": 168, "30d": 720, "90d": 2160 } as const;

const TEXTS: readonly (readonly [Label, string | null, string])[] = [
  [
    "positive",
    "Opened an account over lunch",
    "The whole thing took ten minutes and nobody called me afterwards. The card came two days later by courier, and the limit I asked for was simply there.",
  ],
  [
    "negative",
    "Приложение не открывается",
    "С утра пятницы не могу войти: крутится колесо, потом белый экран. В чате просят переустановить, переустановил трижды.",
  ],
  ["neutral", null, "Does anyone know whether the branch on the embankment is open on Saturdays?"],
  [
    "positive",
    "Вежливо и быстро",
    "Пришёл менять карту, ждал минуты три. Девушка на кассе всё объяснила и ещё подсказала, как отключить платные сообщения.",
  ],
  [
    "negative",
    "Charged twice, refunded once",
    "Two identical payments for one order. One came back after a week of letters; about the other they write that it was never made, although both stand in the statement. I have sent the statement four times now. Each time another person answers, each time from the beginning, and each time the answer ends with a wish for a pleasant day. I do not want a pleasant day, I want the second payment back, and somebody who reads what I wrote before.",
  ],
  ["positive", null, "Лучший флэт уайт в районе, и играют не попсу."],
];

const mentionsOf = (brand: string): readonly ListedMention[] =>
  Array.from({ length: 57 }, (_, index) => {
    const [label, title, text] = TEXTS[index % TEXTS.length] ?? ["neutral", null, ""];
    const person = index === 3;
    return {
      id: `${brand}-${String(index).padStart(4, "0")}`,
      brand,
      source: index % 4 === 0 ? "rss" : "web-reviews",
      kind: "review",
      publishedAt: instantOf(Date.parse(NOW) - index * 3.3 * HOUR - 1_000_000),
      precision: index % 5 === 4 ? "day" : "minute",
      label: index === 8 ? "unscored" : label,
      confidence: person || index === 8 ? null : 0.61 + ((index * 7) % 37) / 100,
      provenance: person ? "person:Marina" : "linear@1",
      onEarlierText: person,
      rating: index % 3 === 0 ? null : label === "positive" ? 5 : label === "negative" ? 1 : 3,
      ratingMax: index % 3 === 0 ? null : 5,
      language: "en",
      region: null,
      topics: index % 2 === 0 ? [{ topic: "delivery", label: "negative" }] : [],
      title,
      text: index === 8 ? "" : index === 10 ? null : text,
      url: `https://reviews.example/${brand}/${String(index)}`,
    };
  });

const healthy: Omit<TargetHealth, "target" | "source" | "title" | "brands"> = {
  state: "ok",
  lastAttemptAt: instantOf(Date.parse(NOW) - 6 * 60_000),
  lastSuccessAt: instantOf(Date.parse(NOW) - 6 * 60_000),
  lastNewMentionAt: instantOf(Date.parse(NOW) - 18 * 60_000),
  pages: 12,
  new: 3,
  changed: 1,
  unchanged: 214,
  removed: 0,
  errors: 0,
  errorCode: null,
  errorMessage: null,
  consecutiveFailures: 0,
  nextAttemptAt: instantOf(Date.parse(NOW) + 9 * 60_000),
  blockedSince: null,
  errorsByCode: {},
  unreadable: 0,
  got: 21,
  expected: 24,
  quiet: false,
  publicRating: null,
};

export const HEALTH: readonly TargetHealth[] = [
  {
    ...healthy,
    target: "a",
    source: "web-reviews",
    title: "https://reviews.example/aurora-bank",
    brands: ["aurora-bank"],
  },
  {
    ...healthy,
    target: "b",
    source: "rss",
    title: "https://news.example/feed.xml",
    brands: ["aurora-bank", "polyana", "kite-mobile"],
    new: 0,
  },
  {
    ...healthy,
    target: "c",
    source: "web-reviews",
    title: "https://forum.example/banks?sort=new",
    brands: ["aurora-bank"],
    state: "failing",
    new: 0,
    unchanged: 0,
    errors: 1,
    pages: 1,
    lastSuccessAt: instantOf(Date.parse(NOW) - 52 * HOUR),
    errorCode: "SOURCE_LAYOUT_CHANGED",
    errorMessage:
      "The page answers, but holds no review where reviews stood before. Look at the page; if it is a new layout, update the source.",
    consecutiveFailures: 9,
  },
  { ...healthy, target: "d", source: "web-reviews", title: "https://reviews.example/polyana", brands: ["polyana"] },
];

const spike: DeskIncident = {
  id: "incident-spike",
  brand: "aurora-bank",
  kind: "negative-spike",
  severity: "critical",
  reasons: ["size", "safety"],
  source: null,
  line: {
    en: "Aurora Bank: 38 negative mentions in 6 hours, usually about 6",
    ru: "Aurora Bank: 38 негативных упоминаний за 6 часов, обычно около 6",
  },
  since: instantOf(Date.parse(NOW) - 7 * HOUR),
  until: instantOf(Date.parse(NOW) - HOUR),
  closedAt: null,
  observed: 38,
  expected: 6.2,
  hours: 6,
  share: { value: 62.3, low: 50, high: 73.5 },
  usualShare: 18,
  toldAt: instantOf(Date.parse(NOW) - 6 * HOUR),
  messages: 2,
  held: null,
  joins: null,
  muted: false,
  taken: { by: "Olga", at: instantOf(Date.parse(NOW) - 5 * HOUR) },
  resolved: null,
  useful: 2,
  notUseful: 0,
};

/** One that is open, a part of it, one that waited for the digest, and one from before anybody watched. */
export const INCIDENTS: readonly DeskIncident[] = [
  spike,
  {
    ...spike,
    id: "incident-part",
    kind: "topic-surge",
    severity: "warning",
    line: { en: "Aurora Bank, Delivery: 17 negative mentions", ru: "Aurora Bank, Доставка: 17 негативных упоминаний" },
    held: "inhibited",
    joins: spike.line,
    toldAt: null,
    messages: 0,
    taken: null,
    useful: 0,
  },
  {
    ...spike,
    id: "incident-week",
    severity: "warning",
    reasons: ["size"],
    line: { en: "Aurora Bank: 21 negative mentions in 1 hour", ru: "Aurora Bank: 21 негативное упоминание за 1 час" },
    since: instantOf(BAD_WEEK.from),
    until: instantOf(BAD_WEEK.from + 30 * HOUR),
    closedAt: instantOf(BAD_WEEK.from + 36 * HOUR),
    held: "budget",
    toldAt: null,
    messages: 0,
    taken: null,
    useful: 0,
  },
  {
    ...spike,
    id: "incident-past",
    severity: "warning",
    line: { en: "Aurora Bank: 12 negative mentions", ru: "Aurora Bank: 12 негативных упоминаний" },
    since: instantOf(SILENCE.from - 100 * HOUR),
    until: instantOf(SILENCE.from - 90 * HOUR),
    closedAt: instantOf(SILENCE.from - 84 * HOUR),
    held: "past",
    toldAt: null,
    messages: 0,
    taken: null,
    useful: 0,
  },
];

/** Reads in memory that a test may change: what it changes, it tells by `touch`. */
export interface FixtureReads extends DeskReads {
  progressNow: Awaited<ReturnType<DeskReads["progress"]>>;
  mentionsNow: Readonly<Record<string, readonly ListedMention[]>>;
  healthNow: readonly TargetHealth[];
  surveysNow: readonly SurveyRow[];
  incidentsNow: readonly DeskIncident[];
  fails: Error | null;
  asked: string[];
  touch(): void;
  listeners(): number;
}

export const createFixture = ({ empty = false }: { readonly empty?: boolean } = {}): FixtureReads => {
  const hours = new Map(
    PLANS.map((plan) => [plan.id, empty ? Array.from({ length: HOURS }, () => NOTHING) : hoursOf(plan)] as const),
  );
  const listeners = new Set<() => void>();
  const sum = (brand: string, at: number, length: number): Hour => {
    const all = hours.get(brand) ?? [];
    const end = all.length - 1 - Math.round((LAST_HOUR - at) / HOUR);
    return all.slice(Math.max(0, end - length), Math.max(0, end)).reduce(add, NOTHING);
  };
  const reads: FixtureReads = {
    progressNow: {
      crawl: { running: false, pages: empty ? 0 : 48, mentions: empty ? 0 : 3207 },
      lag: 0,
      horizon: empty ? null : NOW,
    },
    mentionsNow: Object.fromEntries(PLANS.map(({ id }) => [id, empty ? [] : mentionsOf(id)])),
    healthNow: HEALTH,
    surveysNow: [],
    incidentsNow: empty ? [] : INCIDENTS,
    fails: null,
    asked: [],
    touch: () => listeners.forEach((listener) => listener()),
    listeners: () => listeners.size,
    brands: async () => {
      if (reads.fails !== null) throw reads.fails;
      return PLANS.map(({ id, title }) => ({
        id,
        title,
        first: empty ? null : instantOf(LAST_HOUR - (HOURS - 1) * HOUR),
        last: empty ? null : instantOf(LAST_HOUR - HOUR),
      }));
    },
    headlines: async ({ window, now }) => {
      reads.asked.push(`headlines ${window}`);
      const length = WINDOW_HOURS[window];
      return PLANS.map(({ id }): NsrRow => {
        const current = rated(sum(id, LAST_HOUR, length));
        const before = rated(sum(id, LAST_HOUR - length * HOUR, length));
        const compared = current.n >= 100 && before.n >= 100 && current.nsr !== null && before.nsr !== null;
        const change = compared ? (current.nsr ?? 0) - (before.nsr ?? 0) : 0;
        return {
          ...current,
          brand: id as NsrRow["brand"],
          from: instantOf(Date.parse(now) - length * HOUR),
          to: now,
          originals: current.n,
          previous: before.nsr,
          verdict: !compared ? null : Math.abs(change) < 12 ? "no significant change" : change > 0 ? "up" : "down",
          asOf: NOW,
          opinionLow: null,
          opinionHigh: null,
          adjustedState: null,
          audits: null,
          auditsInside: null,
          nsrAdjusted: null,
          adjustedLow: null,
          adjustedHigh: null,
        };
      });
    },
    rolling: async ({ brands: asked, window, from, to }) => {
      const points: RollingPoint[] = [];
      for (const brand of asked)
        for (let at = Date.parse(from); at <= Date.parse(to); at += HOUR)
          points.push({ brand, at: instantOf(at), ...rated(sum(brand, at, WINDOW_HOURS[window])) });
      return points;
    },
    days: async ({ brand, from, to }) => {
      const days = new Map<string, DayCounts>();
      (hours.get(brand) ?? []).forEach((hour, index) => {
        const at = LAST_HOUR - (HOURS - 1 - index) * HOUR;
        if (at < Date.parse(from) || at >= Date.parse(to)) return;
        const day = new Date(at).toISOString().slice(0, 10);
        days.set(day, { day, ...add(days.get(day) ?? NOTHING, hour) });
      });
      return [...days.values()];
    },
    health: async () => reads.healthNow,
    surveys: async ({ brand }) => reads.surveysNow.filter((row) => row.brand === brand),
    incidents: async ({ brand, open }) =>
      reads.incidentsNow.filter(
        (one) =>
          (brand === null || one.brand === brand) &&
          (!open || (one.closedAt === null && (one.held === null || one.held === "budget"))),
      ),
    mentions: async ({ brand, label, source, from, to, limit, cursor }) => {
      const all = (reads.mentionsNow[brand] ?? []).filter(
        (mention) =>
          (label === null || mention.label === label) &&
          (source === null || mention.source === source) &&
          (from === null || mention.publishedAt >= from) &&
          (to === null || mention.publishedAt < to),
      );
      const start = cursor === null ? 0 : Number(cursor);
      return {
        mentions: all.slice(start, start + limit),
        next: start + limit < all.length ? String(start + limit) : null,
      };
    },
    progress: async () => reads.progressNow,
    subscribe: (changed) => {
      listeners.add(changed);
      return () => listeners.delete(changed);
    },
  };
  return reads;
};

export const clock = (): Instant => NOW;

export const silentLog = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} } as const;
