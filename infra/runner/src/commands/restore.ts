import { resolve } from "node:path";
import { z } from "zod";
import { putBack } from "../backup/put-back.ts";
import { refuseServers } from "../backup/servers.ts";
import { defineCommand, JSON_FLAG, type Call } from "../command.ts";
import { progressBar } from "../progress.ts";
import { suppress, type SuppressedAuthor } from "../suppression.ts";
import { eraseAuthor } from "./erase.ts";

const MIB = 1024 * 1024;

/** Who was erased since the backup was taken is erased in what it brought back. */
const eraseAgain = async (call: Call, authors: readonly SuppressedAuthor[]): Promise<void> => {
  if (authors.length === 0) return;
  const runtime = await call.runtime();
  for (const { author, since, by, mentions } of authors) {
    await suppress(runtime.checkpoints, author, { since: since as never, by, mentions });
    await eraseAuthor(call, runtime, author, { wait: true, ...(by === null ? {} : { by }) });
  }
};

export const restore = defineCommand({
  name: "restore",
  summary: "put a backup in the place of the data folder",
  details: `Everything is checked against the manifest before anything is changed. Data that is there is refused, or with --force moved aside, never deleted.
What the backup had not worked off yet is worked off by the next command or start. Authors who were erased since stay erased.`,
  arguments: [{ key: "folder", flags: "<folder>", help: "what molva backup wrote" }],
  flags: [{ flags: "--force", help: "move aside the data that is there" }, JSON_FLAG],
  examples: [
    "molva restore /backups/molva-2026-11-22",
    "molva restore /backups/molva-2026-11-22 --data .molva --force",
  ],
  folder: "none",
  input: z.strictObject({
    folder: z.string().min(1),
    force: z.boolean().default(false),
    json: z.boolean().default(false),
  }),
  run: async (call, { folder, force, json }) => {
    await refuseServers(call);
    const source = resolve(call.io.cwd, folder);
    const bar = progressBar(call.io, "Restoring", "MiB");
    const { manifest, aside, erased } = await putBack(source, call.dataDir, force, (done, total) =>
      bar.update(done / MIB, total / MIB),
    ).finally(() => bar.end());
    await eraseAgain(call, erased);
    const { files, bytes, takenAt, asOf } = manifest;
    const result = {
      folder: source,
      data: call.dataDir,
      files: files.length,
      bytes,
      takenAt,
      asOf,
      aside,
      erased: erased.length,
    };
    if (json) await call.io.out(`${JSON.stringify(result, null, 2)}\n`);
    else
      await call.io.out(
        [
          `Restored ${files.length} files, ${(bytes / MIB).toFixed(1)} MiB, into ${call.dataDir}: the data of ${takenAt}, numbers as of ${asOf ?? "nothing yet"}.`,
          ...(aside === null ? [] : [`What was there lies in ${aside}; delete it when you need it no more.`]),
          ...(erased.length === 0 ? [] : [`${erased.length} authors who were erased before stay erased.`]),
          "molva verify recounts it.",
          "",
        ].join("\n"),
      );
    return 0;
  },
});
