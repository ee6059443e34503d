import { isPipelineError } from "@molva/contracts";
import { z } from "zod";
import { brandNamed, defineCommand, JSON_FLAG, usageError } from "../../command.ts";
import { printable } from "../../io.ts";
import { weekBefore } from "../../report/weeks.ts";

const input = z.strictObject({
  to: z.email({ error: "say to whom: --to ADDRESS" }),
  brand: z.string().optional(),
  summary: z.boolean().default(false),
  language: z.enum(["en", "ru"], { error: "--language: en or ru" }).default("en"),
  json: z.boolean().default(false),
});

export const reportTest = defineCommand({
  name: "report test",
  summary: "send the last week's report to one address, now, as a try: it is not kept and counts for nobody",
  flags: [
    { flags: "--to <address>", help: "who gets it" },
    { flags: "--brand <brand>", help: "the brand (default: the first)" },
    { flags: "--summary", help: "all brands side by side instead" },
    { flags: "--language <language>", help: "en or ru (default en)" },
    JSON_FLAG,
  ],
  examples: [
    "molva report test --to me@example.org",
    "molva report test --to me@example.org --brand aurora --language ru",
  ],
  folder: "held",
  input,
  run: async (call, { to, brand: name, summary, language, json }) => {
    const runtime = await call.runtime();
    const { config } = await call.config();
    const brand = name === undefined ? config.brands[0] : brandNamed(config.brands, name);
    if (brand === undefined)
      throw usageError(
        `--brand: ${name ?? "?"} is not configured; there are ${config.brands.map(({ id }) => id).join(", ")}`,
      );
    const { sendPartsOf } = await import("../../report/start-reports.ts");
    const { makeCopy } = await import("../../report/make-copy.ts");
    const { reportMail } = await import("../../report/report-mail.ts");
    const parts = await sendPartsOf(runtime, { ...call, config });
    const week = weekBefore(runtime.clock(), (summary ? null : brand.timezone) ?? config.timezone);
    const side = async () => {
      const { readSummaryNow, summaryOf } = await import("../../report/summaries.ts");
      const { reportPartsOf } = await import("../../report/parts.ts");
      return readSummaryNow(runtime, await reportPartsOf(runtime, config), summaryOf(config, []), week);
    };
    const report = summary ? await side() : await parts.read(brand, week);
    const copy = await makeCopy(report, language);
    const pdf = parts.pdfOf === null ? null : await parts.pdfOf(report, copy);
    try {
      const answer = await parts.mailer.send(
        reportMail(report, copy, { to, date: runtime.clock(), pdf, test: true }, parts.mail),
      );
      await call.io.out(
        json ? `${JSON.stringify({ to, outcome: "sent", why: answer })}\n` : `Sent to ${to}: ${printable(answer)}\n`,
      );
      return 0;
    } catch (error) {
      if (!isPipelineError(error)) throw error;
      const outcome = error.recovery === "dead-letter" ? "refused" : "later";
      await call.io.out(
        json
          ? `${JSON.stringify({ to, outcome, why: error.message })}\n`
          : `Not sent to ${to}: ${printable(error.message)}\n`,
      );
      return 1;
    } finally {
      await parts.mailer.close();
    }
  },
});
