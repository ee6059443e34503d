/** What a UTF-16 unit is to the comparison of texts. */
const BREAK = 0;
const LETTER = 1;
/** Stands inside a word and changes none: stress marks, soft hyphens, characters of no width. */
const SILENT = 2;
/** A letter of a script that sets no spaces: a word by itself. */
const ALONE = 3;

const UNITS = 65_536;
const WORDLESS_SCRIPTS = 0x3041;

const kinds = new Uint8Array(UNITS);
const small = new Uint16Array(UNITS);

const kindOf = (code: number, unit: string): number => {
  const combines = (code >= 0x300 && code <= 0x36f) || (code >= 0xfe00 && code <= 0xfe0f);
  const unseen = code === 0xad || (code >= 0x200b && code <= 0x200f) || code === 0x2060 || code === 0xfeff;
  if (combines || unseen) return SILENT;
  if (!/[\p{L}\p{N}]/u.test(unit)) return BREAK;
  const alone = code >= WORDLESS_SCRIPTS && code < 0xac00;
  return alone ? ALONE : LETTER;
};

for (let code = 0; code < UNITS; code += 1) {
  small[code] = code;
  if (code >= 0xd800 && code < 0xe000) continue;
  const unit = String.fromCharCode(code);
  kinds[code] = kindOf(code, unit);
  const lower = unit.normalize("NFKC").toLowerCase();
  if (lower.length === 1) small[code] = lower.charCodeAt(0);
}
small[0x451] = 0x435; // ё as е
small[0x401] = 0x435;
// Half a pair is never a letter here: emoji are no words, and rare scripts above the first plane are not compared.

const FNV_START = 0x811c9dc5;
const FNV_PRIME = 0x01000193;

/** Spreads a hash over all 32 bits (the finaliser of MurmurHash3, public domain). */
export const mixed = (hash: number): number => {
  let h = hash;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
};

const isSpace = (code: number): boolean => code === 32 || (code >= 9 && code <= 13) || code === 0xa0;

/** Where the link that begins here ends; `at` when none begins here. */
const endOfLink = (text: string, at: number, limit: number): number => {
  const c = text.charCodeAt(at) | 32;
  if (c !== 104 && c !== 119) return at; // h, w
  if (!/^(?:https?:\/\/|www\.)/iu.test(text.slice(at, at + 8))) return at;
  let end = at;
  while (end < limit && !isSpace(text.charCodeAt(end))) end += 1;
  return end;
};

/** More of a text is not compared, in UTF-16 units: a copy of a longer one is found by its beginning. */
export const COMPARED_LIMIT = 40_000;

/**
 * Hashes of the words of a text into `out`, in order: letters' case, accents of stress, punctuation, emoji, links and `@handles` are no
 * part of them, ё is е. Returns how many there are; what does not fit into `out` is left out. Linear in the text.
 */
export const hashWords = (text: string, out: Uint32Array, from = 0): number => {
  const limit = Math.min(text.length, COMPARED_LIMIT);
  let count = from;
  let hash = FNV_START;
  let inside = false;
  let fresh = true;
  const end = (): void => {
    if (inside && count < out.length) out[count++] = mixed(hash);
    hash = FNV_START;
    inside = false;
  };
  for (let at = 0; at < limit; at += 1) {
    const code = text.charCodeAt(at);
    if (fresh) {
      const after = endOfLink(text, at, limit);
      if (after > at) {
        at = after - 1;
        continue;
      }
      if (code === 64) {
        while (at + 1 < limit && (kinds[text.charCodeAt(at + 1)] === LETTER || text.charCodeAt(at + 1) === 95)) at += 1;
        continue;
      }
    }
    const kind = kinds[code] as number;
    fresh = kind === BREAK;
    if (kind === LETTER) {
      hash = Math.imul(hash ^ (small[code] as number), FNV_PRIME);
      inside = true;
    } else if (kind === BREAK) end();
    else if (kind === ALONE) {
      end();
      hash = Math.imul(hash ^ code, FNV_PRIME);
      inside = true;
      end();
    }
  }
  end();
  return count;
};
