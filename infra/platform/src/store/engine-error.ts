import { PipelineError, isPipelineError, type ErrorCode, type Recovery } from "@molva/contracts";

interface Verdict {
  readonly code: ErrorCode;
  readonly recovery: Recovery;
  readonly advice: string;
}

const later = (advice: string): Verdict => ({ code: "STORE_UNAVAILABLE", recovery: "retry", advice });
const program = (advice: string): Verdict => ({ code: "STORE_REJECTED", recovery: "exit", advice });

/** By the engine's error code. What is not listed is a refusal of the data: `STORE_REJECTED`, dead-letter. */
const VERDICTS: ReadonlyMap<number, Verdict> = new Map([
  [49, later("the engine failed inside; it is tried again, and a restart may help")],
  [74, later("the disk could not be read; see that it is healthy")],
  [75, later("the disk could not be written; see that it has space and is healthy")],
  [76, later("a file of the store could not be opened; see that the folder may be read and written")],
  [159, later("it took longer than its time limit; ask for less, or raise the limits of the store")],
  [
    160,
    later("the engine expected it to take longer than its time limit; ask for less, or raise the limits of the store"),
  ],
  [202, later("too many queries run at once; it is tried again")],
  [209, later("the network was too slow; it is tried again")],
  [210, later("the store could not be reached; it is tried again")],
  [236, later("the engine aborted the statement; it is tried again")],
  [241, later("it needs more memory than its limit; ask for less, or raise the limits of the store")],
  [243, later("the disk is full; free some space")],
  [252, later("too many parts wait to be merged; it is tried again when the merges have caught up")],
  [394, later("the statement was cancelled; it is tried again")],
  ...[192, 193, 194, 516].map(
    (code) =>
      [
        code,
        {
          code: "STORE_UNAVAILABLE",
          recovery: "exit",
          advice: "the server refuses the name or the password; correct store.user or MOLVA_STORE_PASSWORD",
        },
      ] as const satisfies readonly [number, Verdict],
  ),
  [
    16,
    program("the program and the tables differ; start the version that made this folder, or let this one migrate it"),
  ],
  [46, program("the statement uses a function that this engine lacks; report it as a bug")],
  [47, program("the statement names something that the tables lack; report it as a bug")],
  [60, program("a table is missing; let the program migrate the store, then start again")],
  [62, program("the statement is not SQL; report it as a bug")],
  [81, program("the database is missing; let the program migrate the store, then start again")],
  [115, program("the statement uses a setting that this engine lacks; report it as a bug")],
  [164, program("this user may not write; give Molva a user that may")],
  [452, program("the server forbids a setting that Molva needs; allow it for Molva's user")],
  [497, program("this user lacks a right that Molva needs; grant it")],
  [456, program("a parameter of the statement is not set; report it as a bug")],
]);

const REFUSED: Verdict = { code: "STORE_REJECTED", recovery: "dead-letter", advice: "the engine refuses this data" };

const numberOf = (text: unknown): number | null => (/^[1-9]\d*$/.test(String(text)) ? Number(text) : null);

/** The engine's code: a field where the client has read it, else the `Code: 395.` that every message of the engine begins with. */
const codeOf = (error: unknown): number | null => {
  if (!(error instanceof Error)) return null;
  const known = error as { readonly clickhouseCode?: unknown; readonly code?: unknown };
  const code =
    numberOf(known.clickhouseCode) ?? numberOf(known.code) ?? numberOf(/^Code: (\d+)\./.exec(error.message)?.[1]);
  return code ?? (error.cause === error ? null : codeOf(error.cause));
};

const typeOf = (error: unknown): string => {
  const type = typeof error === "object" && error !== null && "type" in error ? error.type : null;
  return typeof type === "string" && /^[A-Z_0-9]+$/.test(type) ? ` ${type}` : "";
};

/** The engine's own words on a refused value repeat the value, and a message is no place for a mention's text: they stay in `cause`. */
const said = (error: unknown, verdict: Verdict, code: number | null): string => {
  const name = code === null ? "" : `engine code ${code}${typeOf(error)}`;
  if (verdict === REFUSED) return name;
  const words = (error instanceof Error ? error.message : String(error)).split("\n", 1)[0]?.slice(0, 300) ?? "";
  return name === "" ? words : `${name}: ${words}`;
};

/** Every error of the engine becomes one of ours here, by its code and never by its text. */
export const pipelineErrorOf = (error: unknown, statement: string): PipelineError => {
  if (isPipelineError(error)) return error;
  if (error instanceof RangeError) {
    return new PipelineError(
      `store, ${statement}: its text is too long for one string; insert fewer rows at once, or stream what you query`,
      {
        code: "STORE_REJECTED",
        recovery: "dead-letter",
        cause: error,
        details: { statement },
      },
    );
  }
  const code = codeOf(error);
  const verdict =
    code === null ? later("the store does not answer; it is tried again") : (VERDICTS.get(code) ?? REFUSED);
  return new PipelineError(`store, ${statement}: ${verdict.advice} (${said(error, verdict, code)})`, {
    code: verdict.code,
    recovery: verdict.recovery,
    cause: error,
    details: { statement, engineCode: code },
  });
};
