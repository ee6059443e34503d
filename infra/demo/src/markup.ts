const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** For text and attribute values of HTML and XML alike. */
export const escaped = (text: string): string => text.replace(/[&<>"']/g, (sign) => ENTITIES[sign] ?? sign);

/** JSON that may stand inside a script element. */
export const inlineJson = (value: unknown): string => JSON.stringify(value, null, 1).replaceAll("<", "\\u003c");

/** CDATA cannot hold its own end. */
export const cdata = (text: string): string => `<![CDATA[${text.replaceAll("]]>", "]]]]><![CDATA[>")}]]>`;

export const paragraphs = (text: string): readonly string[] => text.split("\n\n").filter((part) => part !== "");

export interface PageParts {
  readonly title: string;
  readonly language: string;
  readonly head?: string;
  readonly body: string;
}

/** A whole page of the demo's web. */
export const page = ({ title, language, head = "", body }: PageParts): string => `<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(title)}</title>
<link rel="stylesheet" href="/assets/site.css">
<link rel="alternate" type="application/rss+xml" title="News" href="/feeds/news.rss">
<link rel="alternate" type="application/atom+xml" title="Blog" href="/feeds/blog.atom">
<link rel="alternate" type="application/feed+json" title="Talk" href="/feeds/talk.json">
${head}</head>
<body>
<header class="top"><a class="name" href="/">Word of Riverton</a><span>invented reviews of invented brands · придуманные отзывы о придуманных брендах</span></header>
${body}
<footer>A demo site of Molva on this machine. People, brands and towns are made up.</footer>
</body>
</html>
`;
