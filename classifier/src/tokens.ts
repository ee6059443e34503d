import { pieceKeys, wordKey } from "./hash.ts";
import { hasStretch, normaliseWord } from "./normalise.ts";
import { createWinkTokens } from "./wink.ts";

type Mark = "word" | "stop" | "contrast" | "negator" | "smile" | "frown" | "other";

/** One token with all that hashing needs; made once per distinct piece of text and kept. */
export interface Token {
  readonly key: number;
  /** Hashed pieces of 2 to 6 characters inside `<word>`. */
  readonly chars: readonly number[];
  readonly mark: Mark;
  readonly shouted: boolean;
  readonly stretched: boolean;
}

/** What the first `count` keys become in a token's `chars`: a vocabulary drops unknown ones here, once per token and not once per text. */
export type Pick = (keys: Int32Array, count: number) => readonly number[];

const NEGATORS = new Set(
  (
    "not n't no never cannot without nobody nothing neither nor hardly barely none aint dont didnt doesnt cant wont isnt wasnt couldnt wouldnt shouldnt havent hasnt " +
    "не ни нет без нету никогда нельзя никакой никакого никаких никакая ничего никто невозможно неа"
  ).split(" "),
);
const CONTRASTS = new Set("but however although though yet но однако зато хотя а".split(" "));
const SMILE = /^(?:[:;=8xX][-'^]?[)\]DdPp3*}]+|\(:|<3+|\^[_.-]?\^|:'\))$/;
const FROWN = /^(?:[:;=8]['-]{0,2}[([{/\\|]+|\):|D:|>:\(|:'\()$/;
const LINK = /^(?:https?:\/\/|www\.)|^[\w.-]+\.(?:com|ru|co|org|net|ly|me|uk)(?:\/|$)/i;
const NUMBER = /^[-+]?[\d.,:/%]*\d[\d.,:/%]*$/;
const WORD = /[\p{L}\p{N}]/u;
const STOP = /^[.,!?;:…"()\u2014\u2013-]+$/;

/** The longest piece that wink-nlp is given, in UTF-16 units; a longer run without a space is cut. */
const PIECE = 48;
/** Distinct pieces that are remembered, in two generations of half as many: the frequent ones move to the younger. */
const KEPT = 60_000;

/** Made at the first use: importing this package must cost the other commands nothing. */
let wink: ((piece: string) => readonly string[]) | null = null;
const winkTokens = (piece: string): readonly string[] => (wink ??= createWinkTokens())(piece);

const LEAST_PIECE = 2;
const MOST_PIECE = 6;
const pieceBuffer = new Int32Array((PIECE + 16) * (MOST_PIECE - LEAST_PIECE + 1));
const NONE: readonly number[] = [];

const markOf = (word: string): Mark => {
  if (word === ":)") return "smile";
  if (word === ":(") return "frown";
  if (NEGATORS.has(word)) return "negator";
  if (CONTRASTS.has(word)) return "contrast";
  if (WORD.test(word)) return "word";
  return STOP.test(word) ? "stop" : "other";
};

/** No sign that stands for a face begins with another letter (xD, D:): most words need not be looked at as one. */
const MAYBE_SIGN = /^(?:[^\p{L}]|[xXD])/u;

const canonical = (raw: string): string => {
  if (!MAYBE_SIGN.test(raw)) return normaliseWord(raw);
  if (SMILE.test(raw)) return ":)";
  if (FROWN.test(raw)) return ":(";
  if (NUMBER.test(raw)) return /^(?:\d|10)$/.test(raw) ? raw : "<number>";
  return normaliseWord(raw);
};

const tokenOf = (raw: string, pick: Pick): Token => {
  const word = canonical(raw);
  const mark = markOf(word);
  const lettered = mark === "word" && !word.startsWith("<");
  return {
    key: wordKey(word),
    chars: lettered
      ? pick(pieceBuffer, pieceKeys(`<${word}>`.slice(0, PIECE + 16), LEAST_PIECE, MOST_PIECE, pieceBuffer))
      : NONE,
    mark,
    shouted: raw.length > 2 && raw === raw.toUpperCase() && raw !== raw.toLowerCase(),
    stretched: hasStretch(raw) && /(\p{L})\1{2,}/u.test(raw),
  };
};

/** A hashtag is read whole and as the words its capitals tell apart: #FailBank, fail, bank. */
const hashtag = (tag: string, pick: Pick): readonly Token[] => [
  tokenOf(tag.toLowerCase(), pick),
  ...(tag.match(/\p{Lu}?\p{Ll}+|\p{Lu}+|\d+/gu) ?? []).map((part) => tokenOf(part, pick)),
];

/** A word with at most one mark behind it, a full stop only where it cannot be an abbreviation's. */
const PLAIN = /^(\p{L}{2,})([,!?]+|[;:])?$|^(\p{L}{5,})\.$/u;
/** Endings that wink-nlp may cut off: cannot, dont, youre, ive. */
const CUT = /(?:nt|not|re|ve|ll|im)$/i;

/**
 * wink-nlp leaves plain words whole, and they are four pieces in five: for them it need not be asked. On the training
 * texts this gives other tokens than wink-nlp for fewer than one piece in six hundred.
 */
const plainTokens = (piece: string): readonly string[] | null => {
  const found = PLAIN.exec(piece);
  if (found === null) return null;
  const word = found[1] ?? found[3] ?? "";
  if (CUT.test(word)) return null;
  return found[3] === undefined ? [word, ...(found[2] ?? "")] : [word, "."];
};

const tokensOfPiece = (piece: string, pick: Pick): readonly Token[] => {
  const plain = plainTokens(piece);
  if (plain !== null) return plain.map((raw) => tokenOf(raw, pick));
  if (SMILE.test(piece) || FROWN.test(piece)) return [tokenOf(piece, pick)];
  if (LINK.test(piece)) return [tokenOf("<link>", pick)];
  if (/^@\w+[:,.]?$/.test(piece)) return [tokenOf("<user>", pick)];
  if (/^#[\p{L}\p{N}_]+$/u.test(piece)) return hashtag(piece, pick);
  return winkTokens(piece).map((raw) => tokenOf(raw, pick));
};

/** Tokens of a normalised text, in order. Every distinct piece between spaces is read by wink-nlp once, then remembered. */
export const createTokenizer = (pick: Pick): ((text: string) => readonly Token[]) => {
  let young = new Map<string, readonly Token[]>();
  let old = new Map<string, readonly Token[]>();
  const ofPiece = (piece: string): readonly Token[] => {
    const found = young.get(piece);
    if (found !== undefined) return found;
    const tokens = old.get(piece) ?? tokensOfPiece(piece, pick);
    if (young.size >= KEPT / 2) {
      old = young;
      young = new Map();
    }
    young.set(piece, tokens);
    return tokens;
  };
  return (text) => {
    const tokens: Token[] = [];
    for (const piece of text.split(/[\s\p{Cc}]+/u)) {
      if (piece === "") continue;
      if (piece.length <= PIECE || LINK.test(piece)) tokens.push(...ofPiece(piece.slice(0, PIECE)));
      else for (let i = 0; i < piece.length; i += PIECE) tokens.push(...ofPiece(piece.slice(i, i + PIECE)));
    }
    return tokens;
  };
};
