import {
  deadLetterSchema,
  factSchema,
  observationSchema,
  type DeadLetter,
  type Fact,
  type Observation,
} from "./domain.ts";
import type { Topic } from "./ports.ts";

const brandOf = (value: { readonly brandId: string } | { readonly mention: { readonly brandId: string } }): string =>
  "mention" in value ? value.mention.brandId : value.brandId;

/** The mention id of anything that may carry one, also of a value that failed its schema. */
const mentionIdIn = (value: unknown): string | null => {
  if (typeof value !== "object" || value === null) return null;
  const holder =
    "mention" in value && typeof value.mention === "object" && value.mention !== null ? value.mention : value;
  const id = "mentionId" in holder ? holder.mentionId : null;
  return typeof id === "string" && /^[0-9a-f]{32}$/.test(id) ? id : null;
};

/** Crawlers and import → classifier. */
export const MENTIONS: Topic<Observation> = {
  name: "mentions",
  schema: observationSchema,
  key: brandOf,
  mentionId: mentionIdIn,
};

/** Classifier and people → aggregator. */
export const FACTS: Topic<Fact> = { name: "facts", schema: factSchema, key: brandOf, mentionId: mentionIdIn };

export const DEAD_LETTERS: Topic<DeadLetter> = {
  name: "dead-letters",
  schema: deadLetterSchema,
  key: (letter) => letter.topic,
  mentionId: mentionIdIn,
};
