/** Copies one string literal, with raw control characters escaped. Returns where it ends. */
const copyString = (text: string, start: number, out: string[]): number => {
  let i = start + 1;
  let from = start;
  for (; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === 0x5c) i++;
    else if (code === 0x22) break;
    else if (code < 0x20) {
      out.push(text.slice(from, i), `\\u${code.toString(16).padStart(4, "0")}`);
      from = i + 1;
    }
  }
  out.push(text.slice(from, i + 1));
  return i + 1;
};

/** The place behind the next `end`; the end of the text when there is none. */
const after = (text: string, end: string, from: number): number => {
  const at = text.indexOf(end, from);
  return at === -1 ? text.length : at + end.length;
};

/** A comment is skipped; of one that is wrapped around the whole document only the mark is. */
const behindMark = (text: string, at: number): number => {
  const end = text.indexOf("-->", at);
  return end === -1 || /[{[]/.test(text.slice(at, end)) ? at + 4 : end + 3;
};

/** JSON with what people leave in it taken out: comments, HTML comment marks, commas before a bracket, control characters, a last semicolon. */
const cleaned = (text: string): string => {
  const out: string[] = [];
  let i = 0;
  while (i < text.length) {
    const two = text.slice(i, i + 2);
    const char = text[i] as string;
    if (char === '"') i = copyString(text, i, out);
    else if (two === "//") i = after(text, "\n", i);
    else if (two === "/*") i = after(text, "*/", i + 2);
    else if (text.startsWith("<!--", i)) i = behindMark(text, i);
    else if (text.startsWith("-->", i)) i += 3;
    else if (text.startsWith("<![CDATA[", i)) i += 9;
    else if (text.startsWith("]]>", i)) i += 3;
    else if (char === "," && /^\s*[}\]]/.test(text.slice(i + 1, i + 200))) i++;
    else if (char === ";" && text.slice(i + 1).trim() === "") i++;
    else {
      out.push(char.charCodeAt(0) < 0x20 ? " " : char);
      i++;
    }
  }
  return out.join("");
};

/** Parses JSON as it stands in pages; null when it cannot be made sense of. Linear in its input. */
export const parseLenientJson = (text: string): unknown => {
  for (const attempt of [() => text, () => cleaned(text)]) {
    try {
      return JSON.parse(attempt()) as unknown;
    } catch {
      continue;
    }
  }
  return null;
};
