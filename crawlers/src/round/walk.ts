import { instantOf, instantSchema, millisOf, type Checkpoints, type Instant } from "@molva/contracts";
import { z } from "zod";

const DAY_MS = 86_400_000;

/** Ages in days to which a walk may reach; the last stands for all there is. */
const LEVELS = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, Infinity] as const;
/** A level is walked again after this part of its age: what is a day old every three hours, what is a year old every month and a half. */
const PART = 8;
const OLDEST_AGAIN_DAYS = 180;

const walksSchema = z.record(z.string(), instantSchema);
/** When each level was last walked to its end, by its age in days. */
export type Walks = z.infer<typeof walksSchema>;

export const walksKey = (target: string): string => `crawl/walk/${target}`;

export const readWalks = async (checkpoints: Checkpoints, target: string): Promise<Walks> => {
  const read = walksSchema.safeParse(await checkpoints.read(walksKey(target)));
  return read.success ? read.data : {};
};

const againAfterMs = (level: number): number =>
  level === Infinity ? OLDEST_AGAIN_DAYS * DAY_MS : (level * DAY_MS) / PART;

/**
 * The date back to which this round looks again at what it knows; null: only until known ground. Reviews are edited and
 * taken down soon after they were written and hardly ever later, so each age is looked at again after an eighth of it: over the life of a
 * review that is a number of requests that grows by eight each time its age doubles.
 */
export const lookBackTo = (walks: Walks, now: Instant): Instant | null => {
  const due = LEVELS.filter((level) => {
    const last = walks[String(level)];
    return last === undefined || millisOf(now) - millisOf(last) >= againAfterMs(level);
  });
  const deepest = due.at(-1);
  if (deepest === undefined) return null;
  return instantOf(deepest === Infinity ? 0 : millisOf(now) - deepest * DAY_MS);
};

/** @param reached the oldest date of the pages that were walked; null: there was no further page, or the configuration wants no more. */
export const walkedTo = (walks: Walks, reached: Instant | null, now: Instant): Walks => {
  const days = reached === null ? Infinity : (millisOf(now) - millisOf(reached)) / DAY_MS;
  return {
    ...walks,
    ...Object.fromEntries(LEVELS.filter((level) => level <= days).map((level) => [String(level), now])),
  };
};
