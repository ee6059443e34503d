import { listBrands } from "@molva/aggregator";
import { z } from "zod";
import { auditStandings, type AuditStanding } from "../../audits/standing.ts";
import { defineCommand, JSON_FLAG } from "../../command.ts";
import { knownBrand } from "../../known-brand.ts";
import { signedPercent } from "../../signed-percent.ts";
import { table } from "../../table.ts";

const input = z.strictObject({ brand: z.string().optional(), json: z.boolean().default(false) });

const audits = (s: AuditStanding, half: number): string =>
  String(s.needed.find(({ halfWidth }) => halfWidth === half)?.audits ?? "");

const after = (s: AuditStanding, more: number): string =>
  s.more.find(({ audits: count }) => count === more)?.halfWidth.toFixed(1) ?? "";

export const auditStatus = defineCommand({
  name: "audit status",
  summary: "how much was audited, how often the model agrees, and what more audits would buy",
  details: `The half-width is that of the corrected rate over all of a brand's mentions; a shorter window is wider for the same audits; "100 more" is
what a hundred further audits would make of it, "for ±5" how many are needed in all. Agreement of people is Cohen's kappa
over mentions that two have audited (molva audit next --again): below 0.6 the question is unclear, and no model can be better than that.`,
  flags: [{ flags: "--brand <brand>", help: "one brand, by id or title (default: all)" }, JSON_FLAG],
  examples: ["molva audit status", "molva audit status --brand aurora --json"],
  folder: "held",
  input,
  run: async (call, told) => {
    const runtime = await call.runtime();
    const brands =
      told.brand === undefined
        ? (await listBrands(runtime.store)).map((brand) => brand.id)
        : [await knownBrand(call, told.brand)];
    const rows = await auditStandings(runtime, brands);
    if (told.json) {
      await call.io.out(`${JSON.stringify(rows, null, 2)}\n`);
      return 0;
    }
    const right = "right" as const;
    await call.io.out(
      rows.length === 0
        ? "No mentions yet.\n"
        : table(
            [
              { title: "brand", most: 28 },
              { title: "source", most: 24 },
              { title: "n", align: right },
              { title: "audits", align: right },
              { title: "model agrees %", align: right },
              { title: "bias, points", align: right },
              { title: "kappa", align: right },
              { title: "± points now", align: right },
              { title: "30 more", align: right },
              { title: "100 more", align: right },
              { title: "300 more", align: right },
              { title: "for ±10", align: right },
              { title: "for ±5", align: right },
              { title: "for ±3", align: right },
            ],
            rows.map((s) => [
              s.brand,
              s.source ?? "(all)",
              String(s.n),
              String(s.audits),
              s.agreement === null ? "" : s.agreement.toFixed(0),
              s.bias === null ? "" : signedPercent(s.bias),
              s.kappa === null ? "" : s.kappa.toFixed(2),
              s.halfWidth === null ? "" : s.halfWidth.toFixed(1),
              after(s, 30),
              after(s, 100),
              after(s, 300),
              audits(s, 10),
              audits(s, 5),
              audits(s, 3),
            ]),
          ),
    );
    return 0;
  },
});
