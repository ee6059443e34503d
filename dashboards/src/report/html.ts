import mjmlCore from "mjml-core";
import mjmlPreset from "mjml-preset-core";
import {
  attribute,
  html,
  type Block,
  type FigureCard,
  type Linked,
  type ReportDocument,
  type Section,
} from "./document.ts";

/** Links of one recipient's copy, put in when it is sent: what is stored holds none. */
export interface MailLinks {
  readonly page: string | null;
  readonly unsubscribe: string | null;
}

// Both are CommonJS with a `default`, which Node gives as a part of the module and bundlers as the module.
const unwrapped = <T>(module: T): T => (module as T & { readonly default?: T }).default ?? module;
const mjml = unwrapped(mjmlCore);
const preset = unwrapped(mjmlPreset);

const INK = "#1c2430";
const QUIET = "#5b6675";
const FONT = "Arial,Helvetica,sans-serif";

const STYLE = `
:root{color-scheme:light dark;supported-color-schemes:light dark}
h1{font-size:22px;line-height:1.3;margin:0 0 6px}
h2{font-size:18px;line-height:1.3;margin:0 0 4px}
p{margin:6px 0}
ul{margin:6px 0;padding-left:20px}
li{margin:4px 0}
blockquote{margin:10px 0;padding:2px 0 2px 12px;border-left:3px solid #1f5fae}
.quiet{color:${QUIET};font-size:13px}
.good{color:#17713f;font-weight:bold}
.bad{color:#a92f18;font-weight:bold}
.small{font-size:13px}
.value{font-size:28px;line-height:1.2;font-weight:bold}
a{color:#1f5fae}
caption{text-align:left;font-weight:bold;padding:8px 0 2px}
.n{overflow-wrap:normal;word-break:normal;font-size:13px;padding:4px 4px;text-align:right;border-bottom:1px solid #e3e7ec;vertical-align:top}
.n.first{text-align:left;font-weight:normal;padding-left:0;overflow-wrap:anywhere;min-width:72px}
thead .n{color:${QUIET};font-weight:bold}
.card div{overflow-wrap:anywhere}
@media print{
body,.back,.back>div{background:#ffffff!important;background-color:#ffffff!important}
.card{max-width:none!important}
.card .mj-column-per-100{display:block!important}
h2{break-after:avoid}
blockquote,li,img,.n{break-inside:avoid}
}
@media screen and (prefers-color-scheme:dark){
body,.back,.back>div{background:#0f1318!important;background-color:#0f1318!important}
.card,.card>table,.card>table>tbody>tr>td{background:#171d25!important;background-color:#171d25!important}
.card div,.card p,.card h1,.card h2,.card li,.card td,.card th,.card caption{color:#e8ecf1!important}
.card .quiet,.card thead .n{color:#a9b4c2!important}
.card li.good,.card .good{color:#6fd39a!important}
.card li.bad,.card .bad{color:#ff9d8a!important}
.card a,.card a bdi{color:#8ab8f5!important}
.n{border-color:#333c48!important}
blockquote{border-color:#8ab8f5!important}
}`;

const link = ({ text, url }: Linked): string =>
  url === null ? html(text) : `<a href="${attribute(url)}">${html(text)}</a>`;

const cardHtml = ({ label, value, interval }: FigureCard): string =>
  `<p class="quiet">${html(label)}</p><p class="value">${html(value)}</p><p class="small">${html(interval)}</p>`;

const text = (inner: string): string => `<mj-text>${inner}</mj-text>`;

const tableHtml = ({ caption, columns, rows }: Extract<Block, { kind: "table" }>): string => {
  const first = (index: number): string => (index === 0 ? "n first" : "n");
  const head = columns.map((name, i) => `<th scope="col" class="${first(i)}">${html(name)}</th>`).join("");
  const body = rows
    .map(
      (row) =>
        `<tr>${row.map((cell, i) => (i === 0 ? `<th scope="row" class="n first">${html(cell)}</th>` : `<td class="n">${html(cell)}</td>`)).join("")}</tr>`,
    )
    .join("");
  return `<mj-table>${caption === null ? "" : `<caption>${html(caption)}</caption>`}<thead><tr>${head}</tr></thead><tbody>${body}</tbody></mj-table>`;
};

const blockHtml = (block: Block): { readonly inner: string } | { readonly own: string } => {
  switch (block.kind) {
    case "paragraph":
      return { inner: `<p${block.quiet === true ? ' class="quiet"' : ""}>${html(block.text)}</p>` };
    case "list":
      return {
        inner: `<ul>${block.items.map((item) => `<li${item.tone === undefined || item.tone === "none" ? "" : ` class="${item.tone}"`}>${link(item)}</li>`).join("")}</ul>`,
      };
    case "quotes":
      return {
        inner: block.quotes
          .map(
            (quote) => `<blockquote>${html(quote.text)}<br><span class="quiet">${link(quote.from)}</span></blockquote>`,
          )
          .join(""),
      };
    case "picture":
      return {
        own: `<mj-image src="cid:${block.cid}" alt="${attribute(block.alt)}" width="${block.width}px" padding="6px 0" />`,
      };
    case "table":
      return { own: tableHtml(block) };
    case "figures":
      return { inner: block.cards.map(cardHtml).join("") };
  }
};

const card = (columns: string): string => `<mj-section css-class="card">${columns}</mj-section>`;

/** Neighbouring texts in one element, for each costs some hundred bytes. */
const column = (parts: readonly ReturnType<typeof blockHtml>[]): string => {
  let open = "";
  let all = "";
  const close = (): void => {
    if (open !== "") all += text(open);
    open = "";
  };
  for (const part of parts) {
    if ("inner" in part) open += part.inner;
    else {
      close();
      all += part.own;
    }
  }
  close();
  return `<mj-column>${all}</mj-column>`;
};

const pairs = <T>(list: readonly T[]): readonly (readonly T[])[] =>
  Array.from({ length: Math.ceil(list.length / 2) }, (_, i) => list.slice(i * 2, i * 2 + 2));

const sectionHtml = ({ title, blocks }: Section): string => {
  const head = { inner: `<h2>${html(title)}</h2>` };
  const [first, ...rest] = blocks;
  if (first?.kind !== "figures") return card(column([head, ...blocks.map(blockHtml)]));
  // Two beside each other on a phone too: the first screen holds all four.
  const cards = pairs(first.cards).map((two) =>
    card(
      `<mj-group>${two.map((one) => `<mj-column width="50%">${text(cardHtml(one))}</mj-column>`).join("")}</mj-group>`,
    ),
  );
  return card(column([head])) + cards.join("") + (rest.length === 0 ? "" : card(column(rest.map(blockHtml))));
};

const MARK = "<!--links-->";

/**
 * The report as one page for mail programs: tables for layout, no script, no remote picture (pictures are `cid:` files of the mail), readable with
 * pictures off, by night and by a screen reader. It holds a mark where `withLinks` puts what acts for its reader.
 */
export const reportHtml = async (document: ReportDocument): Promise<string> => {
  const { language, kicker, verdict, remarks, sections, footer, subject } = document;
  const head = `<p class="quiet">${html(kicker)}</p><h1>${html(verdict)}</h1>${remarks.map((remark) => `<p><strong>${html(remark)}</strong></p>`).join("")}`;
  const foot = `${footer.map((line) => `<p class="quiet">${html(line)}</p>`).join("")}${MARK}`;
  const source = `<mjml lang="${language}" dir="ltr"><mj-head><mj-title>${attribute(subject)}</mj-title><mj-preview>${attribute(kicker)}</mj-preview>
<mj-raw><meta name="color-scheme" content="light dark"><meta name="supported-color-schemes" content="light dark"><meta name="referrer" content="no-referrer"></mj-raw>
<mj-attributes><mj-all font-family="${FONT}" /><mj-text color="${INK}" font-size="15px" line-height="1.45" padding="4px 24px" /><mj-table color="${INK}" font-size="13px" line-height="1.4" padding="0 24px" /><mj-section background-color="#ffffff" padding="6px 0" /></mj-attributes>
<mj-style>${STYLE}</mj-style></mj-head>
<mj-body background-color="#f3f5f8" width="640px" css-class="back">${card(column([{ inner: head }]))}${sections.map(sectionHtml).join("")}${card(column([{ inner: foot }]))}</mj-body></mjml>`;
  const made = await mjml(source, {
    presets: [preset],
    fonts: {},
    validationLevel: "strict",
    ignoreIncludes: true,
    keepComments: true,
  });
  return made.html.replaceAll(/^[ \t]+|[ \t]+$/gmu, "").replaceAll(/\n{2,}/gu, "\n");
};

/** The copy for one reader. */
export const withLinks = (
  page: string,
  { page: url, unsubscribe }: MailLinks,
  words: { readonly page: string; readonly unsubscribe: string },
): string => {
  const links = [
    ...(url === null ? [] : [link({ text: words.page, url })]),
    ...(unsubscribe === null ? [] : [link({ text: words.unsubscribe, url: unsubscribe })]),
  ];
  return page.replace(MARK, () => (links.length === 0 ? "" : `<p class="quiet">${links.join(" · ")}</p>`));
};

/** The page with its pictures in it, for archives and PDF. */
export const withPictures = (page: string, pictures: ReadonlyMap<string, Uint8Array>): string =>
  [...pictures].reduce(
    (all, [cid, bytes]) =>
      all.replaceAll(`src="cid:${cid}"`, () => `src="data:image/png;base64,${Buffer.from(bytes).toString("base64")}"`),
    page.replace(MARK, ""),
  );
