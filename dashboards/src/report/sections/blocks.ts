import { safeUrl, type Block, type Linked } from "../document.ts";
import type { Style } from "../style.ts";

export const paragraph = (text: string, quiet = false): Block => ({ kind: "paragraph", text, quiet });
export const linked = (text: string, url: string | null = null): Linked => ({ text, url: safeUrl(url) });
export const list = (texts: readonly string[]): readonly Block[] =>
  texts.length === 0 ? [] : [{ kind: "list", items: texts.map((text) => linked(text)) }];

export const rateOr = (value: number | null, { format, words }: Style): string =>
  value === null ? words.lineNone : format.rate(value);

export const withInterval = (value: number | null, low: number | null, high: number | null, style: Style): string =>
  value === null
    ? "—"
    : low === null || high === null
      ? style.format.rate(value)
      : `${style.format.rate(value)} (${style.format.rate(low)} … ${style.format.rate(high)})`;

/** A share in whole percent, without the sign. */
export const percentOf = (part: number, whole: number, { format }: Style): string =>
  format.share(whole === 0 ? 0 : part / whole).replaceAll(/[\s %]/gu, "");
