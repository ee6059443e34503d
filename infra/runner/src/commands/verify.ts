import { verify as recount } from "@molva/aggregator";
import { z } from "zod";
import { AS_OF_FLAG, pointOf } from "../as-of.ts";
import { defineCommand, JSON_FLAG } from "../command.ts";
import { progressBar } from "../progress.ts";
import { settledWithBar } from "../settled.ts";
import { tellVerification } from "../start/recount.ts";
import { table } from "../table.ts";

export const verify = defineCommand({
  name: "verify",
  summary: "recount everything from the facts and compare with every stored number",
  details:
    "The recount is the fold written a second time, in TypeScript, without the store's sums. Exit code 1 when any number differs. With --as-of: what was known then.",
  flags: [AS_OF_FLAG, JSON_FLAG],
  examples: ["molva verify", "molva verify --as-of 2026-11-16T09:00:00Z", "molva verify --json"],
  folder: "held",
  input: z.strictObject({ asOf: z.string().optional(), json: z.boolean().default(false) }),
  run: async (call, told) => {
    const { json } = told;
    const runtime = await call.runtime();
    await settledWithBar(runtime, call.io);
    const asOf = await pointOf(runtime, told.asOf);
    const bar = progressBar(call.io, "Recounting", "brands");
    const result = await recount(runtime.store, {
      asOf,
      onProgress: (done, brands) => bar.update(done, brands),
    }).finally(() => bar.end());
    tellVerification(runtime, result);
    if (json) await call.io.out(`${JSON.stringify({ ...result, asOf }, null, 2)}\n`);
    else if (result.differences.length === 0) {
      await call.io.out(
        `All numbers equal the recount: ${result.facts} facts, ${result.mentions} mentions, ${result.buckets} buckets.\n`,
      );
    } else {
      await call.io.out(
        table(
          [
            { title: "brand" },
            { title: "hour" },
            { title: "number" },
            { title: "stored", align: "right" },
            { title: "recounted", align: "right" },
          ],
          result.differences
            .slice(0, 200)
            .map((d) => [d.brand, d.hour, d.column, String(d.stored), String(d.recounted)]),
        ),
      );
      call.io.err(`${result.differences.length} numbers differ from the recount\n`);
    }
    if (asOf !== null && !json) call.io.err(`as of ${asOf}\n`);
    return result.differences.length === 0 ? 0 : 1;
  },
});
