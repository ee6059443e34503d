import { listIncidents, readWatchSteps, runWatch, WATCH_START, WATCH_STEP_MS, type Finding } from "@molva/aggregator";
import { instantOf, millisOf } from "@molva/contracts";
import { zoneSchema } from "@molva/platform";
import { z } from "zod";
import { defineCommand, JSON_FLAG, TZ_FLAG } from "../../command.ts";
import { knownBrand } from "../../known-brand.ts";
import { momentOf } from "../../moment.ts";
import { table } from "../../table.ts";

const input = z.strictObject({
  brand: z.string({ error: "name a brand with --brand" }),
  at: z.string({ error: "name a moment with --at, for example 2026-11-12T14:00" }),
  asOf: z.string().optional(),
  tz: zoneSchema.optional(),
  json: z.boolean().default(false),
});

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** In words, which of a rule's conditions was not met. */
const reasonOf = ({ strength, warmingUp, alert, numbers }: Finding): string => {
  if (warmingUp) return "warming up: not enough is known of what is usual";
  if (alert) return "fired";
  if (strength >= 1) return "unusual, and told already: the incident goes on, or its cool-down";
  const { observed, expected, thresholds, originals } = numbers;
  if (observed === null || expected === null) return "nothing is usual yet";
  if (observed < (thresholds["minVolume"] ?? 0)) return `fewer than ${thresholds["minVolume"]} mentions in the window`;
  const floor = 3;
  if ((observed + floor) / (expected + floor) < (thresholds["minRatio"] ?? 0))
    return `less than ${thresholds["minRatio"]} times the usual`;
  if (numbers.shareChange !== null && numbers.shareChange.low <= 0)
    return "the negative share is within chance of the usual one";
  if (originals !== null && originals < (thresholds["minOriginals"] ?? 0))
    return `fewer than ${thresholds["minOriginals"]} different texts in the step`;
  return `not rare enough: strength ${strength.toFixed(2)} of 1`;
};

export const alertsWhy = defineCommand({
  name: "alerts why",
  summary: "why an alert did or did not fire at a moment",
  details:
    "Runs the rules over the 42 days before the moment and prints what each said then, against its thresholds, and the incidents that were open; then the rules beside the spikes: level of the rate and of NPS, public ratings, drift, and how collection stands now. Every number is of what is known now; with --as-of, of what was known then.",
  flags: [
    { flags: "--brand <brand>", help: "the brand" },
    { flags: "--at <time>", help: "the moment" },
    { flags: "--as-of <time>", help: "with what was known at this point of the log" },
    TZ_FLAG,
    JSON_FLAG,
  ],
  examples: ["molva alerts why --brand aurora --at 2026-11-12T14:00"],
  folder: "held",
  input,
  run: async (call, told) => {
    const runtime = await call.runtime();
    const { store } = runtime;
    const { HISTORY_DAYS } = await import("../../alerts/watch-brands.ts");
    const brand = await knownBrand(call, told.brand);
    const zone = told.tz ?? (await call.zone());
    const at = momentOf(told.at, zone, "at");
    const asOf = told.asOf === undefined ? null : momentOf(told.asOf, zone, "as-of");
    const from = instantOf(Math.floor((millisOf(at) - HISTORY_DAYS * DAY_MS) / HOUR_MS) * HOUR_MS);
    const to = instantOf(Math.ceil(millisOf(at) / WATCH_STEP_MS) * WATCH_STEP_MS);
    const steps =
      (await readWatchSteps(store, { brands: [brand], from, to, step: WATCH_STEP_MS, asOf })).get(brand) ?? [];
    const watched = runWatch({ state: WATCH_START, steps, now: at, keepUntil: from, freshFrom: from });
    const incidents = await listIncidents(store, {
      brand,
      from: instantOf(millisOf(at) - DAY_MS),
      to: instantOf(millisOf(at) + 1),
    });
    const { readDrifts, readLevels, readRatingDrops, readSurveyLevels } = await import("../../alerts/readings.ts");
    const { readSilences } = await import("../../alerts/conditions.ts");
    const { readTargetHealth } = await import("../../read-target-health.ts");
    const { targetKeys } = await import("../../target-keys.ts");
    const question = { store, brands: [brand], now: at, horizon: await runtime.horizon(), asOf };
    const crawled = new Set(await targetKeys(await call.brands()));
    const health = await readTargetHealth(runtime.checkpoints, crawled);
    // Of collection only the present state is known, whatever moment was asked for.
    const conditions = [
      ...(await readLevels(question)),
      ...(await readSurveyLevels(question)),
      ...(await readRatingDrops(question)),
      ...(await readDrifts(question)),
      ...readSilences(health, runtime.clock()).filter((one) => one.brand === brand),
    ];
    const rules = watched.latest.map((finding) => ({ ...finding, why: reasonOf(finding) }));
    if (told.json) {
      await call.io.out(`${JSON.stringify({ brand, at, asOf, rules, conditions, incidents }, null, 2)}\n`);
      return 0;
    }
    const cell = (value: number | null): string => (value === null ? "" : value.toFixed(1));
    await call.io.out(
      table(
        [
          { title: "rule" },
          { title: "topic", most: 24 },
          { title: "strength", align: "right" },
          { title: "seen", align: "right" },
          { title: "usual", align: "right" },
          { title: "window, h", align: "right" },
          { title: "share, %", align: "right" },
          { title: "usual, %", align: "right" },
          { title: "what it said", most: 80 },
        ],
        rules.map(({ kind, topic, strength, numbers, why }) => [
          kind,
          topic ?? "",
          strength.toFixed(2),
          cell(numbers.observed),
          cell(numbers.expected),
          cell(numbers.hours),
          cell(numbers.share?.value ?? null),
          cell(numbers.usualShare),
          why,
        ]),
      ),
    );
    await call.io.out(
      table(
        [
          { title: "beside spikes" },
          { title: "of", most: 24 },
          { title: "value", align: "right" },
          { title: "low", align: "right" },
          { title: "high", align: "right" },
          { title: "before", align: "right" },
          { title: "n", align: "right" },
          { title: "alerts" },
          { title: "why", most: 80 },
        ],
        conditions.map(({ kind, source, numbers, active, why }) => [
          kind,
          source ?? "",
          cell(numbers.level?.value ?? null),
          cell(numbers.level?.low ?? null),
          cell(numbers.level?.high ?? null),
          cell(numbers.before),
          numbers.n === null ? "" : String(numbers.n),
          active ? "yes" : "no",
          why,
        ]),
      ),
    );
    for (const one of incidents) {
      const life = one.closedAt === null ? "open" : `over since ${one.closedAt}`;
      const held =
        one.held === null ? "told" : `held: ${one.held}${one.joins === null ? "" : ` (part of ${one.joins})`}`;
      await call.io.out(
        `Incident ${one.id}: ${one.kind}${one.topic === null ? "" : ` ${one.topic}`}, ${one.severity}, since ${one.since}, ${life}; ${held}\n`,
      );
    }
    if (incidents.length === 0) call.io.err("No incident was open then, or in the day before.\n");
    return 0;
  },
});
