import { readFile } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { PipelineError } from "@molva/contracts";
import { mailDomainOf, type ChannelSetting } from "../alerts/open-channels.ts";
import { usageError } from "../command.ts";
import type { Runtime } from "../runtime.ts";
import type { BounceParts } from "./bounces.ts";
import type { Failures } from "./failures.ts";
import { sentNotes } from "./sent-notes.ts";

const wrong = (message: string, cause?: unknown): PipelineError =>
  new PipelineError(message, { code: "CONFIG_INVALID", recovery: "exit", cause });

/**
 * What reading bounces needs, from the configuration. Nothing is connected yet.
 * @throws {PipelineError} `USAGE` (exit) without `report.bounces`; `CONFIG_INVALID` (exit): user or password is missing, or the file of `ca` cannot be read
 */
export const bouncePartsOf = async (
  runtime: Runtime,
  { config, configPath, environment }: ChannelSetting,
  failures: Failures,
): Promise<BounceParts> => {
  const { bounces } = config.report;
  if (bounces === undefined)
    throw usageError("No mailbox is configured: add report.bounces to molva.yaml (docs/report.md)");
  const { MOLVA_IMAP_USER: user, MOLVA_IMAP_PASSWORD: password } = environment;
  if (user === undefined || password === undefined)
    throw wrong("report.bounces needs MOLVA_IMAP_USER and MOLVA_IMAP_PASSWORD in the environment");
  const path = bounces.ca === undefined ? null : resolve(dirname(configPath ?? "."), bounces.ca);
  const ca =
    path === null
      ? null
      : await readFile(path, "utf8").catch((error: unknown) => {
          throw wrong(`report.bounces.ca: ${path} cannot be read: ${(error as Error).message}`, error);
        });
  const { host, port, security, folder, seen, moveTo } = bounces;
  return {
    checkpoints: runtime.checkpoints,
    notes: sentNotes(runtime.checkpoints),
    failures,
    mailbox: { host, port, security, ca, login: { user, password }, folder, seen, moveTo: moveTo ?? null },
    domain: mailDomainOf(config),
    about: (id) => {
      const brand = config.brands.find((one) => one.id === id);
      return { title: brand?.title ?? id, zone: brand?.timezone ?? config.timezone };
    },
    clock: runtime.clock,
    log: runtime.log,
    metrics: runtime.metrics,
  };
};
