export type Language = "en" | "ru";

const LOCALES: Readonly<Record<Language, string>> = { en: "en-GB", ru: "ru-RU" };
const MINUS = "\u2212";

/** Numbers and dates as people of a language write them. Rates carry their sign, and the sign is a real minus. */
export interface Format {
  readonly language: Language;
  readonly zone: string;
  count(value: number): string;
  /** A figure of somebody else's, with two decimals at most. */
  figure(value: number): string;
  /** A rate with one decimal and its sign, e.g. `+12.3`, `−4.0`, `0.0`. */
  rate(value: number): string;
  /** A bound of an axis: no decimals, no plus. */
  tick(value: number): string;
  /** 0…1 as whole percent. */
  share(value: number): string;
  stars(value: number, most: number): string;
  dateTime(at: string): string;
  day(at: string): string;
  shortDay(at: string): string;
  /** A date no finer than its source told it. */
  precise(at: string, precision: string): string;
  /** How long before `now`, in the largest unit that fits. */
  ago(at: string, now: string): string;
}

const UNITS = [
  ["day", 86_400_000],
  ["hour", 3_600_000],
  ["minute", 60_000],
] as const;

export const createFormat = (language: Language, zone: string): Format => {
  const locale = LOCALES[language];
  const dates = (options: Intl.DateTimeFormatOptions): ((at: string) => string) => {
    const format = new Intl.DateTimeFormat(locale, { timeZone: zone, ...options });
    return (at) => format.format(new Date(at));
  };
  const figures = new Intl.NumberFormat(locale, { maximumFractionDigits: 2 });
  const whole = new Intl.NumberFormat(locale, { maximumFractionDigits: 0 });
  const signed = new Intl.NumberFormat(locale, {
    minimumFractionDigits: 1,
    maximumFractionDigits: 1,
    signDisplay: "exceptZero",
  });
  const percent = new Intl.NumberFormat(locale, { style: "percent", maximumFractionDigits: 0 });
  const loose = new Intl.NumberFormat(locale, { maximumFractionDigits: 1 });
  const relative = new Intl.RelativeTimeFormat(locale, { numeric: "always" });
  const year = dates({ year: "numeric" });
  const month = dates({ year: "numeric", month: "long" });
  const day = dates({ year: "numeric", month: "short", day: "numeric" });
  const dateTime = dates({ year: "numeric", month: "short", day: "numeric", hour: "2-digit", minute: "2-digit" });
  return {
    language,
    zone,
    count: (value) => whole.format(value),
    figure: (value) => figures.format(value),
    rate: (value) => signed.format(value).replace("-", MINUS),
    tick: (value) => whole.format(value).replace("-", MINUS),
    share: (value) => percent.format(value),
    stars: (value, most) => `${loose.format(value)}/${loose.format(most)}`,
    dateTime,
    day,
    shortDay: dates({ month: "short", day: "numeric" }),
    precise: (at, precision) =>
      precision === "year"
        ? year(at)
        : precision === "month"
          ? month(at)
          : precision === "day"
            ? day(at)
            : dateTime(at),
    ago: (at, now) => {
      const passed = Math.max(0, Date.parse(now) - Date.parse(at));
      const [unit, length] = UNITS.find(([, millis]) => passed >= millis) ?? UNITS[2];
      return relative.format(-Math.floor(passed / length), unit);
    },
  };
};

/** The form of a word that goes with a number, by the language's own rules. */
export const plural = (
  language: Language,
  value: number,
  forms: { readonly one: string; readonly few?: string; readonly many?: string; readonly other: string },
): string => {
  const rule = new Intl.PluralRules(LOCALES[language]).select(value);
  const form = rule === "one" ? forms.one : rule === "few" ? forms.few : rule === "many" ? forms.many : forms.other;
  return `${new Intl.NumberFormat(LOCALES[language]).format(value)} ${form ?? forms.other}`;
};
