import type { WordedAlert } from "./content.ts";

/** Block Kit: a header holds 150 signs of plain text, a section 3,000, a message 50 blocks. */
const HEADER = 150;
const SECTION = 3_000;

/** In mrkdwn only these three are special; with them escaped no text can call a channel or a person. */
const escaped = (text: string): string => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");

/** `*`, `_`, `~` and backticks would still format: a zero-width space keeps them from meeting a word. */
const quiet = (text: string): string => escaped(text).replaceAll(/[*_~`]/gu, "$&\u200B");

const link = (text: string, url: string | null): string =>
  url === null ? quiet(text) : `<${escaped(url).replaceAll("|", "%7C")}|${quiet(text)}>`;

const cut = (text: string, limit: number): string => (text.length <= limit ? text : `${text.slice(0, limit - 1)}…`);

/** Lines of one section, as many as fit: a line with markup is never cut. */
const section = (lines: readonly string[]): readonly object[] => {
  const fitting: string[] = [];
  let room = SECTION;
  for (const line of lines) {
    if (line.length + 1 > room) break;
    room -= line.length + 1;
    fitting.push(line);
  }
  return fitting.length === 0
    ? []
    : [{ type: "section", text: { type: "mrkdwn", text: fitting.join("\n"), verbatim: true } }];
};

/** The body for an incoming webhook. */
export const slackPayload = (worded: WordedAlert): object => ({
  text: cut(escaped(worded.verdict), SECTION),
  unfurl_links: false,
  unfurl_media: false,
  blocks: [
    { type: "header", text: { type: "plain_text", text: cut(worded.verdict, HEADER), emoji: false } },
    ...section(worded.facts.map(quiet)),
    ...section(worded.cautions.map((text) => `:warning: ${quiet(text)}`)),
    ...(worded.quotes.length === 0
      ? []
      : section([
          `*${escaped(worded.quotesTitle)}*`,
          ...worded.quotes.map((quote) => `>${quiet(quote.text)}\n>${link(`— ${quote.from}`, quote.url)}`),
        ])),
    ...(worded.actions.length === 0
      ? []
      : section([
          `*${escaped(worded.actionsTitle)}*`,
          ...worded.actions.map(({ text, url }) => `• ${link(text, url)}`),
        ])),
    { type: "context", elements: [{ type: "plain_text", text: cut(worded.footer, SECTION), emoji: false }] },
  ],
});
