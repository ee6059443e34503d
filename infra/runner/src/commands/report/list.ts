import { z } from "zod";
import { defineCommand, JSON_FLAG, type Call } from "../../command.ts";
import { printable } from "../../io.ts";
import { knownBrand } from "../../known-brand.ts";
import { openArchive } from "../../report/archive.ts";
import { sentNotes } from "../../report/sent-notes.ts";
import { table } from "../../table.ts";

const input = z.strictObject({ brand: z.string().optional(), json: z.boolean().default(false) });

export const reportList = defineCommand({
  name: "report list",
  summary: "reports as sent: week, brand, and what became of each reader's copy",
  flags: [{ flags: "--brand <brand>", help: "one brand, by id or title" }, JSON_FLAG],
  examples: ["molva report list", "molva report list --brand aurora --json"],
  folder: "held",
  input,
  run: async (call: Call, told) => {
    const runtime = await call.runtime();
    const brand = told.brand === undefined ? null : await knownBrand(call, told.brand);
    const notes = sentNotes(runtime.checkpoints);
    const found = [];
    for (const { week, report } of await openArchive(call.dataDir).list()) {
      if (brand !== null && report.brand !== brand) continue;
      const readers = await notes.list(week, report.brand);
      found.push({ week, brand: report.brand, title: report.title, report: report.id, asOf: report.asOf, readers });
    }
    if (told.json) {
      await call.io.out(`${JSON.stringify(found, null, 2)}\n`);
      return 0;
    }
    const nobody = [{ to: "(nobody yet)", at: "", outcome: "", why: "" }];
    await call.io.out(
      found.length === 0
        ? "No report was sent yet.\n"
        : table(
            [
              { title: "week" },
              { title: "brand", most: 32 },
              { title: "to", most: 60 },
              { title: "outcome" },
              { title: "when" },
              { title: "what the server said", most: 120 },
            ],
            found.flatMap(({ week, title, readers }) =>
              (readers.length === 0 ? nobody : readers).map(({ to, outcome, at, why }) => [
                week,
                printable(title),
                printable(to),
                outcome,
                at,
                printable(why),
              ]),
            ),
          ),
    );
    return 0;
  },
});
