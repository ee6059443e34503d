const ZERO = 0x30;

/** A number of so many digits at a place of a text; NaN where one is none. */
const digits = (text: string, from: number, count: number): number => {
  let number = 0;
  for (let i = from; i < from + count; i += 1) {
    const digit = text.charCodeAt(i) - ZERO;
    if (!(digit >= 0 && digit <= 9)) return Number.NaN;
    number = number * 10 + digit;
  }
  return number;
};

/** `2026-01-31 10:00:00.000`, with a T and a Z or without. */
const isInstant = (value: string): boolean =>
  (value.length === 23 || (value.length === 24 && value[23] === "Z")) &&
  value[4] === "-" &&
  value[7] === "-" &&
  (value[10] === " " || value[10] === "T") &&
  value[13] === ":" &&
  value[16] === ":" &&
  value[19] === ".";

/** Milliseconds since 1970; NaN for what is not written in full, in UTC. */
export const millisOf = (value: string): number => {
  if (!isInstant(value)) return Number.NaN;
  const [year, month, day] = [digits(value, 0, 4), digits(value, 5, 2), digits(value, 8, 2)];
  const [hour, minute, second] = [digits(value, 11, 2), digits(value, 14, 2), digits(value, 17, 2)];
  // Of a year below 100 the two digits would be taken for one of the last century.
  if (!(year >= 100 && month >= 1 && month <= 12 && hour <= 23 && minute <= 59 && second <= 59)) return Number.NaN;
  const millis = Date.UTC(year, month - 1, day, hour, minute, second, digits(value, 20, 3));
  // A 30 February would be moved to March.
  return new Date(millis).getUTCDate() === day ? millis : Number.NaN;
};
