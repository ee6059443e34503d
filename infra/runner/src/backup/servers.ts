import { readFile } from "node:fs/promises";
import { namesServers } from "@molva/platform";
import { usageError, type Call } from "../command.ts";

export const NOT_HERE = `Here Kafka keeps the log and ClickHouse the store, and this process neither:
  the log    keep the facts in Kafka for longer than the store's backups are apart (retention.log), on three brokers
  the store  ClickHouse's own BACKUP DATABASE … TO …; where Molva serves the store (--only store), stop that process and copy its folder
After the store is restored, set the aggregator's group back to before its backup: what is told twice counts once.
docs/backup.md has the steps`;

/** @throws {PipelineError} `USAGE` (exit) where the configuration names a Kafka and a ClickHouse: they are not ours to copy. */
export const refuseServers = async ({ configPath }: Call): Promise<void> => {
  if (configPath === null) return;
  if (namesServers(await readFile(configPath, "utf8").catch(() => ""))) throw usageError(NOT_HERE);
};
