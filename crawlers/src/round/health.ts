import {
  targetHealthSchema,
  type Checkpoints,
  type Instant,
  type PipelineError,
  type PublicRating,
  type TargetHealth,
} from "@molva/contracts";
import type { CrawlTarget } from "./target.ts";
import type { Usual } from "./usual.ts";

export interface Counts {
  readonly pages: number;
  readonly new: number;
  readonly changed: number;
  readonly unchanged: number;
  readonly removed: number;
  readonly errors: number;
}

export const NO_COUNTS: Counts = { pages: 0, new: 0, changed: 0, unchanged: 0, removed: 0, errors: 0 };

export const healthKey = (target: string): string => `health/${target}`;

export const readHealth = async (checkpoints: Checkpoints, target: CrawlTarget): Promise<TargetHealth> => {
  const read = targetHealthSchema.safeParse(await checkpoints.read(healthKey(target.key)));
  if (read.success) return read.data;
  return {
    target: target.key,
    source: target.source.id,
    brands: [],
    title: target.title,
    state: "never",
    lastAttemptAt: null,
    lastSuccessAt: null,
    lastNewMentionAt: null,
    ...NO_COUNTS,
    errorCode: null,
    errorMessage: null,
    consecutiveFailures: 0,
    nextAttemptAt: null,
    blockedSince: null,
    errorsByCode: {},
    unreadable: 0,
    got: 0,
    expected: null,
    quiet: false,
    publicRating: null,
  };
};

/** Takes away what was told of targets that nobody crawls any more. */
export const forgetOtherTargets = async (checkpoints: Checkpoints, crawled: ReadonlySet<string>): Promise<void> => {
  const left: Record<string, null> = {};
  for await (const [key] of checkpoints.entries("health/"))
    if (!crawled.has(key.slice("health/".length))) left[key] = null;
  if (Object.keys(left).length > 0) await checkpoints.write(left);
};

const REFUSALS = new Set(["SOURCE_BLOCKED", "SOURCE_THROTTLED", "SOURCE_FORBIDDEN"]);

const stateOf = (counts: Counts, error: PipelineError | null): TargetHealth["state"] => {
  if (error === null) return "ok";
  if (counts.pages > 0) return "partial";
  if (error.code === "SOURCE_BLOCKED" || error.code === "SOURCE_THROTTLED") return "blocked";
  return error.code === "SOURCE_FORBIDDEN" ? "forbidden" : "failing";
};

/**
 * A target's health after a round. `partial` is a success of a kind: pages came, but not all.
 * @param notBefore when the site asked us to come back; null when it did not.
 */
export const nextHealth = (
  before: TargetHealth,
  round: {
    readonly target: CrawlTarget;
    readonly at: Instant;
    readonly counts: Counts;
    readonly error: PipelineError | null;
    readonly errorsByCode: Readonly<Record<string, number>>;
    readonly unreadable: number;
    readonly publicRating: PublicRating | null;
    readonly usual: Usual;
    readonly notBefore: Instant | null;
  },
): TargetHealth => {
  const { target, at, counts, error } = round;
  const state = stateOf(counts, error);
  const succeeded = state === "ok" || state === "partial";
  const refused = REFUSALS.has(error?.code ?? "");
  return {
    ...before,
    brands: [...new Set(target.interests.map(({ brand }) => brand.id as string))],
    title: target.title,
    state,
    lastAttemptAt: at,
    lastSuccessAt: succeeded ? at : before.lastSuccessAt,
    lastNewMentionAt: counts.new > 0 ? at : before.lastNewMentionAt,
    ...counts,
    errorCode: error?.code ?? null,
    errorMessage: error === null ? null : error.message.slice(0, 500),
    consecutiveFailures: succeeded ? 0 : before.consecutiveFailures + 1,
    nextAttemptAt: round.notBefore,
    blockedSince: refused ? (before.blockedSince ?? at) : null,
    errorsByCode: round.errorsByCode,
    unreadable: round.unreadable,
    ...round.usual,
    publicRating: round.publicRating ?? before.publicRating,
  };
};
