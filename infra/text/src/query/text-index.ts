import { scriptOf, stemOf } from "../stem.ts";
import { soundOf } from "./sound.ts";
import { textWords, type TextWord } from "./words.ts";

/** What a query may ask of a mention. Null: not told. */
export interface QueriedText {
  readonly title: string | null;
  readonly text: string;
  /** ISO 639-1. */
  readonly language: string | null;
  readonly source: string | null;
  /** The place as the source tells it. */
  readonly region: string | null;
}

/** No phrase and no distance reaches from the title into the text. */
const GAP = 1_000;

const append = (map: Map<string, number[]>, key: string, position: number): void => {
  const list = map.get(key);
  if (list === undefined) map.set(key, [position]);
  else list.push(position);
};

const NOWHERE: readonly number[] = [];

/** The words of one text by all the ways a query finds them; each is made when it is first asked for. Positions ascend. */
export class TextIndex {
  readonly about: QueriedText;
  readonly #words: readonly TextWord[];
  readonly #titleWords: number;
  readonly #maps = new Map<string, Map<string, number[]>>();
  #sortedForms: readonly string[] | null = null;

  constructor(about: QueriedText) {
    this.about = about;
    const title = about.title === null ? [] : textWords(about.title);
    this.#titleWords = title.length;
    this.#words = [...title, ...textWords(about.text)];
  }

  #map(name: string, keysOf: (word: TextWord) => string | null): Map<string, number[]> {
    const known = this.#maps.get(name);
    if (known !== undefined) return known;
    const map = new Map<string, number[]>();
    for (const [i, word] of this.#words.entries()) {
      const key = keysOf(word);
      if (key !== null) append(map, key, i < this.#titleWords ? i : i + GAP);
    }
    this.#maps.set(name, map);
    return map;
  }

  formAt(position: number): string | null {
    const index = position >= this.#titleWords + GAP ? position - GAP : position < this.#titleWords ? position : -1;
    return this.#words[index]?.form ?? null;
  }

  byForm(form: string): readonly number[] {
    return this.#map("form", (word) => word.form).get(form) ?? NOWHERE;
  }

  byStem(stem: string): readonly number[] {
    return this.#map("stem", (word) => stemOf(word.form)).get(stem) ?? NOWHERE;
  }

  /** Words of the script that sound so. */
  bySound(sound: string, script: "cyrillic" | "latin"): readonly number[] {
    const map = this.#map(script, ({ form }) => (scriptOf(form) === script ? soundOf(form) : null));
    return map.get(sound) ?? NOWHERE;
  }

  byTag(whole: string, sign: "#" | "@" | null): readonly number[] {
    const map = this.#map(sign ?? "tag", ({ tag }) =>
      tag !== null && (sign === null || tag.sign === sign) ? tag.whole : null,
    );
    return map.get(whole) ?? NOWHERE;
  }

  byPrefix(prefix: string): readonly number[] {
    const map = this.#map("form", (word) => word.form);
    const forms = (this.#sortedForms ??= [...map.keys()].toSorted());
    let [low, high] = [0, forms.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((forms[middle] as string) < prefix) low = middle + 1;
      else high = middle;
    }
    const found: number[] = [];
    for (let i = low; i < forms.length && (forms[i] as string).startsWith(prefix); i += 1)
      found.push(...(map.get(forms[i] as string) ?? []));
    return found.length < 2 ? found : found.toSorted((a, b) => a - b);
  }
}
