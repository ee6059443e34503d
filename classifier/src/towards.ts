import { softmax, type Three } from "./weights.ts";

/** Sentences, what stands around a dash, and what a contrast sets against the rest. */
const BREAK =
  /[.!?;:\n…]+(?=\s|$)|\s[-–—]\s|,?\s(?=(?:but|however|although|though|while|whereas|но|однако|зато|хотя|а)\s)/giu;

const fold = (text: string): string => text.toLowerCase().replaceAll("ё", "е");

/** Longer texts than this are about more than a clause can tell; in UTF-16 units. */
const LONGEST = 2000;

/** The names as they are looked for; of Russian ones the ending may differ ("Сбербанк", "в Сбербанке"). */
const namesOf = (brand: string): readonly string[] =>
  fold(brand)
    .split(/[;,]/)
    .map((name) => name.trim())
    .filter((name) => name.length > 1)
    .map((name) => (name.length > 5 && /[а-я]$/.test(name) ? name.slice(0, -2) : name));

/** So many brands' names are kept. */
const MOST_KEPT = 10_000;
const kept = new Map<string, Names>();

interface Names {
  readonly names: readonly string[];
  /** Says no to most texts in which no name stands, without making another text of them; null: there is no name to look for. */
  readonly maybe: RegExp | null;
}

/** Every way in which a text may write what folds to these letters: `İ` becomes an i and a dot when it is made small. */
const loosely = (name: string): string =>
  name
    .replaceAll(/[\\^$.*+?()[\]{}|/]/g, String.raw`\$&`)
    .replaceAll("е", "[её]")
    .replaceAll("i", "[iİ]");

const lookedFor = (brand: string): Names => {
  const known = kept.get(brand);
  if (known !== undefined) return known;
  const names = namesOf(brand);
  const maybe = names.length === 0 ? null : new RegExp(names.map(loosely).join("|"), "iu");
  if (kept.size >= MOST_KEPT) kept.clear();
  const made = { names, maybe };
  kept.set(brand, made);
  return made;
};

/** How far feelings must lean (positive − negative, 0…1) to be set against each other. */
const LEANS = 0.1;
const leaning = (p: Three): number => p[2] - p[0];

/**
 * What is said towards `brand`, where the clauses that name it feel otherwise than the rest of the text ("Northline is slow, but Kvarta never let
 * me down"): the text as a whole and those clauses, half and half. Everything else stays as the whole text has it: on texts of labelled sets whose
 * clauses agree, looking at one of them alone lost more than it won.
 */
export const towardsBrand = (text: string, whole: Three, brand: string, score: (text: string) => Three): Three => {
  if (text.length > LONGEST) return whole;
  const { names, maybe } = lookedFor(brand);
  if (maybe === null || !maybe.test(text)) return whole;
  const folded = fold(text);
  if (!names.some((name) => folded.includes(name))) return whole;
  const clauses: string[] = [];
  let from = 0;
  for (const found of text.matchAll(BREAK)) {
    clauses.push(text.slice(from, found.index + found[0].length));
    from = found.index + found[0].length;
  }
  clauses.push(text.slice(from));
  const about = (clause: string): boolean => names.some((name) => fold(clause).includes(name));
  const own = clauses.filter(about).join(" ").trim();
  const rest = clauses
    .filter((clause) => !about(clause))
    .join(" ")
    .trim();
  if (own === "" || rest === "") return whole;
  const [mine, others] = [score(own), score(rest)];
  const [a, b] = [leaning(mine), leaning(others)];
  if (a * b >= 0 || Math.abs(a) < LEANS || Math.abs(b) < LEANS) return whole;
  const half = (c: 0 | 1 | 2): number => (Math.log(whole[c] + 1e-4) + Math.log(mine[c] + 1e-4)) / 2;
  return softmax([half(0), half(1), half(2)]);
};
