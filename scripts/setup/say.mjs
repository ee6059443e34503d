/** Progress goes to stderr: stdout belongs to data. */
export const say = (line) => process.stderr.write(`${line}\n`);

export const secondsSince = (start) => `${((Date.now() - start) / 1000).toFixed(1)} s`;

/** Says what is still going on: in place on a terminal, else a line every fifteen seconds. Returns what ends it. */
export const keepSaying = (status) => {
  const start = Date.now();
  const inPlace = process.stderr.isTTY;
  const timer = setInterval(
    () =>
      process.stderr.write(
        inPlace ? `\r\u001B[K${status()} (${secondsSince(start)})` : `${status()} (${secondsSince(start)})\n`,
      ),
    inPlace ? 500 : 15_000,
  );
  return () => {
    clearInterval(timer);
    if (inPlace) process.stderr.write("\r\u001B[K");
  };
};
