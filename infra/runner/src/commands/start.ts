import { z } from "zod";
import { defineCommand, type CommandSpec } from "../command.ts";
import { ROLES } from "../roles.ts";
import { planOf } from "../start/plan.ts";
import { runPlan } from "../start/run.ts";

/** `commands` are those that other terminals may have run here. */
export const startCommand = (commands: () => readonly CommandSpec[]): CommandSpec =>
  defineCommand({
    name: "start",
    summary: "run everything configured: crawl on schedule, classify, aggregate, and the page",
    details: `Without a molva.yaml a built-in demo runs: three invented brands on a small web on this machine, crawled like any other.
Ctrl-C stops in order and loses nothing; started again it goes on. Other commands on the same data folder run inside it.
With bus.kafka and store.url in the configuration, --only makes a process of its own of each part; classifiers and aggregators may be several.`,
    flags: [{ flags: "--only <parts>", help: `some of ${ROLES.join(", ")} (default: all but store)` }],
    examples: [
      "molva start",
      "molva start --config molva.yaml --data /var/lib/molva",
      "molva start --only aggregator --config molva.yaml",
    ],
    folder: "none",
    input: z.strictObject({ only: z.string().optional() }),
    // A wrong configuration, and a secret that is missing, are told before anything starts.
    run: async (call, { only }) => runPlan(call, await planOf(call, only), commands),
  });
