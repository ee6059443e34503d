import { readFile } from "node:fs/promises";
import { instantOf } from "@molva/contracts";
import { createLog, namesServers } from "@molva/platform";
import type { Call } from "../command.ts";
import { compose } from "../compose.ts";
import { messageOf } from "../failure.ts";
import { modeOf } from "../mode.ts";
import { answered } from "../monitor/answered.ts";

export interface ServersFinding {
  readonly what: "servers";
  readonly state: "ok" | "broken";
  readonly told: string;
  readonly next: string | null;
}

/** Whether the Kafka and the ClickHouse of the configuration take this process in; null where it names none. */
export const findServers = async (call: Call): Promise<ServersFinding | null> => {
  const { configPath } = call;
  if (configPath === null || !namesServers(await readFile(configPath, "utf8").catch(() => ""))) return null;
  try {
    const { config } = await call.config();
    // Who asks the doctor wants to know what is so now.
    const mode = await modeOf({ ...call, config, waitsForBrokers: false });
    const log = createLog("silent", process.stderr);
    const platform = await compose(mode, log, () => instantOf(Date.now()));
    try {
      await answered(platform.checkpoints.read("doctor"));
    } finally {
      await platform[Symbol.asyncDispose]();
    }
    const kafka = config.bus?.kafka.brokers.join(", ") ?? "";
    return {
      what: "servers",
      state: "ok",
      told: `Kafka at ${kafka}, ClickHouse at ${config.store?.url ?? ""}`,
      next: null,
    };
  } catch (error) {
    return {
      what: "servers",
      state: "broken",
      told: messageOf(error),
      next: "start what is missing, or correct bus.kafka, store.url or the secrets (docs/operations.md)",
    };
  }
};
