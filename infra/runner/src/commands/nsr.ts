import { listBrands, readMeasures } from "@molva/aggregator";
import { DIMENSIONS, type MeasuredRow, type NsrRow } from "@molva/contracts";
import { zoneSchema } from "@molva/platform";
import { STEPS } from "@molva/text";
import { z } from "zod";
import { defineCommand, JSON_FLAG, TZ_FLAG, usageError, type Call } from "../command.ts";
import { printable } from "../io.ts";
import { momentOf } from "../moment.ts";
import { knownBrand } from "../known-brand.ts";
import { signedPercent } from "../signed-percent.ts";
import { table } from "../table.ts";

const input = z.strictObject({
  brand: z.string().optional(),
  all: z.boolean().default(false),
  from: z.string().optional(),
  to: z.string().optional(),
  window: z.string().optional(),
  step: z.enum(STEPS).optional(),
  by: z.enum(DIMENSIONS).optional(),
  against: z.string().optional(),
  asOf: z.string().optional(),
  tz: zoneSchema.optional(),
  json: z.boolean().default(false),
});
type Input = z.output<typeof input>;

const brandsOf = async (call: Call, told: Input): Promise<readonly string[]> => {
  if (told.all === (told.brand !== undefined)) throw usageError("name a brand with --brand, or ask for --all of them");
  const runtime = await call.runtime();
  if (told.brand !== undefined) return [await knownBrand(call, told.brand)];
  return (await listBrands(runtime.store)).map((brand) => brand.id);
};

/** The set of share of voice: what --against names, all brands with --all, else none. */
const againstOf = async (call: Call, told: Input, brands: readonly string[]): Promise<readonly string[] | null> => {
  if (told.against === undefined) return told.all ? brands : null;
  const names = told.against.split(",").map((name) => name.trim());
  const found: string[] = [];
  for (const name of names.filter((one) => one !== "")) found.push(await knownBrand(call, name));
  return found;
};

const STATE_WORDS: Readonly<Record<NsrRow["state"], string>> = {
  empty: "no data",
  "counts-only": "n < 10: counts only",
  "low-base": "low base",
  ok: "",
};

/** Local date and, where the step is an hour, time: what a person calls the period. */
const periodText = (row: NsrRow, zone: string, hourly: boolean): string => {
  const format = new Intl.DateTimeFormat("sv-SE", {
    timeZone: zone,
    dateStyle: "short",
    ...(hourly ? { timeStyle: "short" } : {}),
  });
  const last = new Date(Date.parse(row.to) - (hourly ? 0 : 1));
  return `${format.format(new Date(row.from))} – ${format.format(last)}`;
};

const isHourly = ({ step, window }: Input): boolean => step === "hour" || (window !== undefined && step === undefined);

/** `uncorrected`: the plain rate, and how far off the model may be on a brand that nobody audited. */
const adjustedText = ({ nsrAdjusted, adjustedLow, adjustedHigh, adjustedState }: NsrRow): string =>
  nsrAdjusted === null || adjustedLow === null || adjustedHigh === null
    ? ""
    : `${adjustedState === "uncorrected" ? "uncorrected " : `${signedPercent(nsrAdjusted)} `}(${signedPercent(adjustedLow)} … ${signedPercent(adjustedHigh)})`;

const nsrTable = (rows: readonly NsrRow[], told: Input, zone: string): string => {
  const hourly = isHourly(told);
  const adjusted = rows.some(({ nsrAdjusted }) => nsrAdjusted !== null);
  const right = "right" as const;
  return table(
    [
      { title: "brand", most: 28 },
      ...(told.by === undefined ? [] : [{ title: told.by, most: 24 }]),
      { title: `period (${zone})` },
      { title: "n", align: right },
      { title: "pos", align: right },
      { title: "neu", align: right },
      { title: "neg", align: right },
      { title: "unscored", align: right },
      { title: "NSR %", align: right },
      { title: "95 % interval", align: right },
      ...(adjusted ? [{ title: "corrected for the model (95 %)", align: right }] : []),
      { title: "before", align: right },
      { title: "verdict" },
    ],
    rows.map((row) => [
      row.brand,
      ...(told.by === undefined ? [] : [row[told.by] ?? ""]),
      periodText(row, zone, hourly),
      String(row.n),
      String(row.positive),
      String(row.neutral),
      String(row.negative),
      String(row.unscored),
      row.nsr === null ? "" : signedPercent(row.nsr),
      row.low === null || row.high === null ? "" : `${signedPercent(row.low)} … ${signedPercent(row.high)}`,
      ...(adjusted ? [adjustedText(row)] : []),
      row.previous === null ? "" : signedPercent(row.previous),
      row.verdict ?? STATE_WORDS[row.state],
    ]),
  );
};

const share = (value: number | null, low: number | null, high: number | null): string =>
  value === null ? "" : `${value.toFixed(1)} (${low?.toFixed(1)} … ${high?.toFixed(1)})`;

const starsText = ({ meanRating, ratingLow, ratingHigh }: MeasuredRow): string =>
  meanRating === null
    ? ""
    : ratingLow === null || ratingHigh === null
      ? meanRating.toFixed(2)
      : `${meanRating.toFixed(2)} (${ratingLow.toFixed(2)} … ${ratingHigh.toFixed(2)})`;

const volumeText = ({ volume, volumeLow, volumeHigh }: MeasuredRow): string =>
  volumeLow === null || volumeHigh === null
    ? String(volume)
    : `${volume} (${Math.round(volumeLow)} … ${Math.round(volumeHigh)})`;

/** What stands beside the rate, under the same names of brand and period. */
const measuresTable = (rows: readonly MeasuredRow[], told: Input, zone: string): string => {
  const right = "right" as const;
  const voice = rows.some(({ voiceAgainst }) => voiceAgainst !== null);
  return table(
    [
      { title: "brand", most: 28 },
      ...(told.by === undefined ? [] : [{ title: told.by, most: 24 }]),
      { title: `period (${zone})` },
      { title: "mentions", align: right },
      { title: "originals", align: right },
      { title: "negative %", align: right },
      ...(voice ? [{ title: "share of voice %", align: right }] : []),
      { title: "rated", align: right },
      { title: "review CSAT %", align: right },
      { title: "stars of 5", align: right },
    ],
    rows.map((row) => [
      row.brand,
      ...(told.by === undefined ? [] : [row[told.by] ?? ""]),
      periodText(row, zone, isHourly(told)),
      volumeText(row),
      String(row.originals),
      share(row.negativeShare, row.negativeLow, row.negativeHigh),
      ...(voice ? [share(row.voiceShare, row.voiceLow, row.voiceHigh)] : []),
      String(row.rated),
      share(row.reviewCsat, row.csatLow, row.csatHigh),
      starsText(row),
    ]),
  );
};

const footer = (rows: readonly MeasuredRow[]): string => {
  const [first] = rows;
  if (first?.asOf == null) return "";
  const voice = first.voiceAgainst;
  return [
    `NSR = (P − N) / n × 100, 95 % adjusted Wald interval; as of ${first.asOf}`,
    "In brackets 95 %: shares and review CSAT (4–5 of 5 stars) Wilson, stars t, mentions quasi-Poisson over the twelve weeks before.",
    ...(rows.some(({ nsrAdjusted }) => nsrAdjusted !== null)
      ? [
          "Corrected: the model's error taken out as far as audits tell it, of the collected texts; uncorrected: too few audits (molva audit status).",
        ]
      : []),
    ...(voice === null ? [] : [`Share of voice among ${voice.map(printable).join(", ")}.`]),
    "",
  ].join("\n");
};

export const nsr = defineCommand({
  name: "nsr",
  summary: "the net sentiment rate with n, interval, state and verdict",
  details: `Without --window: one row per step (without --step: one for the whole period). With it: the rolling value at the end of each step.
NSR = (P − N) / n × 100 with n = P + U + N; 95 % adjusted Wald interval. Below n = 10 there are counts and no rate. The verdict compares with the
preceding period of the same length and needs n ≥ 100 on both sides. Beside it: the share of negative mentions, share of voice in a named set of
brands, review CSAT and the mean of the stars, and the volume with its interval.`,
  flags: [
    { flags: "--brand <brand>", help: "one brand, by id or title" },
    { flags: "--all", help: "every brand that has mentions" },
    { flags: "--from <time>", help: "first moment, e.g. 2025-01-01 (default: the first mention)" },
    { flags: "--to <time>", help: "end, not included (default: after the last mention)" },
    { flags: "--window <length>", help: "rolling window: 24h, 7d, 30d, …" },
    { flags: "--step <step>", help: "hour, day, week or month" },
    { flags: "--by <dimension>", help: "source, language, region, topic or rating" },
    {
      flags: "--against <brands>",
      help: "the set for share of voice, e.g. aurora,borealis (default with --all: all of them)",
    },
    {
      flags: "--as-of <time>",
      help: "what was known at that point of the log; a printed asOf gives the same digits again",
    },
    TZ_FLAG,
    JSON_FLAG,
  ],
  examples: [
    "molva nsr --all --step month --tz Europe/Moscow",
    "molva nsr --brand aurora --window 7d --step day --from 2026-10-01",
    "molva nsr --brand aurora --from 2026-10-01 --to 2026-11-01 --by source --json",
    "molva nsr --brand aurora --against borealis,zephyr --window 30d --step week",
  ],
  folder: "held",
  input,
  run: async (call, told) => {
    const runtime = await call.runtime();
    const zone = told.tz ?? (await call.zone());
    const brands = await brandsOf(call, told);
    const from = told.from === undefined ? null : momentOf(told.from, zone, "from");
    const to = told.to === undefined ? null : momentOf(told.to, zone, "to");
    if (from !== null && to !== null && from >= to) throw usageError("--from must lie before --to");
    const rows = await readMeasures(runtime.store, {
      brands,
      against: await againstOf(call, told, brands),
      from,
      to,
      window: told.window ?? null,
      step: told.step ?? null,
      by: told.by ?? null,
      tz: zone,
      asOf: told.asOf === undefined ? null : momentOf(told.asOf, "UTC", "as-of"),
      horizon: await runtime.horizon(),
      adjusted: true,
    });
    if (told.json) {
      await call.io.out(`${JSON.stringify(rows, null, 2)}\n`);
      return 0;
    }
    await call.io.out(
      rows.length === 0 ? "No mentions yet.\n" : `${nsrTable(rows, told, zone)}\n${measuresTable(rows, told, zone)}`,
    );
    call.io.err(footer(rows));
    return 0;
  },
});
