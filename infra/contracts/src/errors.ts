/** Every code we throw on purpose. Each has a section in ERRORS.md (a test holds the two together). */
export const ERROR_CODES = [
  "USAGE",
  "CONFIG_INVALID",
  "CONTRACT_VIOLATED",
  "FOLDER_LOCKED",
  "VERSION_MISMATCH",
  "SOURCE_THROTTLED",
  "SOURCE_BLOCKED",
  "SOURCE_FORBIDDEN",
  "SOURCE_GONE",
  "SOURCE_UNREACHABLE",
  "SOURCE_LAYOUT_CHANGED",
  "BROWSER_MISSING",
  "BUS_UNAVAILABLE",
  "BUS_FULL",
  "STORE_UNAVAILABLE",
  "STORE_REJECTED",
  "MODEL_MISSING",
  "MAIL_UNAVAILABLE",
  "MAIL_REFUSED",
  "CHANNEL_UNAVAILABLE",
  "CHANNEL_REFUSED",
] as const;
export type ErrorCode = (typeof ERROR_CODES)[number];

/** What the caller does about it. Decided where the error is made, never by reading its message. */
export type Recovery = "retry" | "dead-letter" | "exit";

export interface PipelineErrorOptions {
  readonly code: ErrorCode;
  readonly recovery: Recovery;
  readonly cause?: unknown;
  /** Low-cardinality facts for the log line: ids and counts, never mention text. */
  readonly details?: Readonly<Record<string, string | number | boolean | null>>;
  readonly retryAfterMs?: number;
}

/** The one error class. Its message says what happened and what to do next. */
export class PipelineError extends Error {
  override readonly name = "PipelineError";
  readonly code: ErrorCode;
  readonly recovery: Recovery;
  readonly details: Readonly<Record<string, string | number | boolean | null>>;
  readonly retryAfterMs: number | null;

  constructor(message: string, options: PipelineErrorOptions) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = options.code;
    this.recovery = options.recovery;
    this.details = options.details ?? {};
    this.retryAfterMs = options.retryAfterMs ?? null;
  }
}

export const isPipelineError = (error: unknown): error is PipelineError => error instanceof PipelineError;
