import { brandIdSchema, type BrandId, type Rating } from "@molva/contracts";

// eslint-disable-next-line no-control-regex -- exactly these are what no text has
const CONTROLS = /[\u0000-\u0008\u000B\u000C\u000E-\u001F\u007F]/gu;
const LONE_SURROGATES = /\p{Surrogate}/gu;

/** A cell as text without what no text has: control characters (NUL, escape) are left out, half characters become U+FFFD. */
export const textOf = (cell: unknown): string => {
  if (cell === null || cell === undefined) return "";
  const text = typeof cell === "string" ? cell : (JSON.stringify(cell) ?? "");
  return text.replaceAll(CONTROLS, "").replaceAll(LONE_SURROGATES, "\uFFFD").trim();
};

/** What an empty cell is called: the source does not say. */
export const nullableText = (cell: unknown): string | null => textOf(cell) || null;

/**
 * The id of a brand that a file names: the name itself, in NFC, without space around it and with single spaces within, so that
 * `--brand Сбербанк` finds it. Null when that is no id: empty or more than 200 characters.
 */
export const brandIdFor = (name: string): BrandId | null => {
  const id = brandIdSchema.safeParse(textOf(name).normalize("NFC").replaceAll(/\s+/gu, " "));
  return id.success ? id.data : null;
};

const NUMBER =
  /^(\d+(?:[.,]\d+)?)\s*(?:(?:\/|out of|of|из)\s*(\d+(?:[.,]\d+)?))?\s*(?:stars?|зв[её]зд[аы]?|★|баллов|балла?|points?)?$/iu;
const STARS = /^(★+)(☆*)$/u;

const numberOf = (text: string): number => Number(text.replace(",", "."));

/** `4`, `4,5`, `4/5`, `8 из 10`, `★★★☆☆`. Null: no rating. `undefined`: something that is none, or lies off the scale. */
export const ratingOf = (
  cell: unknown,
  scale: { readonly min: number; readonly max: number },
): Rating | null | undefined => {
  const text = textOf(cell);
  if (text === "" || text === "null") return null;
  const stars = STARS.exec(text);
  const m = NUMBER.exec(text);
  const value = stars === null ? (m === null ? Number.NaN : numberOf(m[1] ?? "")) : (stars[1]?.length ?? 0);
  const printedMax = m?.[2] === undefined ? null : numberOf(m[2]);
  const max = printedMax ?? scale.max;
  const min = printedMax === null || printedMax === scale.max ? scale.min : bottomOf(printedMax);
  return min < max && value >= min && value <= max ? { value, min, max } : undefined;
};

/** Stars begin at 1, scales of ten and more at 0. */
export const bottomOf = (max: number): number => (max <= 5 ? 1 : 0);

/** `ru` of `ru-RU`; null for what is no language tag. */
export const languageOf = (cell: unknown): string | null =>
  /^([a-z]{2,3})(?:[-_][a-z0-9-_]+)?$/iu.exec(textOf(cell))?.[1]?.toLowerCase() ?? null;

/** What follows a visitor around and names nothing on the page. */
const TRACKING = /^(utm_.*|fbclid|gclid|yclid|ysclid|_openstat|ref_src)$/u;

/** An address a page can show without running it; null for anything else. */
export const webUrl = (cell: unknown): string | null => {
  const text = textOf(cell);
  if (text === "" || text.length > 4096 || !/^https?:\/\//iu.test(text)) return null;
  return URL.canParse(text) ? text : null;
};

/** One spelling of a web address, so that the same review of two files is the same mention: no tracking, no last slash, no text fragment. */
export const canonicalUrl = (url: string): string => {
  const parsed = new URL(url);
  const tracking = [...parsed.searchParams.keys()].filter((name) => TRACKING.test(name));
  for (const name of tracking) parsed.searchParams.delete(name);
  parsed.hash = parsed.hash.replace(/:~:text=.*$/u, "").replace(/^#$/u, "");
  parsed.pathname = parsed.pathname.replace(/\/+$/u, "") || "/";
  return parsed.href;
};
