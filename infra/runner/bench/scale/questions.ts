import { listMentions, readExplanation, readNsr, readRolling } from "@molva/aggregator";
import { instantOf, type Query, type Store } from "@molva/contracts";
import { z } from "zod";
import { brandName, NOW } from "./load-sql.ts";
import { ALL_BRANDS } from "./load.ts";

const DAY = 86_400_000;
const [LARGE, SMALL] = [brandName(2), brandName(150)];
const END = NOW - DAY;
const at = (days: number) => instantOf(END - days * DAY);
const WORDS = "charged me twice";
const FINAL = "SETTINGS do_not_merge_across_partitions_select_final = 1";
/** What counts as a naive reader of the facts would take it: the newest content row of each mention; corrections and removals left out. */
const rows = (days: number, brand: string | null): string =>
  `fact FINAL WHERE ${brand === null ? "1" : `brand = '${brand}'`} AND kind = 'content' AND hour >= toDateTime(${(END - days * DAY) / 1000}, 'UTC') AND hour < toDateTime(${END / 1000}, 'UTC')`;
const rate = "countIf(label = 'positive') AS p, countIf(label = 'negative') AS m, countIf(label != 'unscored') AS n";
const rolling = (brand: string): string => `SELECT hour, sum(p) OVER w, sum(m) OVER w, sum(n) OVER w FROM (
    SELECT hour, ${rate} FROM ${rows(97, brand)} GROUP BY hour ORDER BY hour WITH FILL STEP 3600)
  WINDOW w AS (ORDER BY hour ROWS BETWEEN 167 PRECEDING AND CURRENT ROW) ${FINAL}`;

export interface Question {
  readonly name: string;
  /** May take this many milliseconds at the most; null: told only. */
  readonly limitMs: number | null;
  readonly ask: (store: Store) => Promise<unknown>;
  /** The same, or what comes nearest, by a plain query over the raw facts. */
  readonly plain: string;
}

const nsr = { by: null, step: null, tz: "UTC", horizon: instantOf(NOW + 400 * DAY) } as const;
const week = { from: at(7), to: at(0) };

export const QUESTIONS: readonly Question[] = [
  ...[LARGE, SMALL].map((brand, i) => ({
    name: `rolling 7 days by hour over 90, ${i === 0 ? "a large" : "a small"} brand`,
    limitMs: 50,
    ask: (store: Store) => readRolling(store, { brands: [brand], hours: 168, from: at(90), to: at(0) }),
    plain: rolling(brand),
  })),
  {
    name: "league table of all brands over 30 days",
    limitMs: 50,
    ask: (store) => readNsr(store, { ...nsr, brands: ALL_BRANDS, from: at(30), to: at(0), window: null, asOf: null }),
    plain: `SELECT brand, ${rate} FROM ${rows(60, null)} GROUP BY brand, hour >= toDateTime(${(END - 30 * DAY) / 1000}, 'UTC') ${FINAL}`,
  },
  {
    name: "mentions that say a phrase, a large brand, 30 days",
    limitMs: null,
    ask: (store) => listMentions(store, { brand: LARGE, search: WORDS, from: at(30), to: at(0), limit: 50 }),
    plain: `SELECT id, text FROM mention_text FINAL WHERE positionCaseInsensitiveUTF8(text, '${WORDS}') > 0
      AND id IN (SELECT id FROM ${rows(30, LARGE)}) LIMIT 50 ${FINAL}`,
  },
  {
    name: "a week as of ten days before, a large brand",
    limitMs: null,
    ask: (store) => readNsr(store, { ...nsr, brands: [LARGE], from: at(22), to: at(15), window: null, asOf: at(10) }),
    plain: `SELECT ${rate} FROM ${rows(22, LARGE)} AND hour < toDateTime(${(END - 15 * DAY) / 1000}, 'UTC') AND known <= ${END - 10 * DAY} ${FINAL}`,
  },
  {
    name: "what moved a large brand's week",
    limitMs: null,
    ask: (store) =>
      readExplanation(store, { brand: LARGE, ...week, against: null, mentions: 5, asOf: null, horizon: nsr.horizon }),
    plain: `SELECT source, language, arrayJoin(if(empty(topics), [''], topics)) AS topic, hour >= toDateTime(${(END - 7 * DAY) / 1000}, 'UTC') AS now, ${rate}
      FROM ${rows(14, LARGE)} GROUP BY source, language, topic, now ${FINAL}`,
  },
];

export const median = (times: readonly number[]): number => [...times].sort((a, b) => a - b)[times.length >> 1] ?? 0;

/** Milliseconds by the clock, and of all cores: what it takes whatever else the machine does. */
interface Took {
  readonly ms: number;
  readonly cpuMs: number;
}

const timed = async (work: () => Promise<unknown>): Promise<Took> => {
  const [began, before] = [performance.now(), process.cpuUsage()];
  await work();
  const ms = performance.now() - began;
  const { user, system } = process.cpuUsage(before);
  return { ms, cpuMs: (user + system) / 1000 };
};

const medians = (took: readonly Took[]): Took => ({
  ms: median(took.map(({ ms }) => ms)),
  cpuMs: median(took.map(({ cpuMs }) => cpuMs)),
});

const plainQuery = (sql: string): Query<Record<string, never>, Record<string, unknown>> => ({
  name: "plain",
  sql,
  params: z.strictObject({}),
  row: z.record(z.string(), z.unknown()),
});

export interface Answered {
  readonly name: string;
  readonly limitMs: number | null;
  readonly ours: Took;
  readonly plain: Took;
}

/** Medians of so many rounds, ours and the plain query in turns; one round before warms both. */
export const askAll = async (store: Store, rounds: number): Promise<readonly Answered[]> => {
  const answers: Answered[] = [];
  for (const { name, limitMs, ask, plain } of QUESTIONS) {
    const query = plainQuery(plain);
    const [ours, theirs]: [Took[], Took[]] = [[], []];
    for (let round = 0; round <= rounds; round += 1) {
      const [a, b] = [await timed(() => ask(store)), await timed(() => store.query(query, {}))];
      if (round > 0) {
        ours.push(a);
        theirs.push(b);
      }
    }
    answers.push({ name, limitMs, ours: medians(ours), plain: medians(theirs) });
  }
  return answers;
};
