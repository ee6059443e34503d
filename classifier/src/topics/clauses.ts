import { CONTRAST, FILLER, JOIN, NEGATOR, PRONOUN, TURN, type Lexicon } from "./lexicon.ts";
import { HARD, NOTHING, type ReadWords } from "./read-words.ts";

/** A stretch of words `[from, to)` with what it speaks of. */
export interface Clause {
  readonly from: number;
  readonly to: number;
  readonly topics: readonly Hit[];
  /** What its phrases say by themselves, −1…1. */
  readonly valence: number;
}

interface Hit {
  readonly topic: string;
  /** The first word of the phrase. */
  readonly at: number;
}

interface Phrase {
  readonly from: number;
  readonly to: number;
  readonly topics: readonly string[];
  readonly valence: number;
}

/** So many words before a phrase may turn it: "not at all expensive". */
const REACH = 3;

const turned = (words: ReadWords, at: number): boolean => {
  for (let i = at - 1; i >= 0 && i >= at - REACH && words.borders[i + 1] === NOTHING; i -= 1)
    if (words.knownAt(i).kind === NEGATOR) return true;
  return false;
};

const phrasesOf = (words: ReadWords, lexicon: Lexicon): readonly Phrase[] => {
  const found: Phrase[] = [];
  let start = 0;
  const within = (i: number) =>
    i < words.count && (i === start || words.borders[i] === NOTHING) ? words.knownAt(i) : null;
  while (start < words.count) {
    const match = words.knownAt(start).fits.length === 0 ? null : lexicon.match(start, within);
    if (match !== null && match.topics.length > 0)
      found.push({
        from: start,
        to: start + match.length,
        topics: match.topics,
        valence: match.valence === 0 ? 0 : turned(words, start) ? -match.valence / 2 : match.valence,
      });
    start += match?.length ?? 1;
  }
  return found;
};

/** A word with which a clause begins whatever stands around: "but", "но"; "а" and "while" after a sign. */
const opensHard = (words: ReadWords, i: number): boolean => {
  const { kind } = words.knownAt(i);
  return words.borders[i] === HARD || kind === CONTRAST || (kind === TURN && words.borders[i] !== NOTHING);
};
const opensSoft = (words: ReadWords, i: number): boolean =>
  words.borders[i] !== NOTHING || words.knownAt(i).kind === JOIN;

interface Piece {
  readonly from: number;
  readonly to: number;
  readonly phrases: readonly Phrase[];
}

const cut = (piece: Piece, words: ReadWords, opens: (words: ReadWords, i: number) => boolean): readonly Piece[] => {
  const inside = (i: number): boolean => piece.phrases.some((p) => i > p.from && i < p.to);
  const places = [piece.from];
  for (let i = piece.from + 1; i < piece.to; i += 1) if (opens(words, i) && !inside(i)) places.push(i);
  return places.map((from, k) => {
    const to = places[k + 1] ?? piece.to;
    return { from, to, phrases: piece.phrases.filter((p) => p.from >= from && p.from < to) };
  });
};

const joined = (a: Piece, b: Piece): Piece => ({ from: a.from, to: b.to, phrases: [...a.phrases, ...b.phrases] });

const isBare = (piece: Piece, words: ReadWords): boolean => {
  for (let i = piece.from; i < piece.to; i += 1) {
    if (piece.phrases.some((p) => i >= p.from && i < p.to)) continue;
    const { kind } = words.knownAt(i);
    if (kind !== FILLER && kind !== JOIN) return false;
  }
  return true;
};

/** Whether its phrases speak of more than one topic. */
const ofSeveral = ({ phrases }: Piece): boolean => {
  const first = phrases[0]?.topics[0];
  return phrases.some((phrase) => phrase.topics.some((topic) => topic !== first));
};

/**
 * Pieces of one sentence, each with something to say of its topics: a piece without a topic goes to the one before, a topic that nothing is said
 * of ("price, quality and delivery are great") to the one after.
 */
const told = (sentence: Piece, words: ReadWords): readonly Piece[] => {
  if (!ofSeveral(sentence)) return [sentence];
  const pieces: Piece[] = [];
  let open: Piece | null = null;
  for (const next of cut(sentence, words, opensSoft)) {
    const piece: Piece = open === null ? next : joined(open, next);
    open = null;
    const last = pieces.at(-1);
    if (piece.phrases.length === 0 && last !== undefined) pieces[pieces.length - 1] = joined(last, piece);
    else if (piece.phrases.length === 0 || isBare(piece, words)) open = piece;
    else pieces.push(piece);
  }
  if (open !== null) {
    const last = pieces.at(-1);
    if (last === undefined) return [sentence];
    pieces[pieces.length - 1] = joined(last, open);
  }
  return pieces;
};

/** "Impressive." */
const SHORT_REMARK = 2;

/** A sentence that names nothing and begins with "it", or is a mere remark, still speaks of what the one before it names. */
const followed = (sentences: readonly Piece[], words: ReadWords): readonly Piece[] => {
  const joinedUp: Piece[] = [];
  for (const sentence of sentences) {
    const last = joinedUp.at(-1);
    const follows =
      sentence.phrases.length === 0 &&
      (words.knownAt(sentence.from).kind === PRONOUN || sentence.to - sentence.from <= SHORT_REMARK);
    if (follows && last !== undefined && last.phrases.length > 0)
      joinedUp[joinedUp.length - 1] = joined(last, sentence);
    else joinedUp.push(sentence);
  }
  return joinedUp;
};

/** The clauses that speak of something, in the order of the text. */
export const clausesOf = (words: ReadWords, lexicon: Lexicon): readonly Clause[] => {
  const phrases = phrasesOf(words, lexicon);
  if (phrases.length === 0) return [];
  const whole: Piece = { from: 0, to: words.count, phrases };
  return followed(cut(whole, words, opensHard), words)
    .filter((sentence) => sentence.phrases.length > 0)
    .flatMap((sentence) => told(sentence, words))
    .map(({ from, to, phrases: own }) => ({
      from,
      to,
      topics: own.flatMap((p) => p.topics.map((topic) => ({ topic, at: p.from }))),
      valence: Math.max(
        -1,
        Math.min(
          1,
          own.reduce((sum, p) => sum + p.valence, 0),
        ),
      ),
    }));
};
