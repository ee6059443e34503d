import type { ImportRow } from "@molva/crawlers";
import { instantOf, millisOf, MENTIONS, type Instant, type Lane, type Observation } from "@molva/contracts";
import { z } from "zod";
import type { Runtime } from "../runtime.ts";

/** Contents of one mention in one file that are remembered in their order, so that a file that comes again changes nothing. */
const REMEMBERED = 16;

export interface PublishedRows {
  readonly new: number;
  readonly changed: number;
  readonly unchanged: number;
}

const keyOf = (row: ImportRow): string => `import/${row.mention.sourceId}/${row.mention.mentionId}`;
const hashesSchema = z.array(z.string()).catch([]);

/** Publishes what the folder does not know yet; the checkpoint follows only when the log has it. */
export const publishRows = async (
  runtime: Pick<Runtime, "bus" | "checkpoints">,
  rows: readonly ImportRow[],
  importedAt: Instant,
  lane: Lane,
): Promise<PublishedRows> => {
  const summary = { new: 0, changed: 0, unchanged: 0 };
  const entries = new Map<string, string[]>();
  const observations: Observation[] = [];
  const remembered = await runtime.checkpoints.readMany(rows.map(keyOf));
  for (const row of rows) {
    const key = keyOf(row);
    const known = entries.get(key) ?? hashesSchema.parse(remembered.get(key));
    if (known[row.version] === row.hash) {
      summary.unchanged += 1;
      continue;
    }
    if (known.length === 0) summary.new += 1;
    else summary.changed += 1;
    entries.set(key, [...known.slice(0, row.version), row.hash].slice(0, REMEMBERED));
    // When the file says it was fetched orders a first sight. A change is newer than what is known, whatever the file
    // says; of several versions in one file the later one is the newest.
    const seenAt = known.length === 0 ? (row.fetchedAt ?? importedAt) : importedAt;
    const observedAt = instantOf(millisOf(seenAt) + row.version);
    observations.push({ type: "seen", mention: row.mention, observedAt });
  }
  if (observations.length === 0) return summary;
  await runtime.bus.publish(MENTIONS, lane, observations);
  await runtime.checkpoints.write(Object.fromEntries(entries));
  return summary;
};
