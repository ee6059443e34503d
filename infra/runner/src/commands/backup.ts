import { resolve } from "node:path";
import { z } from "zod";
import { refuseServers } from "../backup/servers.ts";
import { takeBackup } from "../backup/take.ts";
import { defineCommand, JSON_FLAG } from "../command.ts";
import { progressBar } from "../progress.ts";

const MIB = 1024 * 1024;

export const backup = defineCommand({
  name: "backup",
  summary: "copy the whole data folder into a new one, also while start runs",
  details: `Log, store, cursors, the list of erased authors and the key of the authors' hashes, as they stood at one moment; with a manifest of checksums.
It holds people's words and the key: keep it as you keep the data. docs/backup.md says what it promises, and what backs up a Kafka and a ClickHouse.`,
  arguments: [{ key: "folder", flags: "<folder>", help: "a new or an empty folder, outside of the data folder" }],
  flags: [JSON_FLAG],
  examples: ["molva backup /backups/molva-2026-11-22", "molva restore /backups/molva-2026-11-22 --data .molva"],
  folder: "held",
  input: z.strictObject({ folder: z.string().min(1), json: z.boolean().default(false) }),
  run: async (call, { folder, json }) => {
    const target = resolve(call.io.cwd, folder);
    await refuseServers(call);
    const runtime = await call.runtime();
    const bar = progressBar(call.io, "Copying", "MiB");
    const { manifest, heldMs } = await takeBackup(runtime, target, (done, total) =>
      bar.update(done / MIB, total / MIB),
    ).finally(() => bar.end());
    const { files, bytes, takenAt, asOf, molva } = manifest;
    if (json)
      await call.io.out(
        `${JSON.stringify({ folder: target, files: files.length, bytes, takenAt, asOf, molva, heldMs }, null, 2)}\n`,
      );
    else
      await call.io.out(
        `Backed up into ${target}: ${files.length} files, ${(bytes / MIB).toFixed(1)} MiB, as of ${asOf ?? "nothing yet"}. Writing paused for ${heldMs} ms.\n`,
      );
    return 0;
  },
});
