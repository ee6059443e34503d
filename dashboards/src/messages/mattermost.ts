import type { WordedAlert } from "./content.ts";

/** A post holds 16,383 signs. */
const LIMIT = 16_383;

/** Markdown is escaped sign by sign; `@` and `#` lose their neighbour, so that nobody is called and no hashtag is made. */
const escaped = (text: string): string =>
  text.replaceAll(/[\\`*_{}[\]()+\-.!|~>]/gu, String.raw`\$&`).replaceAll(/[@#]/gu, "$&\u200B");

const link = (text: string, url: string | null): string =>
  url === null ? escaped(text) : `[${escaped(text)}](${url.replaceAll("(", "%28").replaceAll(")", "%29")})`;

/** The body for an incoming webhook. */
export const mattermostPayload = (worded: WordedAlert): object => {
  const sections = [
    `#### ${escaped(worded.verdict)}`,
    worded.facts.map((text) => `- ${escaped(text)}`).join("\n"),
    worded.cautions.map((text) => `- ⚠ ${escaped(text)}`).join("\n"),
    worded.quotes.map((quote) => `> ${escaped(quote.text)}\n> ${link(`— ${quote.from}`, quote.url)}`).join("\n\n"),
    worded.actions.length === 0
      ? ""
      : [`**${escaped(worded.actionsTitle)}**`, ...worded.actions.map(({ text, url }) => `- ${link(text, url)}`)].join(
          "\n",
        ),
    escaped(worded.footer),
  ].filter((section) => section !== "");
  let room = LIMIT;
  const fitting = sections.filter((section) => {
    if (section.length + 2 > room) return false;
    room -= section.length + 2;
    return true;
  });
  return { text: fitting.join("\n\n"), username: "Molva" };
};
