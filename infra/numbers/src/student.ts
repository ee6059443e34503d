/** Two-sided 95 % of Student's t for 1…30 degrees of freedom (any printed table, e.g. NIST/SEMATECH e-Handbook 1.3.6.7.2). */
const TABLE = [
  12.7062, 4.3027, 3.1824, 2.7764, 2.5706, 2.4469, 2.3646, 2.306, 2.2622, 2.2281, 2.201, 2.1788, 2.1604, 2.1448, 2.1314,
  2.1199, 2.1098, 2.1009, 2.093, 2.086, 2.0796, 2.0739, 2.0687, 2.0639, 2.0595, 2.0555, 2.0518, 2.0484, 2.0452, 2.0423,
] as const;

const NORMAL = 1.959964;

/**
 * Two-sided 95 % quantile of Student's t. Beyond the table the expansion of Abramowitz and Stegun 26.7.5 (four terms), right to 4 decimals there.
 * @param freedom degrees of freedom, at least 1
 */
export const studentT = (freedom: number): number => {
  const tabled = TABLE[freedom - 1];
  if (tabled !== undefined) return tabled;
  const x = NORMAL;
  const g1 = (x ** 3 + x) / 4;
  const g2 = (5 * x ** 5 + 16 * x ** 3 + 3 * x) / 96;
  const g3 = (3 * x ** 7 + 19 * x ** 5 + 17 * x ** 3 - 15 * x) / 384;
  return x + g1 / freedom + g2 / freedom ** 2 + g3 / freedom ** 3;
};
