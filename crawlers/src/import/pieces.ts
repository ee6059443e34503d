/** Reads ahead until so many characters are there (or the text ends), and gives them back with a stream that still holds them. */
export const peek = async (
  pieces: AsyncIterable<string>,
  length: number,
): Promise<{ readonly head: string; readonly all: AsyncIterable<string> }> => {
  const iterator = pieces[Symbol.asyncIterator]();
  let head = "";
  let ended = false;
  while (head.length < length && !ended) {
    const next = await iterator.next();
    ended = next.done === true;
    if (next.done !== true) head += next.value;
  }
  const all = async function* (): AsyncGenerator<string> {
    try {
      if (head !== "") yield head;
      while (!ended) {
        const next = await iterator.next();
        if (next.done === true) return;
        yield next.value;
      }
    } finally {
      await iterator.return?.();
    }
  };
  return { head, all: all() };
};
