import type { Brand } from "@molva/contracts";

/** Of whom a mention is. */
interface Voice {
  /** Keyed hash of the author's name. */
  readonly author: string | null;
  readonly url: string | null;
}

/** `https://www.T.me/velmora/12?x` → `t.me/velmora/12`. */
const placeOf = (url: string): string | null => {
  if (!URL.canParse(url)) return null;
  const { hostname, pathname } = new URL(url);
  return `${hostname.toLowerCase().replace(/^www\./, "")}${pathname}`;
};

const isIn = (place: string, own: string): boolean => {
  const [host = "", ...path] = own
    .toLowerCase()
    .replace(/^www\./, "")
    .split("/");
  const [at = "", ...where] = place.split("/");
  if (at !== host && !at.endsWith(`.${host}`)) return false;
  const asked = path.filter((part) => part !== "");
  return asked.every((part, i) => where[i]?.toLowerCase() === part);
};

/** Whether the brand itself wrote it: by the author's name, or by where it stands. Names are compared as hashes, as they are kept. */
export const speaksForItself = (brand: Pick<Brand, "own">, hashAuthor: (name: string) => string) => {
  const authors = new Set((brand.own?.authors ?? []).map(hashAuthor));
  const domains = brand.own?.domains ?? [];
  return ({ author, url }: Voice): boolean => {
    if (author !== null && authors.has(author)) return true;
    if (url === null || domains.length === 0) return false;
    const place = placeOf(url);
    return place !== null && domains.some((own) => isIn(place, own));
  };
};

export const hasOwnVoices = ({ own }: Pick<Brand, "own">): boolean =>
  (own?.authors.length ?? 0) + (own?.domains.length ?? 0) > 0;
