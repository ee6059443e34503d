import { escaped } from "../wording/escape.ts";

/** A report in words, not yet in the shape of a form: HTML, plain text and PDF are written from it, so that they say the same. */
export interface ReportDocument {
  readonly language: "en" | "ru";
  /** The verdict in a line: the mail's subject. */
  readonly subject: string;
  /** Brand and week. */
  readonly kicker: string;
  /** The verdict in a sentence. */
  readonly verdict: string;
  readonly remarks: readonly string[];
  readonly sections: readonly Section[];
  readonly footer: readonly string[];
}

export interface Section {
  readonly title: string;
  readonly blocks: readonly Block[];
}

export type Tone = "good" | "bad" | "none";

/** One of the numbers that matter, with all that stands beside it. */
export interface FigureCard {
  readonly label: string;
  readonly value: string;
  readonly interval: string;
}

export interface Linked {
  readonly text: string;
  /** Null: no link. `http` and `https` only. */
  readonly url: string | null;
  readonly tone?: Tone;
}

export type Block =
  | { readonly kind: "figures"; readonly cards: readonly FigureCard[] }
  | { readonly kind: "paragraph"; readonly text: string; readonly quiet?: boolean }
  | { readonly kind: "list"; readonly items: readonly Linked[] }
  | { readonly kind: "quotes"; readonly quotes: readonly { readonly text: string; readonly from: Linked }[] }
  | {
      readonly kind: "picture";
      readonly cid: string;
      readonly width: number;
      readonly height: number;
      readonly alt: string;
    }
  | {
      readonly kind: "table";
      /** Null where the section's title says it. */
      readonly caption: string | null;
      /** The first is a name, the others are numbers. At most four, for a phone is narrow. */
      readonly columns: readonly string[];
      readonly rows: readonly (readonly string[])[];
    };

const OPEN = "\u2068";
const CLOSE = "\u2069";

/** Controls, and signs that turn the direction of writing for all that follows. */
const UNWANTED = /[\u0000-\u001F\u007F-\u009F\u061C\u200B\u200E\u200F\u2028-\u202E\u2060-\u2069\uFEFF\uFFF9-\uFFFB]+/gu;

/** What somebody else wrote, in one line and without signs that would change what stands around it. */
export const plain = (text: string, most: number): string => {
  const line = text
    .slice(0, most * 8)
    .replaceAll(UNWANTED, " ")
    .replaceAll(/\s+/gu, " ")
    .trim();
  const letters = [...line];
  return letters.length > most ? `${letters.slice(0, most).join("")}…` : line;
};

/** The same, set apart: whatever its direction of writing is, the sentence around it keeps its own. */
export const isolated = (text: string, most = 120): string => `${OPEN}${plain(text, most)}${CLOSE}`;

/** Without the signs that set texts apart, for forms that do not know them (subjects, spreadsheets). */
export const bare = (text: string): string => text.replaceAll(/[\u2068\u2069]/gu, "");

/** For HTML: escaped, and what is set apart in an element of its own. */
export const html = (text: string): string => escaped(text).replaceAll(OPEN, "<bdi>").replaceAll(CLOSE, "</bdi>");

/** For an attribute. */
export const attribute = (text: string): string => escaped(bare(text));

/** A link that a mail may hold; null for anything but http and https. */
export const safeUrl = (url: string | null): string | null => {
  if (url === null || url.length > 2_000 || !URL.canParse(url)) return null;
  const parsed = new URL(url);
  return parsed.protocol === "http:" || parsed.protocol === "https:" ? parsed.href : null;
};
