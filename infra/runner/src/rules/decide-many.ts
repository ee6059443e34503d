import type { StoredMention } from "@molva/aggregator";
import {
  FACTS,
  type BrandId,
  type EventId,
  type Fact,
  type Instant,
  type MentionId,
  type SourceId,
} from "@molva/contracts";
import type { Call } from "../command.ts";
import { noteCorrections } from "../decisions/corrected-days.ts";
import { settledWithBar } from "../settled.ts";

/** What a rule decides of a mention: it leaves the numbers, or an exclusion of that rule is taken back. */
export type RuleDecision =
  | { readonly type: "exclude"; readonly mention: StoredMention }
  | { readonly type: "undo"; readonly mention: StoredMention; readonly undoes: EventId };

/** The reasons that rules give; a person's own words may be any other. */
const RULES = ["query", "noise", "own"] as const;
export type Rule = (typeof RULES)[number];

/** Whether a rule, and no person's word, took it out. `query: my words` is the rule's too. */
export const isOfRule = (reason: string, rule: Rule): boolean => reason === rule || reason.startsWith(`${rule}: `);

/** Taken out by a person: what rules say of it changes nothing. */
export const excludedByPerson = ({ exclusions }: StoredMention): boolean =>
  exclusions.some(({ reason }) => !RULES.some((rule) => isOfRule(reason, rule)));

const BATCH = 1_000;

const factOf = (decision: RuleDecision, by: string, reason: string, decidedAt: Instant): Fact => {
  const { mention } = decision;
  const shared = {
    mentionId: mention.id as MentionId,
    brandId: mention.brand as BrandId,
    sourceId: mention.source as SourceId,
    by,
    reason,
    decidedAt,
  };
  return decision.type === "exclude"
    ? { type: "exclude", ...shared }
    : { type: "undo", ...shared, undoes: decision.undoes };
};

/**
 * Publishes what a rule decided, behind the day's traffic, and waits until every number follows unless told not to.
 * @throws {PipelineError} what the log throws; then a part stands, and the same command finishes the rest.
 */
export const decideMany = async (
  call: Call,
  decisions: readonly RuleDecision[],
  { by, reason, wait }: { readonly by: string; readonly reason: string; readonly wait: boolean },
): Promise<void> => {
  if (decisions.length === 0) return;
  const runtime = await call.runtime();
  const decidedAt = runtime.clock();
  for (let from = 0; from < decisions.length; from += BATCH) {
    call.io.signal.throwIfAborted();
    const some = decisions.slice(from, from + BATCH).map((decision) => factOf(decision, by, reason, decidedAt));
    await runtime.bus.publish(FACTS, "backfill", some);
  }
  if (!wait) return;
  await settledWithBar(runtime, call.io);
  await noteCorrections(
    call,
    decisions.map(({ mention }) => mention.brand),
  );
};
