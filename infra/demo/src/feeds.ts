import type { Archive } from "./archive.ts";
import { standing, type Rendered } from "./listing.ts";
import { cdata, escaped, paragraphs } from "./markup.ts";
import { latestChange, pathOf, tagOf, type Shown } from "./posting.ts";

/** As many as a feed holds, newest first: more than ninety days' worth. */
const FEED_LIMIT = 500;

const html = (shown: Shown): string =>
  paragraphs(shown.wording.text)
    .map((part) => `<p>${escaped(part)}</p>`)
    .join("");
const iso = (millis: number): string => new Date(millis).toISOString().replace(".000Z", "Z");
/** RFC 822 as amended by RSS 2.0: a four-digit year. */
const rfc822 = (millis: number): string => new Date(millis).toUTCString().replace("GMT", "+0000");

/** The town's paper as RSS 2.0: news about all brands, and about none. */
export const newsFeed = (archive: Archive, now: number, origin: string): Rendered => {
  const written = archive.written("news", null, now);
  const shown = standing(written, now).slice(0, FEED_LIMIT);
  const items = shown.map(
    (one) => `<item>
<title>${escaped(one.wording.title ?? "")}</title>
<link>${origin}${pathOf(one.posting)}</link>
<guid isPermaLink="false">${tagOf(one.posting)}</guid>
<pubDate>${rfc822(one.posting.at)}</pubDate>
<dc:creator>${escaped(one.posting.author)}</dc:creator>
<dc:language>${one.posting.language}</dc:language>
<description>${cdata(html(one))}</description>
</item>`,
  );
  return {
    type: "application/rss+xml; charset=utf-8",
    changedAt: latestChange(written, now),
    body: `<?xml version="1.0" encoding="utf-8"?>
<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:atom="http://www.w3.org/2005/Atom">
<channel>
<title>Riverton Courier</title>
<link>${origin}/</link>
<atom:link rel="self" type="application/rss+xml" href="${origin}/feeds/news.rss"/>
<description>News of the town · Новости города</description>
${items.join("\n")}
</channel>
</rss>
`,
  };
};

/** Blogs as Atom. */
export const blogFeed = (archive: Archive, now: number, origin: string): Rendered => {
  const written = archive.written("blog", null, now);
  const shown = standing(written, now).slice(0, FEED_LIMIT);
  const entries = shown.map(
    (one) => `<entry xml:lang="${one.posting.language}">
<id>${tagOf(one.posting)}</id>
<title>${escaped(one.wording.title ?? "")}</title>
<link rel="alternate" type="text/html" href="${origin}${pathOf(one.posting)}"/>
<author><name>${escaped(one.posting.author)}</name></author>
<published>${iso(one.posting.at)}</published>
<updated>${iso(one.editedAt ?? one.posting.at)}</updated>
<content type="html">${escaped(html(one))}</content>
</entry>`,
  );
  const changedAt = latestChange(written, now);
  return {
    type: "application/atom+xml; charset=utf-8",
    changedAt,
    body: `<?xml version="1.0" encoding="utf-8"?>
<feed xmlns="http://www.w3.org/2005/Atom">
<id>tag:demo.molva,2026:feeds/blog</id>
<title>Riverton blogs · Блоги</title>
<link rel="self" href="${origin}/feeds/blog.atom"/>
<link rel="alternate" type="text/html" href="${origin}/"/>
<updated>${iso(changedAt ?? 0)}</updated>
${entries.join("\n")}
</feed>
`,
  };
};

/** Short posts as JSON Feed 1.1. */
export const talkFeed = (archive: Archive, now: number, origin: string): Rendered => {
  const written = archive.written("talk", null, now);
  const shown = standing(written, now).slice(0, FEED_LIMIT);
  return {
    type: "application/feed+json; charset=utf-8",
    changedAt: latestChange(written, now),
    body: JSON.stringify({
      version: "https://jsonfeed.org/version/1.1",
      title: "Riverton talk · Разговоры",
      home_page_url: `${origin}/`,
      feed_url: `${origin}/feeds/talk.json`,
      items: shown.map((one) => ({
        id: tagOf(one.posting),
        url: `${origin}${pathOf(one.posting)}`,
        content_text: one.wording.text,
        date_published: iso(one.posting.at),
        ...(one.editedAt === null ? {} : { date_modified: iso(one.editedAt) }),
        authors: [{ name: one.posting.author }],
        language: one.posting.language,
      })),
    }),
  };
};
