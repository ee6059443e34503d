import { escaped } from "./markup.ts";
import { pathOf, tagOf, type Shown } from "./posting.ts";

/** Attributes that one vocabulary writes for the same meaning; empty strings for plain HTML. */
interface Marks {
  readonly prop: (name: string) => string;
  readonly item: (name: string | null, type: string, id?: string) => string;
}

const MARKS: Readonly<Record<"plain" | "microdata" | "rdfa", Marks>> = {
  plain: { prop: () => "", item: () => "" },
  microdata: {
    prop: (name) => ` itemprop="${name}"`,
    item: (name, type, id) =>
      `${name === null ? "" : ` itemprop="${name}"`} itemscope itemtype="https://schema.org/${type}"${id === undefined ? "" : ` itemid="${id}"`}`,
  },
  rdfa: {
    prop: (name) => ` property="${name}"`,
    item: (name, type, id) =>
      `${name === null ? "" : ` property="${name}"`} typeof="${type}"${id === undefined ? "" : ` resource="${id}"`}`,
  },
};
export type MarkupStyle = keyof typeof MARKS;

/** Local time of the demo's towns, with its offset, as their pages print it. */
export const localStamp = (millis: number): string =>
  `${new Date(millis + 3 * 3_600_000).toISOString().slice(0, 19)}+03:00`;
const dayStamp = (millis: number): string => localStamp(millis).slice(0, 10);
export const printedDate = (shown: Shown): string =>
  shown.posting.dayOnly ? dayStamp(shown.posting.at) : localStamp(shown.posting.at);

/** What a person reads as the date. It does not say "an hour ago": the page would change by itself. */
const readableDate = (printed: string): string => printed.slice(0, 16).replace("T", " · ");

const stars = (rating: number): string => `${"★".repeat(rating)}${"☆".repeat(5 - rating)}`;

/** One review as HTML. `item`: name of the property that hangs it on what stands around it, null when it stands alone. */
export const reviewCard = (shown: Shown, style: MarkupStyle, item: string | null): string => {
  const { posting, wording, editedAt, reply } = shown;
  const { prop, item: scope } = MARKS[style];
  const printed = printedDate(shown);
  const rating =
    wording.rating === null
      ? ""
      : `<span class="stars"${scope("reviewRating", "Rating")} aria-label="${wording.rating} / 5">${stars(wording.rating)}` +
        (style === "plain"
          ? ""
          : `<meta${prop("ratingValue")} content="${wording.rating}"><meta${prop("bestRating")} content="5"><meta${prop("worstRating")} content="1">`) +
        `</span>`;
  const meta = style === "plain" ? "" : `<meta${prop("inLanguage")} content="${posting.language}">`;
  return `<article class="card" id="${posting.id}" lang="${posting.language}"${scope(item, "Review", tagOf(posting))}>
${meta}<p class="by">${rating} <span${scope("author", "Person")}><b${prop("name")}>${escaped(posting.author)}</b></span>
<a href="${pathOf(posting)}"${prop("url")}><time${prop("datePublished")} datetime="${printed}">${readableDate(printed)}</time></a>${
    editedAt === null
      ? ""
      : ` <small>edited · изменено <time${prop("dateModified")} datetime="${localStamp(editedAt)}">${readableDate(localStamp(editedAt))}</time></small>`
  }</p>
${wording.title === null ? "" : `<h3${prop("name")}>${escaped(wording.title)}</h3>\n`}${
    wording.text === "" ? "" : `<div class="text"${prop("reviewBody")}>${escaped(wording.text)}</div>\n`
  }${
    reply === null
      ? ""
      : `<blockquote${scope("comment", "Comment")}><small><span${scope("author", "Organization")}><b${prop("name")}>The company · Компания</b></span> <time${prop("dateCreated")} datetime="${localStamp(reply.at)}">${readableDate(localStamp(reply.at))}</time></small><div${prop("text")}>${escaped(reply.text)}</div></blockquote>\n`
  }</article>`;
};

/** The same review as a node of JSON-LD. */
export const reviewNode = (shown: Shown, origin: string): Readonly<Record<string, unknown>> => {
  const { posting, wording, editedAt, reply } = shown;
  return {
    "@type": "Review",
    "@id": tagOf(posting),
    url: `${origin}${pathOf(posting)}`,
    inLanguage: posting.language,
    author: { "@type": "Person", name: posting.author },
    datePublished: printedDate(shown),
    ...(editedAt === null ? {} : { dateModified: localStamp(editedAt) }),
    ...(wording.title === null ? {} : { name: wording.title }),
    ...(wording.text === "" ? {} : { reviewBody: wording.text }),
    ...(wording.rating === null
      ? {}
      : { reviewRating: { "@type": "Rating", ratingValue: wording.rating, bestRating: 5, worstRating: 1 } }),
    ...(reply === null
      ? {}
      : {
          comment: {
            "@type": "Comment",
            author: { "@type": "Organization", name: "The company" },
            text: reply.text,
            dateCreated: localStamp(reply.at),
          },
        }),
  };
};
