import type { IncomingMessage, ServerResponse } from "node:http";
import type { Clock, Log } from "@molva/contracts";
import type { Grant, LinkSigner } from "@molva/platform";

export type LinkLanguage = "en" | "ru";

/** What a page about a link says; plain text, escaped where it is shown. */
export interface LinkPage {
  readonly title: string;
  readonly text: string;
}

/** One thing that a link in a message may do. `describe` changes nothing; `run` may be asked twice and then does nothing more. */
export interface LinkAct {
  describe(grant: Grant, language: LinkLanguage): Promise<LinkPage & { readonly button: string }>;
  run(grant: Grant, language: LinkLanguage): Promise<LinkPage>;
}

export interface LinkDoorOptions {
  readonly signer: LinkSigner;
  /** By the grant's `act`, e.g. `alert/take`. */
  readonly acts: ReadonlyMap<string, LinkAct>;
  readonly clock: Clock;
  readonly log: Log;
}

/** Where the links stand: below the page's public address. */
export const LINK_PATH = "/do/";

const EXPIRED: Readonly<Record<LinkLanguage, LinkPage>> = {
  en: {
    title: "This link does nothing",
    text: "It has expired, or it was changed on its way. Open the newest message, or the page itself.",
  },
  ru: {
    title: "Эта ссылка ничего не делает",
    text: "Её срок истёк, или она изменилась по пути. Откройте последнее сообщение или саму страницу.",
  },
};

const FAILED: Readonly<Record<LinkLanguage, LinkPage>> = {
  en: { title: "That did not work", text: "Nothing was changed. Try again in a minute." },
  ru: { title: "Не получилось", text: "Ничего не изменилось. Попробуйте через минуту." },
};

const escaped = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");

const STYLE = `:root{color-scheme:light dark}body{font:17px/1.5 system-ui,sans-serif;max-width:34rem;margin:12vh auto;padding:0 1.25rem}
h1{font-size:1.5rem;line-height:1.25}p{overflow-wrap:anywhere}button{font:inherit;padding:.7rem 1.4rem;border:0;border-radius:.5rem;background:#1f5fae;color:#fff;cursor:pointer}
button:focus-visible{outline:3px solid #8ab8f5;outline-offset:2px}`;

const pageOf = (language: LinkLanguage, { title, text }: LinkPage, button: string | null): string =>
  `<!doctype html><html lang="${language}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${escaped(title)} · Molva</title><style>${STYLE}</style></head><body><main><h1>${escaped(title)}</h1><p>${escaped(text)}</p>${button === null ? "" : `<form method="post"><button>${escaped(button)}</button></form>`}</main></body></html>`;

const languageOf = (request: IncomingMessage): LinkLanguage =>
  /^\s*ru\b/i.test(request.headers["accept-language"] ?? "") ? "ru" : "en";

/** A form without fields, or the one field of RFC 8058: nothing in it is read. */
const BODY_LIMIT = 1_024;

const drain = async (request: IncomingMessage): Promise<boolean> => {
  let size = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    size += part.length;
    if (size > BODY_LIMIT) return false;
  }
  return true;
};

/**
 * Serves the signed links of messages: GET shows what would be done, for mail programs fetch links by themselves; POST does it. The
 * token is the proof and says for whom it acts, so no password is asked and no other site can make one up.
 */
export const linkDoor = ({ signer, acts, clock, log }: LinkDoorOptions) => {
  const answer = async (request: IncomingMessage): Promise<{ readonly status: number; readonly html: string }> => {
    const language = languageOf(request);
    const path = (request.url ?? "").split("?", 1)[0] ?? "";
    const grant = signer.read(path.slice(LINK_PATH.length), clock());
    const act = grant === null ? undefined : acts.get(grant.act);
    if (grant === null || act === undefined) return { status: 404, html: pageOf(language, EXPIRED[language], null) };
    if (request.method === "POST") {
      if (!(await drain(request))) return { status: 413, html: pageOf(language, FAILED[language], null) };
      const done = await act.run(grant, language);
      log.info("link.done", { act: grant.act, on: grant.on });
      return { status: 200, html: pageOf(language, done, null) };
    }
    const { button, ...page } = await act.describe(grant, language);
    return { status: 200, html: pageOf(language, page, button) };
  };

  return async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const headers = {
      "content-type": "text/html; charset=utf-8",
      "content-security-policy":
        "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'",
      "cache-control": "no-store",
      "referrer-policy": "no-referrer",
      "x-content-type-options": "nosniff",
      "x-robots-tag": "noindex",
    };
    if (!["GET", "HEAD", "POST"].includes(request.method ?? "")) {
      response.writeHead(405, { ...headers, allow: "GET, HEAD, POST", connection: "close" }).end();
      return;
    }
    const { status, html } = await answer(request).catch((error: unknown) => {
      log.error("link.failed", { message: error instanceof Error ? error.message : String(error) });
      return { status: 503, html: pageOf(languageOf(request), FAILED[languageOf(request)], null) };
    });
    response.writeHead(status, headers).end(request.method === "HEAD" ? undefined : html);
  };
};
