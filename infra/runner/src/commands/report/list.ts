import { z } from "zod";
import { defineCommand, JSON_FLAG, type Call } from "../../command.ts";
import { printable } from "../../io.ts";
import { knownBrand } from "../../known-brand.ts";
import { openArchive, slugOf } from "../../report/archive.ts";
import { listSent } from "../../report/list-sent.ts";
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
    for (const { week, slug, report, readers } of await listSent(openArchive(call.dataDir), notes)) {
      if (brand !== null && slug !== slugOf(brand)) continue;
      const about = { brand: report?.brand ?? slug, title: report?.title ?? slug };
      found.push({ week, ...about, report: report?.id ?? null, asOf: report?.asOf ?? null, readers });
    }
    if (told.json) {
      await call.io.out(`${JSON.stringify(found, null, 2)}\n`);
      return 0;
    }
    const stopped = await notes.allStopped();
    if (stopped.length > 0)
      call.io.err(
        `Nothing more goes to these, for mail to them came back (molva report subscribe takes it back):\n${stopped
          .map(({ to, at, why }) => `  ${printable(to)} since ${at.slice(0, 10)}: ${printable(why)}\n`)
          .join("")}`,
      );
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
