/** A word that is looked for, read once. */
export interface Term {
  /** `form`: this form only; `prefix`: words that begin so; `stem`: every form of the word. */
  readonly by: "form" | "prefix" | "stem";
  readonly form: string;
  readonly stem: string;
  /** How a word of the other script sounds that is the same name; null where a chance likeness would be as likely. */
  readonly other: { readonly script: "cyrillic" | "latin"; readonly sound: string } | null;
}

/** Words in a row. `whole`: the same written as one word, for #hashtags and @handles. */
export interface Sequence {
  readonly kind: "sequence";
  readonly terms: readonly Term[];
  readonly whole: string;
}
/** A #hashtag or a @handle, whole. */
export interface Tag {
  readonly kind: "tag";
  readonly sign: "#" | "@";
  readonly whole: string;
}
/** All the words in any order, with at most `distance` others between the first and the last. */
export interface Within {
  readonly kind: "within";
  readonly terms: readonly Term[];
  readonly distance: number;
}
/** Each part with at most so many words between it and the one before; overlapping ones do not count. */
export interface Near {
  readonly kind: "near";
  readonly first: QueryNode;
  readonly rest: readonly { readonly part: QueryNode; readonly distance: number }[];
}
export const FIELDS = ["lang", "source", "near"] as const;
export interface Field {
  readonly kind: "field";
  readonly field: (typeof FIELDS)[number];
  readonly value: string;
}
export type QueryNode =
  | Sequence
  | Tag
  | Within
  | Near
  | Field
  | { readonly kind: "and" | "or"; readonly parts: readonly QueryNode[] }
  | { readonly kind: "not"; readonly part: QueryNode };
