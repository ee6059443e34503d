import type { StoredMention } from "@molva/aggregator";
import { z } from "zod";
import { defineCommand, JSON_FLAG, usageError, type Call } from "../../command.ts";
import { NO_WAIT_FLAG } from "../../decisions/report.ts";
import { printable } from "../../io.ts";
import { knownBrand } from "../../known-brand.ts";
import { decideMany, type RuleDecision } from "../../rules/decide-many.ts";
import { eachStored } from "../../rules/each-stored.ts";
import { readNoise } from "../../rules/noise-state.ts";
import { configuredBrand } from "../query/read.ts";
import { noiseInputOf, pointsTable } from "./train.ts";

const brand = z.string({ error: "name the brand: --brand B" });
const showInput = z.strictObject({
  brand,
  limit: z.coerce.number().int().min(0).max(1000).default(10),
  json: z.boolean().default(false),
});
const applyInput = z.strictObject({
  brand,
  by: z.string().trim().min(1).max(200).default("noise"),
  dryRun: z.boolean().default(false),
  wait: z.boolean().default(true),
  json: z.boolean().default(false),
});

interface Suspect {
  readonly mention: StoredMention;
  readonly score: number;
}

const untrained = (id: string) =>
  usageError(
    `nothing was learned of ${id}'s noise yet: mark at least 20 mentions, then molva noise train --brand ${id}`,
  );

/** Less than this looks more like a mention than like noise. */
const LOOKS_LIKE_NOISE = 0.5;

/** Counted mentions that look like noise, the surest first: to look at them is worth while also where no threshold is precise enough to act. */
const suspectsOf = async (call: Call, id: string) => {
  const runtime = await call.runtime();
  const state = await readNoise(runtime.checkpoints, id);
  if (state === null) throw untrained(id);
  const { noiseScore } = await import("@molva/classifier");
  const suspects: Suspect[] = [];
  let takenOut = 0;
  await eachStored(call, [{ brand: id, from: null, to: null }], "Scoring the stored mentions", (mention) => {
    if (mention.exclusions.some(({ reason }) => reason === "noise")) takenOut += 1;
    if (mention.gone || mention.exclusions.length > 0) return;
    const score = noiseScore(state.model, noiseInputOf(mention));
    if (score >= LOOKS_LIKE_NOISE) suspects.push({ mention, score });
  });
  return { state, takenOut, suspects: suspects.toSorted((a, b) => b.score - a.score) };
};

const show = async (call: Call, told: z.output<typeof showInput>): Promise<number> => {
  const id = await knownBrand(call, told.brand);
  const { state, suspects, takenOut } = await suspectsOf(call, id);
  const mode = (await configuredBrand(call, id))?.noise ?? "suggest";
  const listed = mode === "off" ? [] : suspects.slice(0, told.limit);
  if (told.json) {
    const { model: _, ...shown } = state;
    const mentions = listed.map(({ mention: { exclusions: _none, gone: _here, ...mention }, score }) => ({
      ...mention,
      score: Math.round(score * 1e4) / 1e4,
    }));
    await call.io.out(
      `${JSON.stringify({ brand: id, mode, ...shown, takenOut, suggested: suspects.length, mentions }, null, 2)}\n`,
    );
    return 0;
  }
  const lines = listed.map(({ mention, score }) => {
    const words = printable([mention.title, mention.text].filter((part) => part !== null && part !== "").join(" — "));
    return `${score.toFixed(2)}  ${words.length > call.io.columns ? `${words.slice(0, call.io.columns)}…` : words}\n      ${mention.id} · ${mention.source} · ${mention.publishedAt.slice(0, 10)}\n`;
  });
  await call.io.out(
    `Mode ${mode}; learned on ${state.trainedAt.slice(0, 10)} from ${state.marked} marked and ${state.unmarked} other mentions; ${takenOut} are taken out as noise.\n\n${pointsTable(state.points)}\n${
      state.chosen === null
        ? "No threshold reaches the precision that was asked for: nothing is taken out by itself. Mark those below that are noise, and train again.\n"
        : `From ${state.chosen.threshold.toFixed(2)} on it is precise enough to take them out.\n`
    }${suspects.length} counted mentions look like noise${lines.length === 0 ? "" : `; the first ${lines.length}`}:\n\n${lines.join("")}`,
  );
  return 0;
};

const apply = async (call: Call, told: z.output<typeof applyInput>): Promise<number> => {
  const id = await knownBrand(call, told.brand);
  const { suspects, state } = await suspectsOf(call, id);
  const threshold = state.chosen?.threshold ?? Infinity;
  const decisions = suspects.flatMap(({ mention, score }): readonly RuleDecision[] =>
    score >= threshold ? [{ type: "exclude", mention }] : [],
  );
  if (!told.dryRun) await decideMany(call, decisions, { by: told.by, reason: "noise", wait: told.wait });
  const precision = state.chosen?.precision ?? null;
  await call.io.out(
    told.json
      ? `${JSON.stringify({ brand: id, excluded: decisions.length, precision, dryRun: told.dryRun }, null, 2)}\n`
      : `${decisions.length} mentions ${told.dryRun ? "would be" : "were"} taken out as noise${precision === null ? "" : ` (precision by cross-validation ${(100 * precision).toFixed(1)} %)`}. ${decisions.length === 0 || told.dryRun ? "" : `molva noise undo --brand ${id} takes it back.`}\n`,
  );
  return 0;
};

export const noiseShow = defineCommand({
  name: "noise show",
  summary: "what was learned of a brand's noise, and the mentions it would take out",
  flags: [
    { flags: "--brand <brand>", help: "by id or title (required)" },
    { flags: "--limit <n>", help: "how many mentions (default 10)" },
    JSON_FLAG,
  ],
  examples: ["molva noise show --brand aurora --limit 30"],
  folder: "held",
  input: showInput,
  run: show,
});

export const noiseApply = defineCommand({
  name: "noise apply",
  summary: "take the stored mentions out that look like noise",
  details:
    'Decisions with the reason "noise"; molva noise undo takes them back in one go. Run again it changes nothing.',
  flags: [
    { flags: "--brand <brand>", help: "by id or title (required)" },
    { flags: "--by <who>", help: 'who decides; stands in the history (default "noise")' },
    { flags: "--dry-run", help: "say what would change, and change nothing" },
    { ...NO_WAIT_FLAG, help: "end when the log has the decisions; do not wait for the numbers" },
    JSON_FLAG,
  ],
  examples: ["molva noise apply --brand aurora --dry-run"],
  folder: "held",
  input: applyInput,
  run: apply,
});
