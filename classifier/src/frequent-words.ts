import { ENGLISH_CONTENT_WORDS } from "./english-words.ts";
import { placeOf, wordKey } from "./hash.ts";

/** Words that tell a language by themselves, by the key of their plain letters; an apostrophe ends a word here. */
export const ENGLISH = 1;
export const RUSSIAN = 2;
/** Ukrainian, Belarusian, Bulgarian, Serbian. */
export const NEIGHBOUR = 3;

/** Frequent in English and in no other language of the Latin script as a word of its own. */
const ENGLISH_WORDS =
  "the and is are was with this that you don doesn didn isn wasn couldn it not have they very what good great bad love best works worst nice awesome thanks never lol of my your just would from been about get today should people because their which where when why how who there than our did does could only really more them these those think know want need again tomorrow night happy going says said told into day days year years next sunday monday tuesday wednesday thursday friday saturday tonight morning week weekend month sure little girl life look looking called help old other still always every everyone someone something nothing";
/** Frequent Russian words that Ukrainian, Belarusian, Bulgarian and Serbian spell otherwise. */
const RUSSIAN_WORDS =
  "что это эта этот как очень только было был хорошо плохо нет или если когда спасибо отлично нормально вообще меня все есть где кто чтобы тоже еще уже его они быть после чем сегодня сейчас просто почему можно больше взять сделать сказать может будет была были надо нужно даже вот там тут этого эту эти этой свои свой тебя себя ничего пожалуйста здравствуйте деньги приложение работает удобно удобное удобная лучше хуже класс супер пока теперь опять снова потом хочу хочется одно один лишь";
/** Frequent words of its neighbours that can stand in a sentence without a letter of their own. */
const NEIGHBOURS_WORDS = "дякую дуже добре цей щоб але дзякуй вельми няма лошо беше съм това този као није врло";

const SIZE = 4096;
const SHIFT = 20;
const keys = new Int32Array(SIZE);
const values = new Uint8Array(SIZE);

const fill = (): void => {
  const lists = [
    [ENGLISH, ENGLISH_WORDS.split(" ")],
    [ENGLISH, ENGLISH_CONTENT_WORDS],
    [RUSSIAN, RUSSIAN_WORDS.split(" ")],
    [NEIGHBOUR, NEIGHBOURS_WORDS.split(" ")],
  ] as const;
  for (const [value, list] of lists)
    for (const word of list) {
      const key = wordKey(word);
      let at = placeOf(key, SHIFT);
      while (values[at] !== 0 && keys[at] !== key) at = (at + 1) & (SIZE - 1);
      keys[at] = key;
      values[at] = value;
    }
};
fill();

/** Which of the three a word belongs to, 0 for none. */
export const wordIn = (key: number): number => {
  let at = placeOf(key, SHIFT);
  for (;;) {
    const value = values[at] as number;
    if (value === 0 || keys[at] === key) return value;
    at = (at + 1) & (SIZE - 1);
  }
};

/** ъ, which Russian has before vowels only. */
export const HARD = 0x44a;
/** By unit beyond U+0400: 1 for what Russian writes behind ъ. */
export const SOFTENED = new Uint8Array(0x130);
for (const letter of "аеиоуыэюяёй") SOFTENED[letter.charCodeAt(0) - 0x400] = 1;

/** -ый, -ые, -ешь, -ишь, -тся, -ться, of a word that ends before `end`, from its last two letters. */
export const endsRussian = (last: number, final: number, text: string, end: number): boolean => {
  if (last === 0x44b) return final === 0x439 || final === 0x435;
  if (last === 0x448 && final === 0x44c) {
    const vowel = text.charCodeAt(end - 3);
    return vowel === 0x435 || vowel === 0x438;
  }
  if (last !== 0x441 || final !== 0x44f) return false;
  const before = text.charCodeAt(end - 3);
  return before === 0x442 || before === 0x44c;
};
