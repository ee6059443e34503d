import type { WordedAlert } from "./content.ts";

/** A message to a workflow may hold 28 KB; what is beyond is refused whole. */
const LIMIT_BYTES = 28_000;

interface Run {
  readonly text: string;
  readonly url?: string | null;
  readonly bold?: boolean;
  readonly subtle?: boolean;
}

/** Runs of a RichTextBlock are shown as they stand: unlike a TextBlock, they read no markdown. */
const block = (runs: readonly Run[]): object => ({
  type: "RichTextBlock",
  inlines: runs.map(({ text, url = null, bold = false, subtle = false }) => ({
    type: "TextRun",
    text,
    ...(bold ? { weight: "Bolder" } : {}),
    ...(subtle ? { isSubtle: true, size: "Small" } : {}),
    ...(url === null ? {} : { selectAction: { type: "Action.OpenUrl", url } }),
  })),
});

const card = (body: readonly object[]): object => ({
  type: "message",
  attachments: [
    {
      contentType: "application/vnd.microsoft.card.adaptive",
      contentUrl: null,
      content: {
        $schema: "http://adaptivecards.io/schemas/adaptive-card.json",
        type: "AdaptiveCard",
        version: "1.4",
        msteams: { width: "Full" },
        body,
      },
    },
  ],
});

/** The body for a workflow that takes webhook requests: an Adaptive Card, with the picture where it still fits. */
export const teamsPayload = (worded: WordedAlert, picture: Uint8Array | null): object => {
  const words = [
    block([{ text: worded.verdict, bold: true }]),
    ...worded.facts.map((text) => block([{ text }])),
    ...worded.cautions.map((text) => block([{ text: `⚠ ${text}` }])),
    ...worded.quotes.map((quote) =>
      block([{ text: `“${quote.text}” ` }, { text: `— ${quote.from}`, url: quote.url, subtle: true }]),
    ),
    ...(worded.actions.length === 0 ? [] : [block([{ text: worded.actionsTitle, bold: true }])]),
    ...worded.actions.map(({ text, url }) => block([{ text: `• ${text}`, url }])),
    block([{ text: worded.footer, subtle: true }]),
  ];
  if (picture !== null) {
    const image = {
      type: "Image",
      url: `data:image/png;base64,${Buffer.from(picture).toString("base64")}`,
      altText: worded.pictureText,
      size: "Stretch",
    };
    const whole = card([...words.slice(0, 1), image, ...words.slice(1)]);
    if (Buffer.byteLength(JSON.stringify(whole)) <= LIMIT_BYTES) return whole;
  }
  // The least that a message says is its verdict: what follows is taken away from its end until it fits.
  for (let kept = words.length; kept > 1; kept -= 1) {
    const shorter = card(words.slice(0, kept));
    if (Buffer.byteLength(JSON.stringify(shorter)) <= LIMIT_BYTES) return shorter;
  }
  return card(words.slice(0, 1));
};
