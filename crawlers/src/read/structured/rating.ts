import type { Rating } from "@molva/contracts";

/** `4,5` · `5.0 out of 5 stars` · `4/5` · `80%` · `4 из 5`: the value, and the scale's end when it is told. */
const printedRating = (text: string): { readonly value: number; readonly best: number | null } | null => {
  const clean = text
    .replace(/,(?=\d)/g, ".")
    .replace(/\s+/g, " ")
    .trim();
  const ofScale = /^\D{0,20}(-?\d+(?:\.\d+)?) ?(?:\/|out of|of|из) ?(\d+(?:\.\d+)?)/i.exec(clean);
  if (ofScale !== null) return { value: Number(ofScale[1]), best: Number(ofScale[2]) };
  const percent = /^(\d+(?:\.\d+)?) ?%$/.exec(clean);
  if (percent !== null) return { value: Number(percent[1]), best: 100 };
  const stars = /^[★⭐]+(?=[☆]*$)/u.exec(clean);
  if (stars !== null) return { value: [...stars[0]].length, best: 5 };
  const plain = /^\D{0,20}?(-?\d+(?:\.\d+)?)(?!\d)/.exec(clean);
  return plain === null ? null : { value: Number(plain[1]), best: null };
};

const numberOf = (text: string | null): number | null => {
  const value = text === null ? null : printedRating(text)?.value;
  return value === undefined || value === null || !Number.isFinite(value) ? null : value;
};

/**
 * A rating with its scale. schema.org: best is 5 and worst 1 when they are left out; a value beyond them shows that the
 * scale is another: 0, 10 or 100. Null when the value is no number or contradicts the scale that is told.
 */
export const ratingOf = (printed: string | null, best: string | null, worst: string | null): Rating | null => {
  const read = printed === null ? null : printedRating(printed);
  if (read === null || !Number.isFinite(read.value)) return null;
  const { value } = read;
  const toldBest = numberOf(best) ?? read.best;
  const toldWorst = numberOf(worst);
  const percent = read.best === 100 && numberOf(best) === null;
  const max = toldBest ?? (value <= 5 ? 5 : value <= 10 ? 10 : 100);
  const min = toldWorst ?? (percent || value < 1 ? 0 : 1);
  // A worst of 0 or 1 that the value undercuts by less than a step is a careless page; anything else is a contradiction.
  return min < max && value >= min && value <= max ? { value, min, max } : null;
};

/** A count as pages write it: `1 234`, `1,234`. Null when it is none. */
export const countOf = (text: string | null): number | null => {
  const digits = text?.replace(/[\s,.\u00a0]/g, "") ?? "";
  return /^\d{1,12}$/.test(digits) ? Number(digits) : null;
};
