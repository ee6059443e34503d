import { zoneSchema } from "@molva/platform";
import { z } from "zod";
import { defineCommand, JSON_FLAG, TZ_FLAG, type Call, type CommandSpec } from "../command.ts";
import { NO_WAIT_FLAG } from "../decisions/report.ts";
import { knownBrand } from "../known-brand.ts";
import { momentOf } from "../moment.ts";
import { decideMany, isOfRule, type Rule, type RuleDecision } from "./decide-many.ts";
import { eachStored } from "./each-stored.ts";

const input = z.strictObject({
  brand: z.string({ error: "name the brand: --brand B" }),
  from: z.string().optional(),
  to: z.string().optional(),
  by: z.string().trim().min(1).max(200).optional(),
  wait: z.boolean().default(true),
  tz: zoneSchema.optional(),
  json: z.boolean().default(false),
});
type Input = z.output<typeof input>;

const undoAll = async (call: Call, told: Input, rule: Rule): Promise<number> => {
  const brand = await knownBrand(call, told.brand);
  const zone = told.tz ?? (await call.zone());
  const from = told.from === undefined ? null : momentOf(told.from, zone, "from");
  const to = told.to === undefined ? null : momentOf(told.to, zone, "to");
  const decisions: RuleDecision[] = [];
  await eachStored(call, [{ brand, from, to }], "Looking for its exclusions", (mention) => {
    for (const { event, reason } of mention.exclusions)
      if (isOfRule(reason, rule)) decisions.push({ type: "undo", mention, undoes: event });
  });
  await decideMany(call, decisions, { by: told.by ?? rule, reason: rule, wait: told.wait });
  const broughtBack = new Set(decisions.map(({ mention }) => mention.id)).size;
  await call.io.out(
    told.json
      ? `${JSON.stringify({ brand, rule, broughtBack }, null, 2)}\n`
      : `${broughtBack} mentions that were taken out with the reason "${rule}" are back.\n`,
  );
  return 0;
};

/** `query undo`, `noise undo`: all that a rule took out comes back in one go. */
export const undoRuleCommand = (rule: Rule): CommandSpec =>
  defineCommand({
    name: `${rule} undo`,
    summary: `bring back every mention that was taken out with the reason "${rule}"`,
    details:
      "One decision each, in the history of its mention. What a person took out stays out. Run again it changes nothing.",
    flags: [
      { flags: "--brand <brand>", help: "by id or title (required)" },
      { flags: "--from <time>", help: "first moment of publication" },
      { flags: "--to <time>", help: "end, not included" },
      { flags: "--by <who>", help: "who decides; stands in the history" },
      { ...NO_WAIT_FLAG, help: "end when the log has the decisions; do not wait for the numbers" },
      TZ_FLAG,
      JSON_FLAG,
    ],
    examples: [`molva ${rule} undo --brand aurora`],
    folder: "held",
    input,
    run: (call, told) => undoAll(call, told, rule),
  });
