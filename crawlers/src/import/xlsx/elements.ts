import { Parser } from "htmlparser2";
import { unusable } from "./archive.ts";

/** Names come without their namespace's prefix. */
export interface ElementReader {
  open?(name: string, attributes: Readonly<Record<string, string>>): void;
  text?(text: string): void;
  close?(name: string): void;
}

/** A sheet's cell lies six deep. */
const MOST_DEPTH = 64;

const local = (name: string): string => name.slice(name.indexOf(":") + 1);

/** Reads XML piece by piece; after each piece the caller may take what was found. Entities that a document declares itself are not read. */
export const readElements = async function* (
  pieces: AsyncIterable<string>,
  reader: ElementReader,
): AsyncGenerator<void> {
  let depth = 0;
  const parser = new Parser(
    {
      onopentag: (name, attributes) => {
        depth += 1;
        if (depth > MOST_DEPTH) throw unusable("its markup is nested too deeply");
        reader.open?.(local(name), attributes);
      },
      ontext: (text) => reader.text?.(text),
      onclosetag: (name) => {
        depth -= 1;
        reader.close?.(local(name));
      },
    },
    { xmlMode: true },
  );
  for await (const piece of pieces) {
    parser.write(piece);
    yield;
  }
  parser.end();
  yield;
};

/** Reads a part that is small, or whose reader bounds what it keeps. */
export const readWhole = async (pieces: AsyncIterable<string> | null, reader: ElementReader): Promise<void> => {
  if (pieces === null) return;
  for await (const _ of readElements(pieces, reader));
};
