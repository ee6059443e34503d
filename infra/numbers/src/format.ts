export type Locale = "en" | "ru";

const WORDS = {
  en: { noRate: "—", points: "pp" },
  ru: { noRate: "—", points: "п. п." },
} as const;

/** No spaces that break, a true minus, and a plus: a net rate without a sign reads as a share. */
const signed = (value: number, locale: Locale, digits: number): string => {
  // Rounded before the sign is chosen, or −0.04 would read "−0.0".
  const size = Math.abs(value).toFixed(digits);
  const sign = Number(size) === 0 ? "" : value < 0 ? "\u2212" : "+";
  return sign + (locale === "ru" ? size.replace(".", ",") : size);
};

/** A net rate with one decimal and its sign: `+12.3`, `−4,0`, `0.0`; a dash where there is none. */
export const formatRate = (value: number | null, locale: Locale): string =>
  value === null ? WORDS[locale].noRate : signed(value, locale, 1);

/** Both ends of an interval: `−3.1…+8.4`; empty where there is none. */
export const formatInterval = (low: number | null, high: number | null, locale: Locale): string =>
  low === null || high === null ? "" : `${signed(low, locale, 1)}…${signed(high, locale, 1)}`;

/** A difference of two rates, which is in points and never in percent: `+4.2 pp`, `−4,2 п. п.`. */
export const formatDifference = (current: number | null, previous: number | null, locale: Locale): string =>
  current === null || previous === null
    ? WORDS[locale].noRate
    : `${signed(current - previous, locale, 1)}\u00A0${WORDS[locale].points.replace(" ", "\u00A0")}`;
