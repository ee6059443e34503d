import { Parser } from "htmlparser2";

/** Pages that people write nest a few dozen elements deep. Parsers keep a stack, and get slow long after this. */
export const DEPTH_LIMIT = 1000;

/** Fewer tags than the limit cannot nest deeper than it. */
const hasManyTags = (markup: string): boolean => {
  let count = 0;
  for (let at = markup.indexOf("<"); at !== -1 && count <= DEPTH_LIMIT; at = markup.indexOf("<", at + 1)) count++;
  return count > DEPTH_LIMIT;
};

/**
 * Reads the tags of a document without building a tree.
 * @throws {RangeError} when it nests deeper than any honest one does.
 */
export const assertShallow = (markup: string, xmlMode = false): void => {
  if (!hasManyTags(markup)) return;
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
