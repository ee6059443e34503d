/** ln Γ(x) for x > 0, right to 1e-8: Lanczos' approximation with the coefficients of Numerical Recipes (1992), §6.1. */
const lnGamma = (x: number): number => {
  const series = [76.180091729, -86.505320329, 24.014098241, -1.2317395725, 0.0012086509739, -5.395239385e-6];
  const sum = series.reduce((total, c, i) => total + c / (x + i + 1), 1.00000000019);
  const t = x + 5.5;
  return Math.log((Math.sqrt(2 * Math.PI) * sum) / x) + (x + 0.5) * Math.log(t) - t;
};

const TINY = 1e-300;
const away = (x: number): number => (Math.abs(x) < TINY ? TINY : x);

/** Continued fraction of the incomplete beta function by Lentz' method (Abramowitz and Stegun 26.5.8). */
const betaFraction = (a: number, b: number, x: number): number => {
  let c = 1;
  let d = 1 / away(1 - ((a + b) * x) / (a + 1));
  let h = d;
  for (let m = 1; m <= 300; m += 1) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    d = 1 / away(1 + even * d);
    c = away(1 + even / c);
    h *= d * c;
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 / away(1 + odd * d);
    c = away(1 + odd / c);
    h *= d * c;
    if (Math.abs(d * c - 1) < 1e-12) break;
  }
  return h;
};

const incompleteBeta = (a: number, b: number, x: number): number => {
  if (x <= 0) return 0;
  if (x >= 1) return 1;
  const front = Math.exp(lnGamma(a + b) - lnGamma(a) - lnGamma(b) + a * Math.log(x) + b * Math.log(1 - x));
  return x < (a + 1) / (a + b + 2) ? (front * betaFraction(a, b, x)) / a : 1 - (front * betaFraction(b, a, 1 - x)) / b;
};

/**
 * Two-sided p of a value of Student's t: how often chance alone gives one as far from 0. Source: Abramowitz and Stegun 26.7.1.
 * @param freedom degrees of freedom, above 0, not necessarily whole; Infinity is the normal distribution
 */
export const twoSided = (t: number, freedom: number): number => {
  if (Number.isNaN(t)) return 1;
  // Beyond this the two distributions differ by less than is printed.
  const v = Math.min(freedom, 1e6);
  return incompleteBeta(v / 2, 0.5, v / (v + t * t));
};
