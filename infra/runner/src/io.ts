/** Where a command reads and writes: the terminal it was typed in, also when the running process does the work. */
export interface Io {
  readonly stdin: AsyncIterable<Uint8Array>;
  /** Data. Resolves when more may be written, so that a slow reader is waited for. */
  readonly out: (text: string) => Promise<void>;
  /** Data that is no text. Resolves as `out` does. */
  readonly outBytes: (bytes: Uint8Array) => Promise<void>;
  /** Progress and messages. */
  readonly err: (text: string) => void;
  readonly outIsTerminal: boolean;
  readonly errIsTerminal: boolean;
  /** Of the terminal; 100 where there is none. */
  readonly columns: number;
  /** Relative paths mean files below it. */
  readonly cwd: string;
  /** Fires at Ctrl-C, or when the terminal is gone. */
  readonly signal: AbortSignal;
}

const CONTROL = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/gu;

/** Text from outside, safe to print: no escape sequence, no reversal of direction, one line. */
export const printable = (text: string): string =>
  text
    .replaceAll(/[\t\n\r\u2028\u2029]+/gu, " ")
    .replaceAll(CONTROL, "\uFFFD")
    .replaceAll("\u001b", "\uFFFD");

/** Node leaves `isTTY` out where there is no terminal, whatever its types say. */
const isTerminal = (stream: { readonly isTTY?: boolean }): boolean => stream.isTTY === true;

/** The io of this very process. */
export const processIo = (signal: AbortSignal): Io => ({
  stdin: process.stdin,
  out: (text) =>
    new Promise((resolve, reject) => {
      process.stdout.write(text, (error) => (error ? reject(error) : resolve()));
    }),
  outBytes: (bytes) =>
    new Promise((resolve, reject) => {
      process.stdout.write(bytes, (error) => (error ? reject(error) : resolve()));
    }),
  err: (text) => void process.stderr.write(text),
  outIsTerminal: isTerminal(process.stdout),
  errIsTerminal: isTerminal(process.stderr),
  columns: process.stderr.columns ?? process.stdout.columns ?? 100,
  cwd: process.cwd(),
  signal,
});

/** An io that says nothing and reads nothing, for work whose words nobody waits for. */
export const silentIo = (more: Partial<Io> = {}): Io => ({
  stdin: (async function* () {})(),
  out: async () => {},
  outBytes: async () => {},
  err: () => {},
  outIsTerminal: false,
  errIsTerminal: false,
  columns: 100,
  cwd: ".",
  signal: new AbortController().signal,
  ...more,
});
