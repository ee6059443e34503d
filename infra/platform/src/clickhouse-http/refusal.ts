/** ClickHouse's own codes, with their names, of what is refused before the engine is asked. */
const NAMES = {
  36: "BAD_ARGUMENTS",
  48: "NOT_IMPLEMENTED",
  62: "SYNTAX_ERROR",
  81: "UNKNOWN_DATABASE",
  115: "UNKNOWN_SETTING",
  164: "READONLY",
  202: "TOO_MANY_SIMULTANEOUS_QUERIES",
  209: "SOCKET_TIMEOUT",
  210: "NETWORK_ERROR",
  229: "QUERY_IS_TOO_LARGE",
  236: "ABORTED",
  271: "CANNOT_DECOMPRESS",
  372: "SESSION_NOT_FOUND",
  373: "SESSION_IS_LOCKED",
  452: "SETTING_CONSTRAINT_VIOLATION",
  497: "ACCESS_DENIED",
  516: "AUTHENTICATION_FAILED",
} as const;
export type RefusalCode = keyof typeof NAMES;

/** What the interface refuses by itself, in the engine's form: `Code: 62. DB::Exception: … (SYNTAX_ERROR)`. */
export class Refusal extends Error {
  readonly code: RefusalCode;

  constructor(code: RefusalCode, message: string) {
    super(`Code: ${code}. DB::Exception: ${message} (${NAMES[code]})`);
    this.code = code;
  }
}

/** What the engine says of a failure, or null when it is none of its own. */
export const engineCodeOf = (error: unknown): number | null => {
  const text = error instanceof Error ? error.message : "";
  const code = /Code: (\d+)\./.exec(text)?.[1];
  return code === undefined ? null : Number(code);
};

const STATUS: ReadonlyMap<number, number> = new Map([
  [194, 401],
  ...[192, 193, 516, 512, 497].map((code) => [code, 403] as const),
  ...[36, 427, 6, 25, 26, 38, 41, 72, 441, 675, 676, 27, 376, 15, 44, 37, 123, 8, 167, 168, 223, 62, 117, 53, 321].map(
    (code) => [code, 400] as const,
  ),
  ...[60, 46, 47, 50, 56, 81, 115, 152, 63, 73, 336, 78, 511].map((code) => [code, 404] as const),
  [229, 413],
  [48, 501],
  [209, 503],
  [76, 503],
  [381, 411],
  [159, 408],
  [439, 503],
  [779, 415],
]);

/** The HTTP status that ClickHouse gives for a code: 500 for all that it does not list, refused writes (164) and too many queries (202) among them. */
export const statusOf = (code: number): number => STATUS.get(code) ?? 500;
