const SPACE = /[ \t\n\r]*/y;
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const WORD = /true|false|null/y;

/** Where a pattern that stands at `at` ends; −1 when it does not stand there. */
const after = (pattern: RegExp, text: string, at: number): number => {
  pattern.lastIndex = at;
  return pattern.test(text) ? pattern.lastIndex : -1;
};

const ESCAPE = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y;

/** Where a string ends; as a negative number (−1 − place) where it is broken. */
const stringEnd = (text: string, start: number): number => {
  for (let at = start + 1; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === 34) return at + 1;
    if (code < 32) return -1 - at;
    if (code !== 92) continue;
    const end = after(ESCAPE, text, at);
    if (end < 0) return -1 - at;
    at = end - 1;
  }
  return -1 - text.length;
};

/**
 * The first place at which a text stops being JSON, from 0; its length when it ends too early, −1 when it is JSON. `JSON.parse` tells the place in
 * words that differ from version to version, and not always.
 */
export const jsonFault = (text: string): number => {
  const open: ("[" | "{")[] = [];
  let expected: "value" | "first" | "key" | "colon" | "more" = "value";
  let at = after(SPACE, text, 0);
  for (;;) {
    const char = text[at] ?? "";
    const inside = open.at(-1);
    if (char === "") return expected === "more" && inside === undefined ? -1 : at;
    if (expected === "more" && inside === undefined) return at;
    if ((expected === "more" || expected === "first") && char === (inside === "[" ? "]" : "}")) {
      open.pop();
      expected = "more";
      at += 1;
    } else if (expected === "more") {
      if (char !== ",") return at;
      expected = inside === "[" ? "value" : "key";
      at += 1;
    } else if (expected === "colon") {
      if (char !== ":") return at;
      expected = "value";
      at += 1;
    } else if (expected === "key" || (expected === "first" && inside === "{")) {
      const end = char === '"' ? stringEnd(text, at) : -1 - at;
      if (end < 0) return -1 - end;
      expected = "colon";
      at = end;
    } else if (char === "[" || char === "{") {
      open.push(char);
      expected = "first";
      at += 1;
    } else {
      const end = char === '"' ? stringEnd(text, at) : Math.max(after(NUMBER, text, at), after(WORD, text, at));
      if (end < 0) return char === '"' ? -1 - end : at;
      expected = "more";
      at = end;
    }
    at = after(SPACE, text, at);
  }
};
