import model from "wink-eng-lite-web-model";
import winkNLP from "wink-nlp";

/**
 * The model's `metaCER` turns its own state into JSON again at every call, so each new instance doubles the backslashes
 * of the last and some twenty-fifth dies of "Invalid string length". Its first answer serves for all.
 */
const steadyModel = (): typeof model => {
  if (typeof model.metaCER !== "function") return model;
  const chunker: unknown = model.metaCER();
  return { ...model, metaCER: () => chunker };
};

/** wink-nlp's cache of words only grows (some 0.4 kB each): its instance is replaced after this many pieces. */
const LIFE = 50_000;

/** Of a text's sentiment so many units are read, for the same reason. */
const LONGEST = 3000;

/** wink-nlp's tokens of a short piece of text. Its time grows with the square of the length: 100 kB of `!` take it 17 s. */
export const createWinkTokens = (life: number = LIFE): ((piece: string) => readonly string[]) => {
  const steady = steadyModel();
  let wink = winkNLP(steady, []);
  let seen = 0;
  return (piece) => {
    seen += 1;
    if (seen > life) {
      wink = winkNLP(steady, []);
      seen = 1;
    }
    return wink.readDoc(piece).tokens().out();
  };
};

/** wink-nlp's own sentiment of an English text, −1 to 1, 0 where it finds none: what `evaluate` sets beside a model. */
export const createWinkSentiment = (): ((text: string) => number) => {
  const wink = winkNLP(steadyModel(), ["sbd", "negation", "sentiment"]);
  return (text) => Number(wink.readDoc(text.slice(0, LONGEST)).out(wink.its.sentiment));
};
