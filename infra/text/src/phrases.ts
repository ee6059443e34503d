import { stemOf } from "./stem.ts";

/** Words that say nothing at the end of a phrase. */
const EMPTY = new Set(
  (
    "a an the and or but if so as at by for from in into of on off out over to up with about after before than then this that these those there here it its it's i i'm you he she we they me him her us them my your his our their " +
    "is are was were be been being am do does did have has had will would can could should may might must not no very just too also only even more most much many some any all each every what which who when where why how " +
    "и а но или да же ли бы не ни в во на с со к ко по за от до из у о об при для без под над про через что чтобы как так то это этот эта эти того той тот та те я ты он она оно мы вы они меня мне мной тебя тебе его ему ее ей нас нам вас вам их им " +
    "мой моя мое мои твой ваш ваша ваше ваши наш наша свой свою себя был была было были быть есть нет уже еще очень все всё весь вся только даже тоже также когда где там тут здесь кто который которые если то ну вот"
  ).split(" "),
);

const TOKEN = /[\p{L}\p{M}\p{N}]+(?:['’][\p{L}\p{M}]+)*|[^\s\p{L}\p{M}\p{N}]/gu;
const WORD = /^[\p{L}\p{N}]/u;
const LINK = /https?:\/\/\S+|www\.\S+|[@#]\S+/giu;
/** Of a longer text the beginning. */
const LOOK = 6000;

/**
 * The phrases of two and three words of a text: by their stems, with the words as they stand first in it. None goes over a mark of punctuation, none begins
 * or ends with a word that says nothing, none is a number alone. Each once.
 */
export const phrasesOf = (text: string): ReadonlyMap<string, string> => {
  const found = new Map<string, string>();
  let run: { readonly word: string; readonly stem: string; readonly empty: boolean }[] = [];
  const flush = (): void => {
    for (let from = 0; from < run.length; from += 1) {
      for (const size of [2, 3]) {
        const words = run.slice(from, from + size);
        const [first, last] = [words[0], words.at(-1)];
        if (words.length < size || first === undefined || last === undefined || first.empty || last.empty) continue;
        if (words.every(({ word }) => /^\d+$/.test(word))) continue;
        const key = words.map(({ stem }) => stem).join(" ");
        if (!found.has(key)) found.set(key, words.map(({ word }) => word).join(" "));
      }
    }
    run = [];
  };
  for (const [token] of text.slice(0, LOOK).replaceAll(LINK, " . ").normalize("NFC").matchAll(TOKEN)) {
    if (!WORD.test(token)) {
      flush();
      continue;
    }
    const word = token.toLowerCase().replaceAll("ё", "е").replaceAll("’", "'");
    const empty = EMPTY.has(word);
    run.push({ word, stem: empty ? word : stemOf(word), empty });
  }
  flush();
  return found;
};
