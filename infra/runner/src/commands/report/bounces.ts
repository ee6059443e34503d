import { z } from "zod";
import { defineCommand, JSON_FLAG } from "../../command.ts";
import { printable } from "../../io.ts";
import { table } from "../../table.ts";

const input = z.strictObject({ json: z.boolean().default(false) });

export const reportBounces = defineCommand({
  name: "report bounces",
  summary: "read the mailbox of report.bounces now, and show which reports came back since the last time",
  details:
    "molva start does it by itself. What came back for good stops further reports to that address until molva report subscribe; all stand in molva report list.",
  flags: [JSON_FLAG],
  examples: ["molva report bounces"],
  folder: "held",
  input,
  run: async (call, { json }) => {
    const runtime = await call.runtime();
    const { config } = await call.config();
    const { bouncePartsOf } = await import("../../report/bounce-parts.ts");
    const { readBounces } = await import("../../report/bounces.ts");
    const { openFailures } = await import("../../report/failures.ts");
    // What is found is told by `start`, which has the channels.
    const failures = openFailures({ ...runtime, channels: [] });
    const parts = await bouncePartsOf(runtime, { ...call, config }, failures);
    const found = await runtime.claims.hold("reports/bounces", () => readBounces({ ...parts, signal: call.io.signal }));
    if (found === null) {
      call.io.err("Another process is reading the mailbox; see molva report list in a moment.\n");
      return 1;
    }
    if (json) await call.io.out(`${JSON.stringify(found, null, 2)}\n`);
    else
      await call.io.out(
        found.length === 0
          ? "Nothing came back since the last time.\n"
          : table(
              [
                { title: "week" },
                { title: "brand", most: 32 },
                { title: "to", most: 60 },
                { title: "kind" },
                { title: "why", most: 200 },
              ],
              found.map(({ week, brand, to, kind, why }) => [
                week,
                printable(brand),
                printable(to),
                kind,
                printable(why),
              ]),
            ),
      );
    return 0;
  },
});
