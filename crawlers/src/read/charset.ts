import { fromLatinControls } from "./windows-1252.ts";

/** A body as text, and how it was read. */
export interface DecodedText {
  readonly text: string;
  /** WHATWG name, e.g. `windows-1251`. */
  readonly charset: string;
}

const known = (label: string | undefined): string | null => {
  if (label === undefined) return null;
  try {
    return new TextDecoder(label.trim().replace(/^["']|["']$/g, "")).encoding;
  } catch {
    return null;
  }
};

const byMark = (body: Uint8Array): string | null => {
  const [a, b, c] = body;
  if (a === 0xef && b === 0xbb && c === 0xbf) return "utf-8";
  if (a === 0xff && b === 0xfe) return "utf-16le";
  if (a === 0xfe && b === 0xff) return "utf-16be";
  return null;
};

/** UTF-16 without a mark shows as `<` beside a zero byte (XML 1.0, appendix F). */
const byZeroBytes = (body: Uint8Array): string | null => {
  if (body[0] === 0x3c && body[1] === 0) return "utf-16le";
  if (body[0] === 0 && body[1] === 0x3c) return "utf-16be";
  return null;
};

/** UTF-32, by its mark or by the zeros beside `<`: no browser reads it, some feeds are written in it. */
const utf32 = (body: Uint8Array): "utf-32le" | "utf-32be" | null => {
  const start = Buffer.from(body.subarray(0, 4)).toString("hex");
  if (start === "fffe0000" || start === "3c000000") return "utf-32le";
  return start === "0000feff" || start === "0000003c" ? "utf-32be" : null;
};

const fromUtf32 = (body: Uint8Array, littleEndian: boolean): string => {
  const view = new DataView(body.buffer, body.byteOffset, body.byteLength);
  const signs: string[] = [];
  for (let at = 0; at + 4 <= body.byteLength; at += 4) {
    const point = view.getUint32(at, littleEndian);
    const isSign = point <= 0x10ffff && (point < 0xd800 || point > 0xdfff);
    if (point !== 0xfeff) signs.push(isSign ? String.fromCodePoint(point) : "\ufffd");
  }
  return signs.join("");
};

/** What the document says of itself: the XML declaration, or a meta element in the first 4 KiB. */
const byContent = (body: Uint8Array): string | null => {
  const head = Buffer.from(body.buffer, body.byteOffset, Math.min(body.length, 4096)).toString("latin1");
  const declared =
    /^\s*<\?xml[^>]*?\bencoding\s*=\s*["']([\w.:-]+)["']/i.exec(head)?.[1] ??
    /<meta[^>]+charset\s*=\s*["']?\s*([\w.:-]+)/i.exec(head)?.[1];
  const name = known(declared);
  // Such a declaration was itself read as ASCII, so it cannot be UTF-16 (HTML Standard, encoding sniffing).
  return name?.startsWith("utf-16") === true ? "utf-8" : name;
};

const isUtf8 = (body: Uint8Array): boolean => {
  try {
    // The end may cut a character in two: a stream forgives that.
    new TextDecoder("utf-8", { fatal: true }).decode(body, { stream: true });
    return true;
  } catch {
    return false;
  }
};

/** Russian in windows-1251 is mostly bytes 0xC0…0xFF in runs; western text has them one by one. */
const guessed = (body: Uint8Array): string => {
  let runs = 0;
  let single = 0;
  for (let i = 1; i < Math.min(body.length, 65_536); i++) {
    if ((body[i] as number) < 0xc0) continue;
    if ((body[i - 1] as number) >= 0xc0) runs++;
    else single++;
  }
  return runs > single ? "windows-1251" : "windows-1252";
};

/**
 * Decodes a page in this order: byte order mark, `charset` of Content-Type, the document's own declaration, UTF-8 when
 * it is valid, else windows-1251 or windows-1252. It never fails: wrong bytes become U+FFFD.
 */
export const decodeText = (body: Uint8Array, contentType: string): DecodedText => {
  const wide = utf32(body);
  if (wide !== null) return { text: fromUtf32(body, wide === "utf-32le"), charset: wide };
  const header = known(/charset\s*=\s*("?[^\s;,]+"?)/i.exec(contentType)?.[1]);
  const charset =
    byMark(body) ?? byZeroBytes(body) ?? header ?? byContent(body) ?? (isUtf8(body) ? "utf-8" : guessed(body));
  const text = new TextDecoder(charset).decode(body);
  return { text: charset === "windows-1252" ? fromLatinControls(text) : text, charset };
};
