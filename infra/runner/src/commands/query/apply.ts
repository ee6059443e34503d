import { zoneSchema } from "@molva/platform";
import { indexText, matches } from "@molva/text";
import { z } from "zod";
import { brandQuery } from "../../brand-query.ts";
import { defineCommand, JSON_FLAG, TZ_FLAG, usageError, type Call } from "../../command.ts";
import { NO_WAIT_FLAG } from "../../decisions/report.ts";
import { knownBrand } from "../../known-brand.ts";
import { momentOf } from "../../moment.ts";
import { decideMany, excludedByPerson, isOfRule, type RuleDecision } from "../../rules/decide-many.ts";
import { eachStored } from "../../rules/each-stored.ts";
import { configuredBrand, isDecidedByQuery, readQuery } from "./read.ts";

const input = z.strictObject({
  brand: z.string({ error: "name the brand: --brand B" }),
  from: z.string({ error: "say from when on: --from 2026-01-01" }),
  to: z.string().optional(),
  query: z.string().optional(),
  all: z.boolean().default(false),
  by: z.string().trim().min(1).max(200).default("query"),
  dryRun: z.boolean().default(false),
  wait: z.boolean().default(true),
  tz: zoneSchema.optional(),
  json: z.boolean().default(false),
});
type Input = z.output<typeof input>;

const writtenQuery = async (call: Call, told: Input, id: string): Promise<string> => {
  if (told.query !== undefined) return told.query;
  const brand = await configuredBrand(call, id);
  if (brand === null) throw usageError(`${id} stands in no configuration, so it has no query: give one with --query`);
  return brandQuery(brand);
};

const apply = async (call: Call, told: Input): Promise<number> => {
  const id = await knownBrand(call, told.brand);
  const written = await writtenQuery(call, told, id);
  const query = readQuery(written);
  const zone = told.tz ?? (await call.zone());
  const from = momentOf(told.from, zone, "from");
  const to = told.to === undefined ? null : momentOf(told.to, zone, "to");
  const brand = await configuredBrand(call, id);
  const decisions: RuleDecision[] = [];
  const counts = { found: 0, missed: 0, spared: 0 };
  await eachStored(call, [{ brand: id, from, to }], "Asking the stored mentions", (mention) => {
    if (mention.gone || excludedByPerson(mention)) return;
    if (!told.all && !isDecidedByQuery(brand, mention.source)) {
      counts.spared += 1;
      return;
    }
    const live = mention.exclusions.filter(({ reason }) => isOfRule(reason, "query"));
    if (matches(query, indexText(mention))) {
      counts.found += 1;
      for (const { event } of live) decisions.push({ type: "undo", mention, undoes: event });
    } else {
      counts.missed += 1;
      if (live.length === 0) decisions.push({ type: "exclude", mention });
    }
  });
  const excluded = decisions.filter(({ type }) => type === "exclude").length;
  const broughtBack = new Set(decisions.flatMap(({ type, mention }) => (type === "undo" ? [mention.id] : []))).size;
  if (!told.dryRun) await decideMany(call, decisions, { by: told.by, reason: "query", wait: told.wait });
  const asOf = told.dryRun || !told.wait ? null : await (await call.runtime()).horizon();
  const would = told.dryRun ? "would be " : "";
  await call.io.out(
    told.json
      ? `${JSON.stringify({ brand: id, query: written, ...counts, excluded, broughtBack, dryRun: told.dryRun, asOf }, null, 2)}\n`
      : `${counts.found} mentions fit the query, ${counts.missed} do not: ${excluded} ${would}taken out, ${broughtBack} ${would}brought back.\n${
          counts.spared === 0
            ? ""
            : `${counts.spared} were left alone: all that stands at their source is about the brand (match: all); --all asks them too.\n`
        }${excluded === 0 || told.dryRun ? "" : `To take it back: molva query undo --brand ${id}\n`}`,
  );
  return 0;
};

export const queryApply = defineCommand({
  name: "query apply",
  summary:
    "take stored mentions that a query does not find out of the numbers, and bring those back that it finds again",
  details: `Decisions with the reason "query", which molva query undo takes back in one go; run again it changes nothing. Without --query the brand's own counts. A
mention that a person took out stays out; one whose target holds the brand's mentions only (match: all, as an app's reviews) is left alone,
for its writer need not name the brand.`,
  flags: [
    { flags: "--brand <brand>", help: "by id or title (required)" },
    { flags: "--from <time>", help: "first moment of publication (required)" },
    { flags: "--to <time>", help: "end, not included" },
    { flags: "--query <query>", help: "instead of the brand's own" },
    { flags: "--all", help: "also where all that stands there is about the brand" },
    { flags: "--by <who>", help: 'who decides; stands in the history (default "query")' },
    { flags: "--dry-run", help: "say what would change, and change nothing" },
    { ...NO_WAIT_FLAG, help: "end when the log has the decisions; do not wait for the numbers" },
    TZ_FLAG,
    JSON_FLAG,
  ],
  examples: [
    "molva query apply --brand aurora --from 2026-01-01 --dry-run",
    `molva query apply --brand aurora --from 2026-01-01 --query 'aurora NOT (borealis OR hotel)'`,
  ],
  folder: "held",
  input,
  run: apply,
});
