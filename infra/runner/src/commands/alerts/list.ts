import { listAlerts, listAnswers, listIncidents } from "@molva/aggregator";
import { instantOf, millisOf, type Incident, type IncidentAnswer } from "@molva/contracts";
import { zoneSchema } from "@molva/platform";
import { z } from "zod";
import { defineCommand, JSON_FLAG, TZ_FLAG } from "../../command.ts";
import { precisionOf } from "../../alerts/precision.ts";
import { knownBrand } from "../../known-brand.ts";
import { momentOf } from "../../moment.ts";
import { table } from "../../table.ts";

const input = z.strictObject({
  brand: z.string().optional(),
  from: z.string().optional(),
  to: z.string().optional(),
  open: z.boolean().default(false),
  tz: zoneSchema.optional(),
  json: z.boolean().default(false),
});

const DAY_MS = 86_400_000;

const stateOf = (incident: Incident, answers: readonly IncidentAnswer[]): string => {
  const said = answers.filter(({ incidentId }) => incidentId === incident.id);
  const resolved = said.findLast(({ answer }) => answer === "resolve");
  const taken = said.findLast(({ answer }) => answer === "take");
  const life = incident.closedAt === null ? "open" : "over";
  if (resolved !== undefined) return `${life}, resolved by ${resolved.by}`;
  return taken === undefined ? life : `${life}, ${taken.by} is on it`;
};

export const alertsList = defineCommand({
  name: "alerts list",
  summary: "incidents, what was told of them and what people said",
  details:
    "Open ones first. `held` says why nobody was told at once: budget, quiet-hours, planned, inhibited (part of another), muted, past.",
  flags: [
    { flags: "--brand <brand>", help: "of one brand" },
    { flags: "--from <time>", help: "that lasted after this (default: 90 days ago)" },
    { flags: "--to <time>", help: "that lasted before this" },
    { flags: "--open", help: "only those that are open" },
    TZ_FLAG,
    JSON_FLAG,
  ],
  examples: ["molva alerts list --open", "molva alerts list --brand aurora --from 2026-10-01 --json"],
  folder: "held",
  input,
  run: async (call, told) => {
    const { store, clock } = await call.runtime();
    const zone = told.tz ?? (await call.zone());
    const brand = told.brand === undefined ? null : await knownBrand(call, told.brand);
    const now = clock();
    const range = {
      brand,
      from: told.from === undefined ? instantOf(millisOf(now) - 90 * DAY_MS) : momentOf(told.from, zone, "from"),
      to: told.to === undefined ? instantOf(millisOf(now) + DAY_MS) : momentOf(told.to, zone, "to"),
    };
    const all = await listIncidents(store, range);
    const incidents = told.open ? all.filter(({ closedAt }) => closedAt === null) : all;
    const answers = await listAnswers(store, brand);
    const messages = await listAlerts(store, range);
    const precision = precisionOf(answers);
    if (told.json) {
      await call.io.out(`${JSON.stringify({ incidents, messages, answers, precision }, null, 2)}\n`);
      return 0;
    }
    await call.io.out(
      incidents.length === 0
        ? "No incidents.\n"
        : table(
            [
              { title: "id" },
              { title: "brand", most: 24 },
              { title: "kind" },
              { title: "about", most: 24 },
              { title: "severity" },
              { title: "since" },
              { title: "peak", align: "right" },
              { title: "usual", align: "right" },
              { title: "messages", align: "right" },
              { title: "held" },
              { title: "state", most: 40 },
            ],
            incidents.map((one) => [
              one.id,
              one.brandId,
              one.kind,
              one.topic ?? one.source ?? "",
              one.severity,
              one.since.slice(0, 16).replace("T", " "),
              one.peak.observed === null ? "" : String(Math.round(one.peak.observed)),
              one.numbers.expected === null ? "" : one.numbers.expected.toFixed(1),
              String(one.messages),
              one.held ?? "",
              stateOf(one, answers),
            ]),
          ),
    );
    call.io.err(
      precision.judged === 0
        ? "Nobody has said yet whether messages were useful (molva alerts useful ID --by WHO)\n"
        : `${precision.useful} of ${precision.judged} judged messages were useful\n`,
    );
    return 0;
  },
});
