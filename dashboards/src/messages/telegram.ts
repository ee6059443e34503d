import type { WordedAlert } from "./content.ts";

/** What is asked of the Bot API: `sendPhoto` where there is a picture, else `sendMessage`. */
export interface TelegramRequest {
  readonly method: "sendPhoto" | "sendMessage";
  readonly fields: Readonly<Record<string, string>>;
  readonly photo: Uint8Array | null;
}

/** The Bot API counts what is left after the markup is read: 1–4096 signs of a message, up to 1024 of a picture's caption. */
const LIMITS = { sendPhoto: 1_024, sendMessage: 4_096 } as const;

const escaped = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");

interface Piece {
  readonly html: string;
  /** UTF-16 units of what is shown, as Telegram counts. */
  readonly length: number;
}

const plain = (text: string): Piece => ({ html: escaped(text), length: text.length });
const bold = (text: string): Piece => ({ html: `<b>${escaped(text)}</b>`, length: text.length });
const link = (text: string, url: string | null): Piece =>
  url === null ? plain(text) : { html: `<a href="${escaped(url)}">${escaped(text)}</a>`, length: text.length };
const joined = (pieces: readonly Piece[]): Piece => ({
  html: pieces.map(({ html }) => html).join(""),
  length: pieces.reduce((sum, piece) => sum + piece.length, 0),
});
const NEWLINE = plain("\n");
const lines = (pieces: readonly Piece[]): Piece =>
  joined(pieces.flatMap((piece, at) => (at === 0 ? [piece] : [NEWLINE, piece])));

/** Sections in the order in which they are worth their room; what does not fit is left out whole, never cut inside its markup. */
const sectionsOf = (worded: WordedAlert): readonly { readonly rank: number; readonly piece: Piece }[] => [
  { rank: 0, piece: bold(worded.verdict) },
  ...(worded.facts.length === 0 ? [] : [{ rank: 1, piece: lines(worded.facts.map(plain)) }]),
  ...(worded.cautions.length === 0
    ? []
    : [{ rank: 2, piece: lines(worded.cautions.map((text) => plain(`⚠ ${text}`))) }]),
  ...worded.quotes.map((quote, at) => ({
    rank: 4 + at,
    piece: lines([plain(`“${quote.text}”`), link(`— ${quote.from}`, quote.url)]),
  })),
  ...(worded.actions.length === 0
    ? []
    : [
        {
          rank: 3,
          piece: lines([bold(worded.actionsTitle), ...worded.actions.map(({ text, url }) => link(`• ${text}`, url))]),
        },
      ]),
  { rank: 9, piece: plain(worded.footer) },
];

const fitting = (worded: WordedAlert, limit: number): string => {
  const sections = sectionsOf(worded);
  const gap = 2; // an empty line between two sections
  let room = limit;
  const taken = new Set<Piece>();
  for (const { piece } of sections.toSorted((a, b) => a.rank - b.rank)) {
    if (piece.length + gap > room) continue;
    room -= piece.length + gap;
    taken.add(piece);
  }
  return sections
    .filter(({ piece }) => taken.has(piece))
    .map(({ piece }) => piece.html)
    .join("\n\n");
};

/** @param inReplyTo number of the thread's first message in this chat; null for the first */
export const telegramRequest = (
  worded: WordedAlert,
  picture: Uint8Array | null,
  chat: string,
  inReplyTo: number | null,
): TelegramRequest => {
  const method = picture === null ? "sendMessage" : "sendPhoto";
  const text = fitting(worded, LIMITS[method]);
  return {
    method,
    photo: picture,
    fields: {
      chat_id: chat,
      parse_mode: "HTML",
      ...(inReplyTo === null
        ? {}
        : { reply_parameters: JSON.stringify({ message_id: inReplyTo, allow_sending_without_reply: true }) }),
      ...(method === "sendPhoto"
        ? { caption: text }
        : { text, link_preview_options: JSON.stringify({ is_disabled: true }) }),
    },
  };
};
