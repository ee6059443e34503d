import { readExplanation, type ExplainedDimension, type Explanation } from "@molva/aggregator";
import type { NsrRow } from "@molva/contracts";
import { zoneSchema } from "@molva/platform";
import { z } from "zod";
import { AS_OF_FLAG } from "../as-of.ts";
import { defineCommand, JSON_FLAG, TZ_FLAG, usageError } from "../command.ts";
import { printable } from "../io.ts";
import { knownBrand } from "../known-brand.ts";
import { momentOf } from "../moment.ts";
import { signedPercent } from "../signed-percent.ts";
import { table } from "../table.ts";

const input = z.strictObject({
  brand: z.string({ error: "name a brand: --brand BRAND" }),
  from: z.string({ error: "say where the period begins, e.g. --from 2026-11-09" }),
  to: z.string({ error: "say where the period ends (not included), e.g. --to 2026-11-16" }),
  againstFrom: z.string().optional(),
  againstTo: z.string().optional(),
  mentions: z.coerce.number().int().min(0).max(100).default(5),
  asOf: z.string().optional(),
  tz: zoneSchema.optional(),
  json: z.boolean().default(false),
});

const TITLE: Readonly<Record<ExplainedDimension["dimension"], string>> = {
  source: "source",
  language: "language",
  topic: "main topic",
};

/** Parts shown of one division; the rest is added up in a line of its own. */
const MOST_PARTS = 12;

const rateText = (row: NsrRow): string =>
  row.nsr === null
    ? `no rate (n = ${row.n}, a rate needs 10)`
    : `${signedPercent(row.nsr)} (95 % ${signedPercent(row.low ?? 0)} … ${signedPercent(row.high ?? 0)}, n = ${row.n})`;

/** In tenths, so that the sum of the rest has no digit too many. */
const added = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + Math.round(value * 10), 0) / 10;

const partRows = ({ parts, mix, rate }: ExplainedDimension): readonly (readonly string[])[] => {
  const shown = parts.slice(0, MOST_PARTS);
  const rest = parts.slice(MOST_PARTS);
  const row = (value: string, n: readonly number[], points: readonly number[]): readonly string[] => [
    value,
    ...n.map(String),
    ...points.map(signedPercent),
  ];
  const sumOf = (key: "mix" | "rate" | "total"): number => added(rest.map((part) => part[key]));
  const count = (key: "n" | "nBefore", list: typeof parts): number => list.reduce((sum, part) => sum + part[key], 0);
  return [
    ...shown.map((part) => row(part.value, [part.nBefore, part.n], [part.mix, part.rate, part.total])),
    ...(rest.length === 0
      ? []
      : [
          row(
            `${rest.length} more`,
            [count("nBefore", rest), count("n", rest)],
            [sumOf("mix"), sumOf("rate"), sumOf("total")],
          ),
        ]),
    row("all", [count("nBefore", parts), count("n", parts)], [mix, rate, added([mix, rate])]),
  ];
};

const dimensionTable = (dimension: ExplainedDimension): string =>
  table(
    [
      { title: TITLE[dimension.dimension], most: 32 },
      ...["n before", "n", "mix", "rate", "total"].map((title) => ({ title, align: "right" as const })),
    ],
    partRows(dimension),
  );

const text = (found: Explanation): string => {
  const { now, before, change, by, mentions } = found;
  const head = [
    `${printable(found.brand)}: NSR ${rateText(now)}, before ${rateText(before)}`,
    change === null
      ? "There is no rate in one of the periods, so there is no change to divide."
      : `Change ${signedPercent(change)} points${now.verdict === null ? "" : ` (${now.verdict})`}, divided three times; each division adds up to it:`,
    "",
  ].join("\n");
  const weigh = mentions.map(
    (m) =>
      `  ${m.id}  ${m.label}  ${signedPercent(m.weight)}  ${printable([m.title, m.text].filter(Boolean).join(" — ")).slice(0, 80) || "(no words)"}`,
  );
  return [
    head,
    ...by.map(dimensionTable),
    ...(weigh.length === 0 ? [] : ["The mentions that weigh most:", ...weigh, ""]),
  ].join("\n");
};

export const explain = defineCommand({
  name: "explain",
  summary: "what moved the rate between two periods: parts by source, language and main topic",
  details: `Mix: the group's share of the mentions changed. Rate: its own rate changed. All parts of a division add up to the change, to the last printed digit.
Each mention stands once, under its main topic. A mention's weight is its share in the parts that go where the rate went, in points.
(Kitagawa 1955: rate = (w1 + w0)/2 · (r1 − r0), mix = (w1 − w0) · ((r1 + r0)/2 − (R1 + R0)/2); rounded by largest remainders.)`,
  flags: [
    { flags: "--brand <brand>", help: "one brand, by id or title" },
    { flags: "--from <time>", help: "first moment of the period, e.g. 2026-11-09" },
    { flags: "--to <time>", help: "its end, not included" },
    {
      flags: "--against-from <time>",
      help: "first moment of what it is compared with (default: the period before, as long)",
    },
    { flags: "--against-to <time>", help: "its end, not included" },
    { flags: "--mentions <n>", help: "how many of the mentions that weigh most (default 5)" },
    AS_OF_FLAG,
    TZ_FLAG,
    JSON_FLAG,
  ],
  examples: [
    "molva explain --brand aurora --from 2026-11-09 --to 2026-11-16",
    "molva explain --brand aurora --from 2026-11 --to 2026-12 --against-from 2025-11 --against-to 2025-12 --json",
  ],
  folder: "held",
  input,
  run: async (call, told) => {
    const runtime = await call.runtime();
    const zone = told.tz ?? (await call.zone());
    if ((told.againstFrom === undefined) !== (told.againstTo === undefined))
      throw usageError("--against-from and --against-to go together");
    const found = await readExplanation(runtime.store, {
      brand: await knownBrand(call, told.brand),
      from: momentOf(told.from, zone, "from"),
      to: momentOf(told.to, zone, "to"),
      against:
        told.againstFrom === undefined || told.againstTo === undefined
          ? null
          : {
              from: momentOf(told.againstFrom, zone, "against-from"),
              to: momentOf(told.againstTo, zone, "against-to"),
            },
      mentions: told.mentions,
      decimals: told.json ? 4 : 1,
      asOf: told.asOf === undefined ? null : momentOf(told.asOf, "UTC", "as-of"),
      horizon: await runtime.horizon(),
    });
    await call.io.out(told.json ? `${JSON.stringify(found, null, 2)}\n` : text(found));
    if (!told.json && found.asOf !== null)
      call.io.err(`NSR = (P − N) / n × 100, 95 % adjusted Wald interval; in points; as of ${found.asOf}\n`);
    return 0;
  },
});
