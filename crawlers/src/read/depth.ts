import { Parser } from "htmlparser2";

/** Pages that people write nest a few dozen elements deep. Parsers keep a stack, and get slow long after this. */
export const DEPTH_LIMIT = 1000;

/**
 * Reads the tags of a document without building a tree.
 * @throws {RangeError} when it nests deeper than any honest one does.
 */
export const assertShallow = (markup: string, xmlMode = false): void => {
  let depth = 0;
  const parser = new Parser(
    {
      onopentagname() {
        if (++depth > DEPTH_LIMIT) throw new RangeError(`more than ${DEPTH_LIMIT} elements nested in each other`);
      },
      onclosetag() {
        depth--;
      },
    },
    { xmlMode },
  );
  parser.end(markup);
};
