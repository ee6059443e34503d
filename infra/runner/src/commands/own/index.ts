import { z } from "zod";
import { defineCommand, JSON_FLAG, usageError, type Call } from "../../command.ts";
import { NO_WAIT_FLAG } from "../../decisions/report.ts";
import { knownBrand } from "../../known-brand.ts";
import { decideMany, isOfRule, type RuleDecision } from "../../rules/decide-many.ts";
import { eachStored } from "../../rules/each-stored.ts";
import { hasOwnVoices, speaksForItself } from "../../rules/own-voices.ts";
import { undoRuleCommand } from "../../rules/undo-rule.ts";
import { configuredBrand } from "../query/read.ts";

const input = z.strictObject({
  brand: z.string({ error: "name the brand: --brand B" }),
  by: z.string().trim().min(1).max(200).default("own"),
  dryRun: z.boolean().default(false),
  wait: z.boolean().default(true),
  json: z.boolean().default(false),
});

const apply = async (call: Call, told: z.output<typeof input>): Promise<number> => {
  const id = await knownBrand(call, told.brand);
  const brand = await configuredBrand(call, id);
  if (brand === null || !hasOwnVoices(brand))
    throw usageError(
      `the configuration tells nothing of how ${id} itself writes: brands[].own with authors or domains`,
    );
  const isOwn = speaksForItself(brand, (await call.runtime()).hashAuthor);
  const decisions: RuleDecision[] = [];
  let own = 0;
  await eachStored(call, [{ brand: id, from: null, to: null }], "Looking for the brand's own words", (mention) => {
    const live = mention.exclusions.filter(({ reason }) => isOfRule(reason, "own"));
    if (isOwn(mention)) {
      own += 1;
      if (live.length === 0 && !mention.gone) decisions.push({ type: "exclude", mention });
    } else for (const { event } of live) decisions.push({ type: "undo", mention, undoes: event });
  });
  const excluded = decisions.filter(({ type }) => type === "exclude").length;
  const broughtBack = decisions.length - excluded;
  if (!told.dryRun) await decideMany(call, decisions, { by: told.by, reason: "own", wait: told.wait });
  await call.io.out(
    told.json
      ? `${JSON.stringify({ brand: id, own, excluded, broughtBack, dryRun: told.dryRun }, null, 2)}\n`
      : `${own} stored mentions are ${id}'s own words: ${excluded} ${told.dryRun ? "would be " : ""}taken out, ${broughtBack} ${told.dryRun ? "would be " : ""}brought back.\n`,
  );
  return 0;
};

const ownApply = defineCommand({
  name: "own apply",
  summary: "take out what is stored of the brand's own posts and replies, after brands[].own has changed",
  details: `New mentions are told apart as they come in: they are kept with the reason "own" and not counted. This does the same for what is stored, and brings
back what is no longer named there.`,
  flags: [
    { flags: "--brand <brand>", help: "by id or title (required)" },
    { flags: "--by <who>", help: 'who decides; stands in the history (default "own")' },
    { flags: "--dry-run", help: "say what would change, and change nothing" },
    { ...NO_WAIT_FLAG, help: "end when the log has the decisions; do not wait for the numbers" },
    JSON_FLAG,
  ],
  examples: ["molva own apply --brand aurora --dry-run"],
  folder: "held",
  input,
  run: apply,
});

export const OWN_COMMANDS = [ownApply, undoRuleCommand("own")];
