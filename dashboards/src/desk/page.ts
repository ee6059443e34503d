import type { IncomingMessage } from "node:http";

/**
 * Nothing but our own files runs or is loaded, and no string becomes markup: the page's only policy lets the empty
 * string through, which the chart library writes to clear its box.
 */
export const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types default",
].join("; ");

const cookieOf = (request: IncomingMessage, name: string): string | null => {
  const pair = (request.headers.cookie ?? "")
    .split(";")
    .map((part) => part.trim())
    .find((part) => part.startsWith(`${name}=`));
  return pair === undefined ? null : pair.slice(name.length + 1);
};

/** The language the person chose, else the first of ours that the browser asks for, else English. */
const languageOf = (request: IncomingMessage): "en" | "ru" => {
  const chosen = cookieOf(request, "molva-language");
  if (chosen === "en" || chosen === "ru") return chosen;
  const asked = (request.headers["accept-language"] ?? "")
    .split(",")
    .map((part) => {
      const [tag = "", ...rest] = part.trim().toLowerCase().split(";");
      const weight = Number(/^q=([\d.]+)$/.exec(rest.join(";").trim())?.[1] ?? "1");
      return { language: tag.split("-")[0] ?? "", weight: Number.isFinite(weight) ? weight : 0 };
    })
    .filter(({ language, weight }) => (language === "en" || language === "ru") && weight > 0)
    .sort((a, b) => b.weight - a.weight);
  return asked[0]?.language === "ru" ? "ru" : "en";
};

/** The page with the person's language and theme already on it, so that nothing flashes. */
export const pageFor = (template: string, request: IncomingMessage): string => {
  const chosen = cookieOf(request, "molva-theme");
  const theme = chosen === "dark" || chosen === "light" ? chosen : "auto";
  return template.replace("%LANGUAGE%", languageOf(request)).replace("%THEME%", theme);
};
