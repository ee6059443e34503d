import { Tokenizer } from "@huggingface/tokenizers";
import { wordsOf } from "../src/accurate/words.ts";
import type { LabelledText } from "../src/training/labelled-texts.ts";

/** What stands before and after a text. */
export const MARKS = { en: ["[CLS]", "[SEP]"], ru: ["<s>", "</s>"] } as const;

interface Cut {
  /** A tokenizer.json. */
  readonly tokenizer: object;
  /** By new id: the id in the origin. */
  readonly kept: readonly number[];
}

const LATIN_PIECE = /^(?:##)?[\p{Script=Latin}\p{N}\p{P}\p{S}\p{M}]+$/u;

/** BERT's vocabulary without its unused places and the scripts that an English text does not have. */
export const cutWordPieces = (origin: {
  readonly model: { readonly vocab: Readonly<Record<string, number>> };
}): Cut => {
  const marks = ["[PAD]", "[UNK]", "[CLS]", "[SEP]"];
  const pieces = Object.entries(origin.model.vocab)
    .filter(([piece]) => LATIN_PIECE.test(piece) && !piece.startsWith("["))
    .toSorted(([, a], [, b]) => a - b);
  const all = [
    ...marks.map((mark): [string, number] => [mark, origin.model.vocab[mark] ?? 0]),
    ["[", origin.model.vocab["["] ?? 0] as [string, number],
    ...pieces,
  ];
  const vocab = Object.fromEntries(all.map(([piece], id) => [piece, id]));
  return {
    kept: all.map(([, id]) => id),
    tokenizer: {
      version: "1.0",
      truncation: null,
      padding: null,
      added_tokens: [],
      normalizer: {
        type: "BertNormalizer",
        clean_text: true,
        handle_chinese_chars: true,
        strip_accents: null,
        lowercase: true,
      },
      pre_tokenizer: { type: "BertPreTokenizer" },
      post_processor: null,
      decoder: null,
      model: {
        type: "WordPiece",
        unk_token: "[UNK]",
        continuing_subword_prefix: "##",
        max_input_chars_per_word: 100,
        vocab,
      },
    },
  };
};

const RUSSIAN_PIECE = /^▁?[а-яёА-ЯЁ]+$/u;
const MOST_PIECES = 28_000;

const unigrams = (vocab: readonly (readonly [string, number])[]): object => ({
  version: "1.0",
  truncation: null,
  padding: null,
  added_tokens: [],
  normalizer: null,
  pre_tokenizer: { type: "Metaspace", replacement: "▁", prepend_scheme: "always", split: true },
  post_processor: null,
  decoder: null,
  model: { type: "Unigram", unk_id: 3, vocab },
});

/** Of 250,000 pieces those that Russian texts about companies use, single signs, and the most usual Russian ones up to `MOST_PIECES`. */
export const cutUnigrams = (
  [pieces, scores]: readonly [readonly string[], readonly number[]],
  texts: readonly LabelledText[],
): Cut => {
  const full = new Tokenizer(unigrams(pieces.map((piece, id) => [piece, scores[id] ?? 0])), {});
  const uses = new Uint32Array(pieces.length);
  for (const { text } of texts)
    for (const id of full.encode(wordsOf(text), { add_special_tokens: false }).ids) uses[id] = (uses[id] ?? 0) + 1;
  const chosen = new Set([0, 1, 2, 3]);
  for (const [id, piece] of pieces.entries()) {
    if (id < 4) continue;
    const signs = [...piece.replace("▁", "")].length;
    const single =
      signs <= 1 &&
      /^▁?[\p{Script=Cyrillic}\p{Script=Latin}\p{N}\p{P}\p{S}\p{Extended_Pictographic}]?$/u.test(piece) &&
      (uses[id] ?? 0) > 0;
    if (single || /^▁?[a-zA-Zа-яёА-ЯЁ0-9]$/u.test(piece) || (uses[id] ?? 0) >= 3) chosen.add(id);
  }
  // Pieces are numbered from the most usual on.
  for (let id = 4; id < pieces.length && chosen.size < MOST_PIECES; id += 1)
    if (RUSSIAN_PIECE.test(pieces[id] ?? "")) chosen.add(id);
  const kept = [...chosen].toSorted((a, b) => a - b);
  return { kept, tokenizer: unigrams(kept.map((id) => [pieces[id] ?? "", scores[id] ?? 0])) };
};
