import { stemOf } from "../stem.ts";
import { textWords } from "./words.ts";

/** The stems of the words of a text, in order, as queries compare them. */
export const stemsOf = (text: string): readonly string[] => textWords(text).map(({ form }) => stemOf(form));
