import { MENTIONS, type Bus, type Checkpoints, type Instant, type Log, type Observation } from "@molva/contracts";
import { z } from "zod";

/** One entry an author: keyed hashes and ids, no name. */
const PREFIX = "suppressed/author/";

const entrySchema = z.object({ since: z.string(), by: z.string().nullable(), mentions: z.array(z.string()) });

export interface SuppressedAuthor {
  /** Keyed hash of the name: 32 hex digits. */
  readonly author: string;
  readonly since: string;
  /** Who erased them, when that was told. */
  readonly by: string | null;
  /** Their mentions at that time: dropped whatever name stands there later. */
  readonly mentions: readonly string[];
}

/** Every erased author. */
export const suppressedAuthors = async (checkpoints: Checkpoints): Promise<readonly SuppressedAuthor[]> => {
  const found: SuppressedAuthor[] = [];
  for await (const [key, value] of checkpoints.entries(PREFIX)) {
    const entry = entrySchema.safeParse(value);
    // An entry that cannot be read still suppresses its author.
    const { since, by, mentions } = entry.success ? entry.data : { since: "", by: null, mentions: [] };
    found.push({ author: key.slice(PREFIX.length), since, by, mentions });
  }
  return found;
};

/** Adds to the list, durably; what is there already stays. */
export const suppress = async (
  checkpoints: Checkpoints,
  author: string,
  {
    since,
    by,
    mentions,
  }: { readonly since: Instant; readonly by: string | null; readonly mentions: readonly string[] },
): Promise<void> => {
  const known = entrySchema.safeParse(await checkpoints.read(PREFIX + author));
  await checkpoints.write({
    [PREFIX + author]: {
      since: known.success ? known.data.since : since,
      by: known.success ? known.data.by : by,
      mentions: [...new Set([...(known.success ? known.data.mentions : []), ...mentions])].toSorted(),
    },
  });
};

/**
 * The log, closed to what erased authors wrote: an observation of theirs, or of a mention that was theirs, is dropped before anything
 * of it is written, whoever publishes it. What is known of the mention stays as it is, label and counts included. That a mention
 * is gone at its source holds no words and passes.
 */
export const withoutSuppressed = (bus: Bus, checkpoints: Checkpoints, log: Log): Bus => ({
  ...bus,
  publish: async (topic, lane, values) => {
    if (topic.name !== MENTIONS.name || values.length === 0) return bus.publish(topic, lane, values);
    const list = await suppressedAuthors(checkpoints);
    if (list.length === 0) return bus.publish(topic, lane, values);
    const authors = new Set(list.map(({ author }) => author));
    const mentions = new Set(list.flatMap((entry) => entry.mentions));
    const passes = (value: Observation): boolean =>
      value.type === "gone" ||
      !(mentions.has(value.mention.mentionId) || authors.has(value.mention.authorHash ?? "nobody"));
    const passing = values.filter((value) => passes(value as Observation));
    if (passing.length < values.length) log.info("suppressed", { mentions: values.length - passing.length });
    if (passing.length > 0) await bus.publish(topic, lane, passing);
  },
});
