import { eraseRespondent, eraseWords, mentionsOfAuthor } from "@molva/aggregator";
import { FACTS, instantOf, MENTIONS, millisOf } from "@molva/contracts";
import { z } from "zod";
import { defineCommand, JSON_FLAG, usageError, type Call } from "../command.ts";
import { NO_WAIT_FLAG } from "../decisions/report.ts";
import { settledWithBar } from "../settled.ts";
import { keptPages } from "../kept-pages.ts";
import { eraseFromReports } from "../report/forget.ts";
import { suppress, suppressedAuthors } from "../suppression.ts";
import type { Runtime } from "../runtime.ts";

const input = z.strictObject({
  author: z
    .string({ error: "name the author: --author NAME, as the source prints it" })
    .max(1000)
    .refine((name) => name.trim() !== "", "an author's name, as the source prints it"),
  by: z.string().trim().min(1).max(200).optional(),
  purgeLog: z.boolean().default(false),
  wait: z.boolean().default(true),
  json: z.boolean().default(false),
});

/** Until a look finds no words any more: a message may have passed the list before the author stood on it. */
const MOST_ROUNDS = 5;

interface Erased {
  readonly author: string;
  readonly mentions: number;
  /** Stored versions that held words. */
  readonly texts: number;
  /** Stored answers to surveys. */
  readonly answers: number;
}

/** First the list, so that nothing new comes in; then what is on its way; then the store. */
export const eraseAuthor = async (
  call: Call,
  runtime: Runtime,
  author: string,
  told: Pick<z.output<typeof input>, "by" | "wait">,
): Promise<Erased> => {
  const { store, checkpoints } = runtime;
  const entry = { since: runtime.clock(), by: told.by ?? null };
  await suppress(checkpoints, author, { ...entry, mentions: [] });
  let texts = 0;
  let mentions: readonly string[] = [];
  for (let round = 0; round < MOST_ROUNDS; round += 1) {
    if (told.wait) await settledWithBar(runtime, call.io);
    // The ids stand on the list before their author's name is gone from the store: a killed run can then go on.
    await suppress(checkpoints, author, { ...entry, mentions: await mentionsOfAuthor(store, author) });
    mentions = (await suppressedAuthors(checkpoints)).find((one) => one.author === author)?.mentions ?? [];
    const erased = await eraseWords(store, mentions);
    texts += erased;
    if (!told.wait || (round > 0 && erased === 0)) break;
  }
  await eraseFromReports(call.dataDir, mentions);
  return { author, mentions: mentions.length, texts, answers: await eraseRespondent(store, author) };
};

/** Messages are deleted that every stage has handled, whoever wrote them. */
const purgeLog = async ({ bus, clock }: Runtime): Promise<number> => {
  const before = instantOf(millisOf(clock()) + 1);
  return (await bus.retain(MENTIONS, before)) + (await bus.retain(FACTS, before));
};

const text = ({ mentions, texts, answers }: Erased, purged: number | null): string =>
  [
    ...(mentions + answers === 0
      ? ["No stored mention names this author: is it written as its source prints it?"]
      : []),
    `The author is erased: ${mentions} mentions, ${texts} stored texts cleared. Labels and counts stay; later crawls and imports drop what they wrote.`,
    ...(answers === 0
      ? []
      : [`${answers} answers to surveys are no longer theirs, and without their comment; scores stay.`]),
    purged === null
      ? "The log still holds the messages of the last days (retention.log); --purge-log deletes what every stage has handled."
      : `${purged} messages were deleted from the log.`,
    "Pages that were kept for the repair of a source are deleted, all of them.",
    "Reports as sent quote them no more; what lies in mailboxes stays there.",
    "Rejected rows of imports (rejects/ in the data folder) and backups are yours to look through.",
    "",
  ].join("\n");

export const erase = defineCommand({
  name: "erase",
  summary: "erase an author: name, texts and links go, labels and counts stay, later crawls keep them out",
  details: `The name is hashed with the folder's key; letters' case and surrounding space do not matter. It is never written anywhere. Running it again is
harmless. docs/corrections.md says what is kept, and for how long the log still holds the words.`,
  flags: [
    { flags: "--author <name>", help: "as the source prints it" },
    { flags: "--by <who>", help: "who erases; kept with the list" },
    { flags: "--purge-log", help: "also delete from the log what every stage has handled, of all authors" },
    { ...NO_WAIT_FLAG, help: "do not wait for what is on its way into the store: run it again later" },
    JSON_FLAG,
  ],
  examples: ['molva erase --author "Ivan P." --by vera --purge-log'],
  folder: "held",
  input,
  run: async (call, told) => {
    if (told.purgeLog && !told.wait) throw usageError("--purge-log deletes what is handled: it goes without --no-wait");
    const runtime = await call.runtime();
    const erased = await eraseAuthor(call, runtime, runtime.hashAuthor(told.author), told);
    // A page is not searched for a name that no parser could find on it: all that were kept go.
    await keptPages(call.dataDir, runtime.log).trim(0, Infinity);
    const purged = told.purgeLog ? await purgeLog(runtime) : null;
    runtime.changes.announce();
    await call.io.out(told.json ? `${JSON.stringify({ ...erased, purged }, null, 2)}\n` : text(erased, purged));
    return 0;
  },
});
