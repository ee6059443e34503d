import { listAnswers, listBrands, readWatchSteps, simulate, WATCH_STEP_MS } from "@molva/aggregator";
import { instantOf, millisOf, type Brand, type Incident, type Instant } from "@molva/contracts";
import { zoneSchema } from "@molva/platform";
import { z } from "zod";
import { defineCommand, JSON_FLAG, TZ_FLAG, usageError } from "../../command.ts";
import { knownBrand } from "../../known-brand.ts";
import { momentOf } from "../../moment.ts";
import { progressBar } from "../../progress.ts";
import { table } from "../../table.ts";

const input = z.strictObject({
  brand: z.string().optional(),
  from: z.string().optional(),
  to: z.string().optional(),
  tz: zoneSchema.optional(),
  json: z.boolean().default(false),
});

const DAY_MS = 86_400_000;
const WEEK_MS = 7 * DAY_MS;
const HOUR_MS = 3_600_000;

interface Row {
  readonly brand: string;
  readonly at: Instant;
  readonly event: string;
  readonly incident: Incident;
}

const fullHour = (at: number): Instant => instantOf(Math.floor(at / HOUR_MS) * HOUR_MS);

export const alertsBacktest = defineCommand({
  name: "alerts backtest",
  summary: "what today's rules would have told over history",
  details:
    "Runs each brand's stored mentions through the same function as the alerts, step by step, as if each had been looked at when it ended, with the present configuration. The 42 days before --from teach what is usual. Texts are not read: reach and words of danger count for nothing here, and mentions that came late stand at their own time.",
  flags: [
    { flags: "--brand <brand>", help: "one brand (default: all)" },
    { flags: "--from <time>", help: "from here on (default: 90 days before the newest mention)" },
    { flags: "--to <time>", help: "up to here (default: after the newest mention)" },
    TZ_FLAG,
    JSON_FLAG,
  ],
  examples: ["molva alerts backtest", "molva alerts backtest --brand aurora --from 2026-09-01 --to 2026-11-01"],
  folder: "held",
  input,
  run: async (call, told) => {
    const runtime = await call.runtime();
    const { store } = runtime;
    const { config } = await call.config();
    const { rulesOf } = await import("../../alerts/rules-of.ts");
    const { HISTORY_DAYS, watchedBrands } = await import("../../alerts/watch-brands.ts");
    const only = told.brand === undefined ? null : await knownBrand(call, told.brand);
    const brands = (await watchedBrands({ runtime, config })).filter(({ id }) => only === null || id === only);
    const extents = new Map((await listBrands(store)).map((one) => [one.id, one] as const));
    const last = Math.max(
      0,
      ...brands.map(({ id }) => (extents.get(id)?.last == null ? 0 : millisOf(extents.get(id)?.last as Instant))),
    );
    if (last === 0) throw usageError("there are no mentions yet to run the rules over: crawl or import some first");
    const zone = told.tz ?? config.timezone;
    const to = told.to === undefined ? fullHour(last + HOUR_MS) : momentOf(told.to, zone, "to");
    const from = told.from === undefined ? instantOf(millisOf(to) - 90 * DAY_MS) : momentOf(told.from, zone, "from");
    if (from >= to) throw usageError("--from must lie before --to");
    const rules = rulesOf(config);
    const answers = await listAnswers(store, null);
    const useful = new Set(answers.filter(({ answer }) => answer === "useful").map(({ incidentId }) => incidentId));
    const bar = progressBar(call.io, "Looking back", "brands");
    const rows: Row[] = [];
    const digests: { brand: string; at: Instant; gathers: number }[] = [];
    const stepsOf = async (brand: Brand) => {
      const start = fullHour(millisOf(from) - HISTORY_DAYS * DAY_MS);
      const range = { brands: [brand.id], from: start, to, step: WATCH_STEP_MS, asOf: null };
      return (await readWatchSteps(store, range)).get(brand.id) ?? [];
    };
    for (const [index, brand] of brands.entries()) {
      call.io.signal.throwIfAborted();
      const found = simulate(await stepsOf(brand), from, {
        brandId: brand.id,
        zone: brand.timezone ?? config.timezone,
        rules,
        answers: [],
        planned: [],
      });
      rows.push(
        ...found.messages.map(({ incident, event }) => ({
          brand: brand.id,
          at: event === "closed" ? (incident.closedAt as Instant) : (incident.told?.at ?? incident.openedAt),
          event,
          incident,
        })),
      );
      digests.push(...found.digests.map(({ at, gathers }) => ({ brand: brand.id, at, gathers: gathers.length })));
      bar.update(index + 1, brands.length, "");
    }
    bar.end();
    rows.sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0));
    const weeks = ((millisOf(to) - millisOf(from)) / WEEK_MS) * brands.length;
    const warnings = rows.filter(({ event, incident }) => event === "opened" && incident.severity !== "info");
    const summary = {
      from,
      to,
      brands: brands.length,
      brandWeeks: Number(weeks.toFixed(1)),
      messages: rows.filter(({ incident }) => incident.severity !== "info").length + digests.length,
      incidentsTold: warnings.length,
      incidentsToldABrandWeek: Number((warnings.length / weeks).toFixed(3)),
      notes: rows.filter(({ incident }) => incident.severity === "info").length,
      digests: digests.length,
      knownUseful: rows.filter(({ incident, event }) => event === "opened" && useful.has(incident.id)).length,
    };
    if (told.json) {
      await call.io.out(`${JSON.stringify({ summary, messages: rows, digests }, null, 2)}\n`);
      return 0;
    }
    await call.io.out(
      rows.length === 0
        ? "No message.\n"
        : table(
            [
              { title: "at" },
              { title: "brand", most: 24 },
              { title: "message" },
              { title: "severity" },
              { title: "kind" },
              { title: "about", most: 24 },
              { title: "seen", align: "right" },
              { title: "usual", align: "right" },
              { title: "strength", align: "right" },
            ],
            rows.map(({ at, brand, event, incident }) => [
              at.slice(0, 16).replace("T", " "),
              brand,
              event,
              incident.severity,
              incident.kind,
              incident.topic ?? "",
              incident.peak.observed === null ? "" : incident.peak.observed.toFixed(1),
              incident.numbers.expected === null ? "" : incident.numbers.expected.toFixed(1),
              incident.peak.strength.toFixed(2),
            ]),
          ),
    );
    call.io.err(
      `${summary.incidentsTold} incidents told in ${summary.brandWeeks} brand-weeks: ${summary.incidentsToldABrandWeek} a brand and week; ${summary.digests} digests, ${summary.notes} notes (info, for channels that want them)\n`,
    );
    return 0;
  },
});
