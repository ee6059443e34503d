import { Refusal } from "./refusal.ts";

/** The parts of a `multipart/form-data` body: name → bytes as Latin-1. Files among them would be external tables, which are refused. */
export const partsOf = (contentType: string, body: Buffer): ReadonlyMap<string, string> => {
  const boundary = /boundary=(?:"([^"]{1,100})"|([^\s;]{1,100}))/i.exec(contentType)?.slice(1).find(Boolean);
  if (boundary === undefined) throw new Refusal(36, "multipart/form-data without a boundary");
  const parts = new Map<string, string>();
  const text = body.toString("latin1");
  const pieces = `\r\n${text}`.split(`\r\n--${boundary}`);
  for (const piece of pieces.slice(1)) {
    if (piece.startsWith("--")) return parts;
    const end = piece.indexOf("\r\n\r\n");
    const name = /^content-disposition:[^\r]*\bname="([^"]*)"/im.exec(piece.slice(0, end))?.[1];
    if (end < 0 || name === undefined) throw new Refusal(36, "a part of multipart/form-data has no name");
    if (/\bfilename=/i.test(piece.slice(0, end))) throw new Refusal(48, "External tables are not supported");
    parts.set(name, piece.slice(end + 4));
  }
  throw new Refusal(36, "multipart/form-data without an end");
};
