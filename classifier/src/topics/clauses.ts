import { CONTRAST, FILLER, JOIN, NEGATOR, PRONOUN, TURN, type Lexicon } from "./lexicon.ts";
import { HARD, NOTHING, type ReadWords } from "./read-words.ts";

/** A stretch of words `[from, to)` with what it speaks of. */
export interface Clause {
  readonly from: number;
  readonly to: number;
  /** Each once, in the order of the text. */
  readonly topics: readonly string[];
  /** What its phrases say by themselves, −1…1. */
  readonly valence: number;
}

interface Phrase {
  readonly from: number;
  readonly to: number;
  readonly topics: readonly string[];
  readonly valence: number;
}

/** What is cut into clauses: words, and the phrases found in them, which do not overlap and stand in order. */
interface Text {
  readonly words: ReadWords;
  readonly phrases: readonly Phrase[];
}

/** Words `[from, to)`, and of the phrases those `[first, last)` that begin there. Neighbours are joined by moving an end. */
interface Piece {
  readonly from: number;
  to: number;
  readonly first: number;
  last: number;
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
    const match = words.knownAt(start).begins ? lexicon.match(start, within) : null;
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

/** Never within a phrase. */
const cut = (piece: Piece, { words, phrases }: Text, opens: typeof opensHard): readonly Piece[] => {
  const pieces: Piece[] = [];
  let { from, first } = piece;
  let next = first;
  for (let i = piece.from + 1; i < piece.to; i += 1) {
    while (next < piece.last && (phrases[next] as Phrase).from < i) next += 1;
    if (!opens(words, i) || (next > piece.first && (phrases[next - 1] as Phrase).to > i)) continue;
    pieces.push({ from, to: i, first, last: next });
    from = i;
    first = next;
  }
  pieces.push({ from, to: piece.to, first, last: piece.last });
  return pieces;
};

const join = (piece: Piece, next: Piece): void => {
  piece.to = next.to;
  piece.last = next.last;
};

const isBare = ({ from, to, first }: Piece, { words, phrases }: Text): boolean => {
  let next = first;
  for (let i = from; i < to; i += 1) {
    const phrase = phrases[next];
    if (phrase !== undefined && i >= phrase.from) {
      i = phrase.to - 1;
      next += 1;
      continue;
    }
    const { kind } = words.knownAt(i);
    if (kind !== FILLER && kind !== JOIN) return false;
  }
  return true;
};

/** Whether its phrases speak of more than one topic. */
const ofSeveral = ({ first, last }: Piece, { phrases }: Text): boolean => {
  const topic = phrases[first]?.topics[0];
  for (let i = first; i < last; i += 1) {
    const { topics } = phrases[i] as Phrase;
    if (topics.length > 1 || topics[0] !== topic) return true;
  }
  return false;
};

/**
 * Pieces of one sentence, each with something to say of its topics: a piece without a topic goes to the one before, a topic that nothing is said
 * of ("price, quality and delivery are great") to the one after.
 */
const told = (sentence: Piece, text: Text): readonly Piece[] => {
  if (!ofSeveral(sentence, text)) return [sentence];
  const pieces: Piece[] = [];
  let open: Piece | null = null;
  for (const next of cut(sentence, text, opensSoft)) {
    const piece: Piece = open ?? next;
    if (open !== null) join(open, next);
    open = null;
    const last = pieces.at(-1);
    if (piece.first === piece.last && last !== undefined) join(last, piece);
    else if (piece.first === piece.last || isBare(piece, text)) open = piece;
    else pieces.push(piece);
  }
  if (open !== null) {
    const last = pieces.at(-1);
    if (last === undefined) return [sentence];
    join(last, open);
  }
  return pieces;
};

/** "Impressive." */
const SHORT_REMARK = 2;

/**
 * Sentences that name something. One that names nothing and begins with "it", or is a mere remark, still speaks of what the one before it names,
 * and is joined to it.
 */
const sentencesOf = (text: Text): readonly Piece[] => {
  const whole: Piece = { from: 0, to: text.words.count, first: 0, last: text.phrases.length };
  const sentences: Piece[] = [];
  let before: Piece | null = null;
  for (const sentence of cut(whole, text, opensHard)) {
    if (sentence.first < sentence.last) {
      sentences.push(sentence);
      before = sentence;
      continue;
    }
    const follows = text.words.knownAt(sentence.from).kind === PRONOUN || sentence.to - sentence.from <= SHORT_REMARK;
    if (follows && before !== null) join(before, sentence);
    else before = null;
  }
  return sentences;
};

const clauseOf = ({ from, to, first, last }: Piece, { phrases }: Text): Clause => {
  if (last - first === 1) {
    const { topics, valence } = phrases[first] as Phrase;
    return { from, to, topics, valence };
  }
  const topics: string[] = [];
  let valence = 0;
  for (let i = first; i < last; i += 1) {
    const phrase = phrases[i] as Phrase;
    valence += phrase.valence;
    for (const topic of phrase.topics) if (!topics.includes(topic)) topics.push(topic);
  }
  return { from, to, topics, valence: Math.max(-1, Math.min(1, valence)) };
};

/** The clauses that speak of something, in the order of the text. */
export const clausesOf = (words: ReadWords, lexicon: Lexicon): readonly Clause[] => {
  const text: Text = { words, phrases: phrasesOf(words, lexicon) };
  if (text.phrases.length === 0) return [];
  const clauses: Clause[] = [];
  for (const sentence of sentencesOf(text))
    for (const piece of told(sentence, text)) clauses.push(clauseOf(piece, text));
  return clauses;
};
