/**
 * Rounds to four decimals, ties to the even digit, never −0.
 *
 * This is the one place where a rate is rounded: four decimals in JSON, CSV and the store's views. It does what
 * ClickHouse's `round(x, 4)` does with a Float64, so that a view and the command line print the same digits (a tie is
 * not far-fetched: 1 of 128 is 0.78125 %). On screen a rate has one decimal (`formatRate`), made from the exact number's four.
 */
export const round4 = (x: number): number => {
  const scaled = x * 10_000;
  const floor = Math.floor(scaled);
  const rest = scaled - floor;
  const nearest = rest > 0.5 || (rest === 0.5 && floor % 2 !== 0) ? floor + 1 : floor;
  return nearest / 10_000 + 0;
};
