import { readNsr } from "@molva/aggregator";
import { instantOf, millisOf, topicTitle, type Instant, type NsrRow } from "@molva/contracts";
import { zoneSchema } from "@molva/platform";
import { z } from "zod";
import { defineCommand, JSON_FLAG, TZ_FLAG, usageError, type Call } from "../command.ts";
import { printable } from "../io.ts";
import { knownBrand } from "../known-brand.ts";
import { momentOf } from "../moment.ts";
import { signedPercent } from "../signed-percent.ts";
import { table } from "../table.ts";
import { surgingPhrases, type SurgingPhrase } from "../topics/surging-phrases.ts";

const input = z.strictObject({
  brand: z.string({ error: "name a brand with --brand" }),
  from: z.string().optional(),
  to: z.string().optional(),
  limit: z.coerce.number().int().min(0).max(100).default(10),
  tz: zoneSchema.optional(),
  json: z.boolean().default(false),
});

const WEEK_MS = 7 * 86_400_000;
const NONE = "none";

interface TopicRow extends NsrRow {
  /** Of the mentions of the period, in percent; a mention may have several topics. */
  readonly share: number;
  /** The same of the period before, null when that has none. */
  readonly shareBefore: number | null;
}

const size = (row: NsrRow | undefined): number => (row === undefined ? 0 : row.n + row.unscored);

const readTopics = async (call: Call, brand: string, from: Instant, to: Instant): Promise<readonly TopicRow[]> => {
  const { store, horizon } = await call.runtime();
  const before = instantOf(2 * millisOf(from) - millisOf(to));
  const shared = {
    brands: [brand],
    window: null,
    step: null,
    tz: "UTC",
    asOf: null,
    horizon: await horizon(),
  } as const;
  const [all] = await readNsr(store, { ...shared, from, to, by: null });
  const [earlier] = await readNsr(store, { ...shared, from: before, to: from, by: null });
  const earlierRows = await readNsr(store, { ...shared, from: before, to: from, by: "topic" });
  const rows = await readNsr(store, { ...shared, from, to, by: "topic" });
  return rows
    .map((row) => ({
      ...row,
      share: (100 * size(row)) / size(all),
      shareBefore:
        size(earlier) === 0 ? null : (100 * size(earlierRows.find(({ topic }) => topic === row.topic))) / size(earlier),
    }))
    .toSorted((a, b) => Number(a.topic === NONE) - Number(b.topic === NONE) || size(b) - size(a));
};

const rate = (value: number | null): string => (value === null ? "" : signedPercent(value));

const topicsTable = (rows: readonly TopicRow[]): string => {
  const right = "right" as const;
  return table(
    [
      { title: "topic", most: 28 },
      { title: "n", align: right },
      { title: "share %", align: right },
      { title: "before", align: right },
      { title: "NSR %", align: right },
      { title: "95 % interval", align: right },
      { title: "before", align: right },
      { title: "verdict" },
    ],
    rows.map((row) => [
      topicTitle(row.topic ?? NONE, "en"),
      String(row.n),
      row.share.toFixed(1),
      row.shareBefore === null ? "" : row.shareBefore.toFixed(1),
      rate(row.nsr),
      row.low === null || row.high === null ? "" : `${signedPercent(row.low)} … ${signedPercent(row.high)}`,
      rate(row.previous),
      row.verdict ?? (row.state === "ok" ? "" : row.state),
    ]),
  );
};

const phraseText = (found: SurgingPhrase, columns: number): string =>
  [
    `${printable(found.phrase)}: ${found.now} of ${found.textsNow} texts, before ${found.before} of ${found.textsBefore}; ${found.times.toFixed(1)} times the odds (${found.low.toFixed(1)} … ${found.high.toFixed(1)})`,
    ...found.examples.map(({ id, text, url }) => {
      const words = printable(text);
      return `  ${words.length > columns ? `${words.slice(0, columns - 1)}…` : words}\n    ${id}${url === null ? "" : `  ${printable(url)}`}`;
    }),
    "",
  ].join("\n");

export const topics = defineCommand({
  name: "topics",
  summary: "what mentions are about, how each topic stands and moves, and phrases that surge",
  details: `A mention stands in each of its topics, with the sentiment of the clauses that speak of it; so the shares add up to more than 100. The period before is the
preceding one of the same length. Phrases are two or three words by their stems; of those that are told one in ten may be chance (false discovery rate
10 %), copies of one text count once, and of a busy period the newest 10,000 mentions are read. docs/topics.md tells how topics are found.`,
  flags: [
    { flags: "--brand <brand>", help: "one brand, by id or title" },
    { flags: "--from <time>", help: "first moment (default: seven days before the end)" },
    { flags: "--to <time>", help: "end, not included (default: now)" },
    { flags: "--limit <n>", help: "at most so many phrases (default 10)" },
    TZ_FLAG,
    JSON_FLAG,
  ],
  examples: ["molva topics --brand aurora", "molva topics --brand aurora --from 2026-10-01 --to 2026-11-01 --json"],
  folder: "held",
  input,
  run: async (call, told) => {
    const runtime = await call.runtime();
    const brand = await knownBrand(call, told.brand);
    const zone = told.tz ?? (await call.zone());
    const to = told.to === undefined ? runtime.clock() : momentOf(told.to, zone, "to");
    const from = told.from === undefined ? instantOf(millisOf(to) - WEEK_MS) : momentOf(told.from, zone, "from");
    if (from >= to) throw usageError("--from must lie before --to");
    const found = await readTopics(call, brand, from, to);
    const phrases = await surgingPhrases(runtime.store, { brand, from, to, asOf: null, limit: told.limit });
    if (told.json) {
      await call.io.out(`${JSON.stringify({ brand, from, to, topics: found, phrases }, null, 2)}\n`);
      return 0;
    }
    if (found.length === 0) {
      await call.io.out("No mentions in this period.\n");
      return 0;
    }
    await call.io.out(
      `${topicsTable(found)}\n${phrases.length === 0 ? "No phrase surges.\n" : phrases.map((p) => phraseText(p, call.io.columns)).join("\n")}`,
    );
    return 0;
  },
});
