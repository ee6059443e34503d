import { createHash } from "node:crypto";
import { brandIdSchema, type PlannedEvent } from "@molva/contracts";
import { zoneSchema } from "@molva/platform";
import { z } from "zod";
import { defineCommand, JSON_FLAG, TZ_FLAG, usageError } from "../../command.ts";
import { knownBrand } from "../../known-brand.ts";
import { momentOf } from "../../moment.ts";
import { table } from "../../table.ts";

const input = z.strictObject({
  why: z.string().trim().min(1).max(500).optional(),
  brand: z.string().optional(),
  from: z.string().optional(),
  to: z.string().optional(),
  effect: z.enum(["silence", "raise"], { error: "silence or raise" }).default("silence"),
  by: z.string().trim().min(1).max(320).optional(),
  cancel: z.string().optional(),
  tz: zoneSchema.optional(),
  json: z.boolean().default(false),
});

export const alertsPlan = defineCommand({
  name: "alerts plan",
  summary: "announce an event that silences alerts, or makes them more severe",
  details:
    "Without a text it lists what is planned. Incidents of a silenced stretch are kept in the list, and told to nobody.",
  arguments: [{ key: "why", flags: "[why]", help: "what happens then, for example “price change”" }],
  flags: [
    { flags: "--brand <brand>", help: "of one brand (default: of all)" },
    { flags: "--from <time>", help: "its begin" },
    { flags: "--to <time>", help: "its end" },
    { flags: "--effect <effect>", help: "silence (default) or raise" },
    { flags: "--by <who>", help: "who says so" },
    { flags: "--cancel <id>", help: "take a planned event back" },
    TZ_FLAG,
    JSON_FLAG,
  ],
  examples: [
    'molva alerts plan "price change" --brand aurora --from 2026-12-01 --to 2026-12-03 --by olga',
    "molva alerts plan",
  ],
  folder: "held",
  input,
  run: async (call, told) => {
    const { checkpoints, clock } = await call.runtime();
    const { readPlanned, writePlanned } = await import("../../alerts/watch-memory.ts");
    const now = clock();
    const planned = (await readPlanned(checkpoints)).filter(({ to }) => to > now);
    if (told.cancel !== undefined) {
      const rest = planned.filter(({ id }) => id !== told.cancel);
      if (rest.length === planned.length)
        throw usageError(`--cancel: ${told.cancel} is not planned (molva alerts plan lists what is)`);
      await writePlanned(checkpoints, rest);
      call.io.err(`${told.cancel} is no longer planned\n`);
      return 0;
    }
    if (told.why === undefined) {
      await call.io.out(
        told.json
          ? `${JSON.stringify(planned, null, 2)}\n`
          : planned.length === 0
            ? "Nothing is planned.\n"
            : table(
                [
                  { title: "id" },
                  { title: "brand" },
                  { title: "from" },
                  { title: "to" },
                  { title: "effect" },
                  { title: "by" },
                  { title: "why", most: 80 },
                ],
                planned.map((one) => [one.id, one.brandId ?? "(all)", one.from, one.to, one.effect, one.by, one.why]),
              ),
      );
      return 0;
    }
    const { from, to, by } = told;
    if (from === undefined || to === undefined || by === undefined)
      throw usageError("a planned event needs --from, --to and --by (molva alerts plan --help shows an example)");
    const zone = told.tz ?? (await call.zone());
    const brand = told.brand === undefined ? null : brandIdSchema.parse(await knownBrand(call, told.brand));
    const event: Omit<PlannedEvent, "id"> = {
      brandId: brand,
      from: momentOf(from, zone, "from"),
      to: momentOf(to, zone, "to"),
      effect: told.effect,
      why: told.why,
      by,
    };
    if (event.from >= event.to) throw usageError("--from must lie before --to");
    const id = createHash("sha256").update(JSON.stringify(event)).digest("hex").slice(0, 8);
    await writePlanned(checkpoints, [...planned.filter((one) => one.id !== id), { id, ...event }]);
    call.io.err(`Planned as ${id}: ${told.effect} from ${event.from} to ${event.to}\n`);
    return 0;
  },
});
