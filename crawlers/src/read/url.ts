/** Parameters that say where a reader came from, not what he reads. */
const TRACKING =
  /^(?:utm_\w+|fbclid|gclid|dclid|gbraid|wbraid|msclkid|yclid|ymclid|_openstat|mc_cid|mc_eid|igshid|ref_src)$/i;

/** An http or https URL, resolved against a base; null for anything else. */
export const resolveUrl = (link: string | null | undefined, base: string): string | null => {
  const text = link?.trim() ?? "";
  if (text === "" || text.length > 4096 || !URL.canParse(text, base)) return null;
  const url = new URL(text, base);
  return url.protocol === "http:" || url.protocol === "https:" ? url.href : null;
};

/** One spelling of a URL for identities: without tracking parameters and credentials, parameters otherwise as they stand. Fragments stay: a comment may be one. */
export const canonicalUrl = (href: string): string => {
  const url = new URL(href);
  url.username = "";
  url.password = "";
  for (const name of new Set(url.searchParams.keys())) if (TRACKING.test(name)) url.searchParams.delete(name);
  return url.href;
};

/** An `http` or `https` URL, as a target writes it. */
export const isWebUrl = (text: string): boolean => URL.canParse(text) && /^https?:$/.test(new URL(text).protocol);

/** Primary language of a BCP 47 tag in lower case (`ru-RU` → `ru`); null when it is none. */
export const primaryLanguage = (tag: string | null | undefined): string | null =>
  /^([a-z]{2,3})(?:[-_][a-z\d_-]+)?$/i.exec(tag?.trim() ?? "")?.[1]?.toLowerCase() ?? null;
