import { instantOf, millisOf, type Instant, type TargetHealth } from "@molva/contracts";
import { shortHash, type CrawlTarget } from "./target.ts";

/** A pause is lengthened or shortened by up to a tenth, so that targets that began together drift apart. */
const JITTER = 0.1;
/** A target that fails is asked half as often each time, but once a day at least. */
const LONGEST_MS = 86_400_000;

export interface Rhythm {
  /** Milliseconds between two rounds of a target. */
  readonly every: number;
  /** By the id of a source, where that differs. */
  readonly everyOfSource: Readonly<Record<string, number>>;
}

/** In −1…1, the same for the same target and attempt: a process that starts again keeps the appointment. */
const drift = (target: string, attempt: Instant): number =>
  (Number.parseInt(shortHash(`${target} ${attempt}`).slice(0, 8), 16) / 0xffffffff) * 2 - 1;

/** When a target is to be read again; null: now, for it never was. */
export const dueAt = (target: CrawlTarget, health: TargetHealth, rhythm: Rhythm): Instant | null => {
  if (health.lastAttemptAt === null) return null;
  const every = target.every ?? rhythm.everyOfSource[target.source.id] ?? rhythm.every;
  const slower = Math.min(every * 2 ** Math.min(10, Math.max(0, health.consecutiveFailures - 1)), LONGEST_MS);
  const pause = Math.max(every, slower) * (1 + JITTER * drift(target.key, health.lastAttemptAt));
  const own = instantOf(Math.round(millisOf(health.lastAttemptAt) + pause));
  return health.nextAttemptAt !== null && health.nextAttemptAt > own ? health.nextAttemptAt : own;
};
