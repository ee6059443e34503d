import type { BrandId, Mention } from "@molva/contracts";
import type { Model, Scored } from "./model.ts";

/** How people write a brand's name; null: not known. */
export type NameOf = (brand: BrandId) => string | null;

/** Mentions asked at once: seconds of work, so that a stop is not kept waiting. */
const SLICE = 256;

/**
 * What models with a `label` say of these mentions, by their place; nothing for the others, which answer when they are asked.
 * @throws the signal's reason when it is aborted.
 */
export const slowAnswers = async (
  mentions: readonly (Mention | null)[],
  modelOf: (mention: Mention) => Model,
  nameOf: NameOf | undefined,
  signal: AbortSignal,
): Promise<ReadonlyMap<number, Scored>> => {
  const places = new Map<Model, number[]>();
  for (let place = 0; place < mentions.length; place += 1) {
    const mention = mentions[place] ?? null;
    if (mention === null) continue;
    const model = modelOf(mention);
    if (model.label === undefined) continue;
    const of = places.get(model);
    if (of === undefined) places.set(model, [place]);
    else of.push(place);
  }
  const answers = new Map<number, Scored>();
  for (const [model, of] of places)
    for (let from = 0; from < of.length; from += SLICE) {
      signal.throwIfAborted();
      const slice = of.slice(from, from + SLICE);
      const scored = await model.label?.(
        slice.map((place) => {
          const mention = mentions[place] as Mention;
          return { ...mention, brand: nameOf?.(mention.brandId) ?? null };
        }),
      );
      for (const [at, place] of slice.entries()) {
        const answer = scored?.[at];
        if (answer !== undefined) answers.set(place, answer);
      }
    }
  return answers;
};
