const ESCAPES: Readonly<Record<string, string>> = { n: "\n", r: "\r", t: "\t", b: "\b", f: "\f", v: "\v", "0": "\0" };

const unescaped = (body: string): string =>
  body.replace(/\\(?:u([\da-f]{4})|x([\da-f]{2})|([\s\S]))/gi, (_all, u?: string, x?: string, char?: string) => {
    if (char === undefined) return String.fromCharCode(Number.parseInt(u ?? x ?? "0", 16));
    // A line that ends in a backslash goes on.
    return char === "\n" ? "" : (ESCAPES[char] ?? char);
  });

/**
 * What a script gives to a variable as `NAME = JSON.parse('…')`: the value of that string literal. Null when there is none,
 * or its end was cut off. Nothing is run.
 */
export const scriptString = (page: string, name: string): string | null => {
  const call = new RegExp(`\\b${name}\\s*=\\s*JSON\\.parse\\(\\s*(['"])`).exec(page);
  if (call === null) return null;
  const quote = call[1] as string;
  const start = call.index + call[0].length;
  for (let end = page.indexOf(quote, start); end !== -1; end = page.indexOf(quote, end + 1)) {
    let slashes = 0;
    while (page[end - 1 - slashes] === "\\") slashes++;
    if (slashes % 2 === 0) return unescaped(page.slice(start, end));
  }
  return null;
};
