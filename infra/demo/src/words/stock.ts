import type { Label } from "@molva/contracts";

export type Language = "en" | "ru";

/** Sentences about one trade in one language; a text is put together from a few of them. */
export type Stock = Readonly<Record<Label | "sarcastic", readonly string[]>>;

/** What goes around the sentences: the same for every trade. */
export interface Frame {
  readonly openers: Readonly<Record<Label, readonly string[]>>;
  readonly closers: Readonly<Record<Label, readonly string[]>>;
  readonly titles: Readonly<Record<Label, readonly string[]>>;
  readonly emoji: Readonly<Record<Label, readonly string[]>>;
  /** Joins a good and a bad sentence. */
  readonly turns: readonly string[];
  /** Added to a text by an edit; the label is that of the text with it. */
  readonly updates: Readonly<Record<Label, readonly string[]>>;
  /** What the company answers, by the label of what it answers to. */
  readonly replies: Readonly<Record<Label, readonly string[]>>;
  /** Titles of blog posts and first words of short posts; each names the brand, for a feed holds all of them. */
  readonly blogTitles: Readonly<Record<Label, readonly string[]>>;
  readonly shoutouts: readonly string[];
  readonly authors: readonly string[];
  /** What `{slot}` may become. */
  readonly slots: Readonly<Record<string, readonly string[]>>;
}

/** A piece of news: it says nothing about a writer's own day. */
export interface NewsPiece {
  readonly title: string;
  readonly text: string;
}
export type NewsStock = Readonly<Record<Label, readonly NewsPiece[]>>;
