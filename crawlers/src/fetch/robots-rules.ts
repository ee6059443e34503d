/** What a robots.txt file says to one crawler. */
export interface RobotsRules {
  allows(url: URL): boolean;
  /** Seconds between two requests; null when the file does not say. */
  readonly crawlDelay: number | null;
}

interface Rule {
  readonly allow: boolean;
  /** With non-ASCII bytes as `%XX`. */
  readonly pattern: string;
}

/** What is longer is cut, as the search engines do: eight times the longest URL that browsers take. */
const LONGEST_LINE = 2083 * 8;
const BYTE_ORDER_MARK = "\xef\xbb\xbf";

/** Keys as they are written, and as they are often mistyped. */
const KEYS: readonly (readonly [RegExp, "agent" | "allow" | "disallow" | "delay"])[] = [
  [/^user[- ]?agent/i, "agent"],
  [/^allow/i, "allow"],
  [/^(?:dis+al+ow|diasllow|disallaw)/i, "disallow"],
  [/^crawl-?delay$/i, "delay"],
];

/** Bytes, one character each: marks may be broken, and what follows them still counts. UTF-16 is what its mark says. */
const asBytes = (body: Uint8Array): string => {
  const utf16 =
    body[0] === 0xff && body[1] === 0xfe ? "utf-16le" : body[0] === 0xfe && body[1] === 0xff ? "utf-16be" : null;
  const text = (utf16 === null ? Buffer.from(body) : Buffer.from(new TextDecoder(utf16).decode(body))).toString(
    "latin1",
  );
  let mark = 0;
  while (mark < BYTE_ORDER_MARK.length && text[mark] === BYTE_ORDER_MARK[mark]) mark++;
  return text.slice(mark);
};

/** `key: value`; the colon may be missing where nothing but one word follows. Null: no rule. */
const keyAndValue = (line: string): readonly [string, string] | null => {
  const bare = line.slice(0, LONGEST_LINE).replace(/#.*$/s, "").trim();
  const colon = bare.indexOf(":");
  if (colon > 0) return [bare.slice(0, colon).trim(), bare.slice(colon + 1).trim()];
  const spaced = /^(\S+)[ \t]+(\S+)$/.exec(bare);
  return spaced === null ? null : [spaced[1] as string, spaced[2] as string];
};

/** Escapes in capitals, and bytes that no URL holds as they are escaped: then pattern and path compare sign by sign. */
const escaped = (text: string): string =>
  text
    .replace(/%[\da-f]{2}/gi, (escape) => escape.toUpperCase())
    .replace(/[\x80-\xff]/g, (byte) => `%${byte.charCodeAt(0).toString(16).toUpperCase()}`);

/** `*` is any run of signs, `$` at the end is the end; else a pattern is the beginning of a path. Linear in the path for each `*`. */
const matches = (path: string, pattern: string): boolean => {
  const anchored = pattern.endsWith("$");
  const parts = (anchored ? pattern.slice(0, -1) : pattern).split("*");
  const [first = "", ...rest] = parts;
  if (!path.startsWith(first)) return false;
  if (rest.length === 0) return !anchored || path.length === first.length;
  let at = first.length;
  const last = rest.pop() ?? "";
  for (const part of rest) {
    const found = path.indexOf(part, at);
    if (found === -1) return false;
    at = found + part.length;
  }
  return anchored ? path.length - last.length >= at && path.endsWith(last) : path.includes(last, at);
};

/** The length of the longest pattern that fits, which decides; 0 when none does. `…/index.html` stands for the folder, too. */
const strength = (rules: readonly Rule[], allow: boolean, path: string): number =>
  rules.reduce((longest, rule) => {
    if (rule.allow !== allow) return longest;
    if (rule.pattern.length > longest && matches(path, rule.pattern)) return rule.pattern.length;
    const folder = allow ? /^(.*\/)index\.html?/.exec(rule.pattern)?.[1] : undefined;
    return folder !== undefined && folder.length + 1 > longest && matches(path, `${folder}$`)
      ? folder.length + 1
      : longest;
  }, 0);

/** A name ends where its letters do: what follows is a version. */
const nameIn = (value: string): string => /^[a-z_-]*/i.exec(value)?.[0].toLowerCase() ?? "";

/**
 * Reads a robots.txt file by RFC 9309 and by what the official suite adds to it: rules of all groups that name the crawler are one,
 * else those of the groups for `*`; the longest pattern decides, of equal ones the permission; lines outside a group, unknown ones and
 * a missing or misspelt colon are borne.
 * @param token the crawler's name, as groups address it: letters, `-` and `_`.
 */
export const readRobots = (body: Uint8Array, token: string): RobotsRules => {
  const own: Rule[] = [];
  const common: Rule[] = [];
  const delays: { own: number | null; common: number | null } = { own: null, common: null };
  let named = false;
  const group = { own: false, common: false, ruled: false };
  for (const line of asBytes(body).split(/\r\n|\r|\n/)) {
    const pair = keyAndValue(line);
    const key = pair === null ? undefined : KEYS.find(([shape]) => shape.test(pair[0]))?.[1];
    if (pair === null || key === undefined) continue;
    const value = pair[1];
    if (key === "agent") {
      if (group.ruled) Object.assign(group, { own: false, common: false, ruled: false });
      if (/^\*(?:\s|$)/.test(value)) group.common = true;
      else if (nameIn(value) === token.toLowerCase()) group.own = named = true;
      continue;
    }
    if (!group.own && !group.common) continue;
    if (key === "delay") {
      // It ends no group: RFC 9309 knows no such line (§2.2.4).
      const seconds = Number(value);
      if (!(seconds >= 0)) continue;
      if (group.own) delays.own ??= seconds;
      if (group.common) delays.common ??= seconds;
      continue;
    }
    group.ruled = true;
    const rule = { allow: key === "allow", pattern: escaped(value) };
    if (group.own) own.push(rule);
    if (group.common) common.push(rule);
  }
  const rules = named ? own : common;
  return {
    allows(url) {
      const path = escaped(`${url.pathname}${url.search}`);
      return strength(rules, false, path) <= strength(rules, true, path);
    },
    crawlDelay: named ? delays.own : delays.common,
  };
};
