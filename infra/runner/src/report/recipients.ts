import type { Config } from "@molva/platform";
import type { Recipient } from "./send-report.ts";

/** Who gets the report of a brand by e-mail. */
export const recipientsOf = (config: Config, brand: string): readonly Recipient[] =>
  config.report.recipients
    .filter(({ brands }) => brands.length === 0 || brands.includes(brand))
    .map(({ address, language }) => ({ address, language }));
