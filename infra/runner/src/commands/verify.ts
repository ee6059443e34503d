import { verify as recount } from "@molva/aggregator";
import { z } from "zod";
import { defineCommand, JSON_FLAG } from "../command.ts";
import { progressBar } from "../progress.ts";
import { settledWithBar } from "../settled.ts";
import { tellVerification } from "../start/recount.ts";
import { table } from "../table.ts";

export const verify = defineCommand({
  name: "verify",
  summary: "recount everything from the facts and compare with every stored number",
  details:
    "The recount is the fold written a second time, in TypeScript, without the store's sums. Exit code 1 when any number differs.",
  flags: [JSON_FLAG],
  examples: ["molva verify", "molva verify --json"],
  folder: "held",
  input: z.strictObject({ json: z.boolean().default(false) }),
  run: async (call, { json }) => {
    const runtime = await call.runtime();
    await settledWithBar(runtime, call.io);
    const bar = progressBar(call.io, "Recounting", "brands");
    const result = await recount(runtime.store, {
      asOf: await runtime.horizon(),
      onProgress: (done, brands) => bar.update(done, brands),
    }).finally(() => bar.end());
    tellVerification(runtime, result);
    if (json) await call.io.out(`${JSON.stringify(result, null, 2)}\n`);
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
    return result.differences.length === 0 ? 0 : 1;
  },
});
