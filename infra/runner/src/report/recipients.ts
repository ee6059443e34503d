import type { Config } from "@molva/platform";
import { SUMMARY } from "./read-summary.ts";
import type { Recipient } from "./send-report.ts";
import { summaryOf } from "./summaries.ts";

/** Who gets the report of a brand, or a summary over brands, by e-mail. */
export const recipientsOf = (config: Pick<Config, "brands" | "report">, subject: string): readonly Recipient[] =>
  config.report.recipients
    .filter(({ brands, reports }) => {
      const isNamed = brands.length === 0 || brands.includes(subject);
      if (reports !== "summary" && isNamed && !subject.startsWith(SUMMARY)) return true;
      return reports !== "brands" && summaryOf(config, brands).subject.id === subject;
    })
    .map(({ address, language }) => ({ address, language }));
