import type { MailLinks } from "./html.ts";
import type { Block, Linked, ReportDocument } from "./document.ts";

const link = ({ text, url }: Linked): string => (url === null ? text : `${text}\n  ${url}`);

const blockText = (block: Block): string => {
  switch (block.kind) {
    case "paragraph":
      return block.text;
    case "list":
      return block.items.map((item) => `- ${link(item)}`).join("\n");
    case "quotes":
      return block.quotes.map((quote) => `“${quote.text}”\n— ${link(quote.from)}`).join("\n\n");
    case "picture":
      return `[${block.alt}]`;
    case "table":
      return [
        ...(block.caption === null ? [] : [block.caption]),
        ...[block.columns, ...block.rows].map((row) => row.join(" | ")),
      ].join("\n");
    case "figures":
      return block.cards.map(({ label, value, interval }) => `${label}: ${value}\n  ${interval}`).join("\n\n");
  }
};

/** The same as `reportHtml` says, in plain text. */
export const reportText = ({ kicker, verdict, remarks, sections, footer }: ReportDocument): string =>
  [
    kicker,
    verdict,
    ...remarks,
    ...sections.flatMap(({ title, blocks }) => [`== ${title} ==`, ...blocks.map(blockText)]),
    footer.join("\n"),
  ].join("\n\n") + "\n";

export const withTextLinks = (
  text: string,
  { page, unsubscribe }: MailLinks,
  words: { readonly page: string; readonly unsubscribe: string },
): string =>
  [
    text,
    ...(page === null ? [] : [`${words.page}: ${page}\n`]),
    ...(unsubscribe === null ? [] : [`${words.unsubscribe}: ${unsubscribe}\n`]),
  ].join("");
