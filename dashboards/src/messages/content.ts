import type { Alert, GivenLabel, Instant, Precision } from "@molva/contracts";
import type { Language } from "../wording/format.ts";

/** A mention as a message quotes it. */
export interface Quote {
  readonly source: string;
  readonly publishedAt: Instant;
  readonly precision: Precision;
  readonly label: GivenLabel;
  /** Null when retention or a person has taken it. */
  readonly text: string | null;
  readonly url: string | null;
}

/** What a reader can do next. `url` is null where there is no public address of the page. */
export type MessageAction = "open" | "take" | "useful" | "not-useful" | "mute";

/** All that one message says, before it is put into words: the alert, with the titles and texts as they are when it is sent. */
export interface AlertContent {
  readonly alert: Alert;
  readonly brandTitle: string;
  readonly sourceTitles: Readonly<Record<string, string>>;
  readonly quotes: readonly Quote[];
  readonly links: Readonly<Partial<Record<MessageAction, string>>>;
  readonly language: Language;
  /** IANA zone of the times in it. */
  readonly zone: string;
}

/** The message in words, not yet in the shape of a channel. Plain text without markup: each channel escapes it its own way. */
export interface WordedAlert {
  /** The verdict, in one short line. */
  readonly verdict: string;
  /** The numbers behind it, a line each. */
  readonly facts: readonly string[];
  readonly quotes: readonly { readonly text: string; readonly from: string; readonly url: string | null }[];
  readonly quotesTitle: string;
  /** What else to know of the data; empty when all is well. */
  readonly cautions: readonly string[];
  readonly actions: readonly { readonly text: string; readonly url: string | null }[];
  readonly actionsTitle: string;
  /** How it was computed, up to when, and its id. */
  readonly footer: string;
  /** The picture in words. */
  readonly pictureText: string;
  readonly pictureAxis: string;
}
