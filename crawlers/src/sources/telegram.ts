import { load, type Cheerio } from "cheerio";
import type { Element } from "domhandler";
import { z } from "zod";
import { assertShallow } from "../read/depth.ts";
import { datesOf, draftOf, extraOf } from "../read/draft.ts";
import { htmlToText, tidy } from "../read/html-text.ts";
import { resolveUrl } from "../read/url.ts";
import { defineSource, pageRequest, type Draft, type Page, type ParsedPage } from "../source.ts";
import { onceEach, textOf } from "./json-page.ts";
import { layoutChanged } from "./layout-changed.ts";

const ID = "telegram";

const targetSchema = z.strictObject({
  channel: z
    .string()
    .regex(/^[a-z]\w{3,31}$/i, "the channel's name without @")
    .describe("The channel's public name, without @"),
  query: z
    .string()
    .trim()
    .min(1)
    .max(100)
    .nullable()
    .default(null)
    .describe("Only posts that the channel's search finds"),
  pages: z.int().min(1).max(200).default(3).describe("Pages of 20 posts, back in time"),
});
type ChannelTarget = z.infer<typeof targetSchema>;

const STEPS: Readonly<Record<string, number>> = { "": 1, K: 1e3, M: 1e6, B: 1e9 };

/** `1.98K`, `798`, `2M`: as many as it says, no more exact than it is printed. */
const shortCount = (printed: string): number | null => {
  const read = /^([\d\s]+(?:[.,]\d+)?)\s*([KMB]?)$/i.exec(printed.trim());
  return read === null
    ? null
    : Math.round(
        Number((read[1] as string).replace(/\s/g, "").replace(",", ".")) *
          (STEPS[(read[2] ?? "").toUpperCase()] as number),
      );
};

const draftOfPost = (post: Cheerio<Element>, id: string, page: Page, zone: string): Draft => {
  // Words of the post that is answered or was passed on stand in blocks of their own.
  const words = post
    .find(".tgme_widget_message_text.js-message_text")
    .filter((_, element) => post.find(element).closest(".tgme_widget_message_reply").length === 0)
    .last();
  const time = post.find("a.tgme_widget_message_date time[datetime]").last().attr("datetime") ?? null;
  const name = post.find(".tgme_widget_message_owner_name").first().text();
  const forwarded = post.find(".tgme_widget_message_forwarded_from_name").first().text();
  return draftOf({
    kind: "post",
    nativeId: id.toLowerCase(),
    url: `https://t.me/${id}`,
    text: htmlToText(words.html() ?? ""),
    author: tidy(post.find(".tgme_widget_message_from_author").first().text()) || id.split("/")[0] || null,
    reach: shortCount(post.find(".tgme_widget_message_views").first().text()),
    ...datesOf(time, null, { fetchedAt: page.fetchedAt, zone }),
    extra: extraOf({ channel: tidy(name), forwardedFrom: tidy(forwarded) }),
  });
};

const readChannel = (text: string, page: Page, zone: string): ParsedPage => {
  assertShallow(text);
  const $ = load(text);
  if ($(".tgme_channel_history, .tgme_channel_info, main[data-url]").length === 0) {
    const why =
      $(".tgme_page").length > 0
        ? "this channel has no public preview (private, closed to it, or no such name). Telegram's own clients may read it; we cannot"
        : "this is no channel's page";
    throw layoutChanged(ID, page, why);
  }
  const posts = $(".tgme_widget_message[data-post]").not(".service_message").toArray();
  const drafts = posts.flatMap((element) => {
    const post = $(element);
    const id = post.attr("data-post") ?? "";
    return /^\w{2,64}\/\d{1,15}$/.test(id) ? [draftOfPost(post, id, page, zone)] : [];
  });
  const isEmpty = $(".tgme_channel_no_messages, .tgme_widget_message_service, .tme_no_messages_found").length > 0;
  if (drafts.length === 0 && !isEmpty && $(".service_message").length === 0) {
    throw layoutChanged(ID, page, "no post stands on the channel's page");
  }
  const more = $("a.tme_messages_more[data-before], link[rel=prev]").first().attr("href");
  const next = drafts.length === 0 ? null : resolveUrl(more, page.finalUrl);
  return {
    drafts: onceEach(drafts),
    next: next === null || new URL(next).host !== new URL(page.finalUrl).host ? [] : [pageRequest(next)],
    publicRating: null,
    expected: null,
    complete: false,
  };
};

/** Posts of a public Telegram channel, from the page that Telegram makes of it. */
export const telegram = defineSource<ChannelTarget>({
  id: ID,
  title: "Telegram public channels",
  version: 1,
  requestsPerMinute: 20,
  transports: ["http"],
  target: targetSchema,
  example: { channel: "velmora_news" },
  match: "query",
  orderOf: () => "newest",
  credentials: [],
  limits: [
    "Public channels with a preview only; no comments, no groups, no private channels",
    "Views are rounded as Telegram prints them; that a post was edited is told without a date, and so not at all",
  ],

  titleOf: ({ channel, query }) => `t.me/${channel}${query === null ? "" : ` "${query}"`}`,
  pageLimit: ({ pages }) => pages,
  start: ({ channel, query }) => [
    pageRequest(`https://t.me/s/${channel}${query === null ? "" : `?q=${encodeURIComponent(query)}`}`),
  ],

  parse(page, _target, { zone }) {
    const text = textOf(ID, page);
    try {
      return readChannel(text, page, zone);
    } catch (error) {
      if (error instanceof RangeError) throw layoutChanged(ID, page, "the page could not be read", error);
      throw error;
    }
  },
});
