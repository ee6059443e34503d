import { PipelineError } from "@molva/contracts";

export interface Post {
  /** Its address is a secret where the service makes it one: messages of errors name the host alone. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | FormData;
  /** Longest wait for the answer. */
  readonly timeoutMs: number;
}

/** What a service said; of its body at most 64 KiB are read. */
export interface PostAnswer {
  readonly status: number;
  readonly body: string;
}

const ANSWER_LIMIT = 65_536;
const DEFAULT_WAIT_MS = 30_000;
const LONGEST_WAIT_MS = 3_600_000;

const bodyOf = async (response: Response): Promise<string> => {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of response.body ?? []) {
    parts.push(part as Uint8Array);
    size += (part as Uint8Array).byteLength;
    if (size > ANSWER_LIMIT) break;
  }
  return Buffer.concat(parts).subarray(0, ANSWER_LIMIT).toString("utf8");
};

/** Seconds or a date (RFC 9110), or what Telegram writes into its answer. */
const waitOf = (response: Response, body: string): number => {
  const told = response.headers.get("retry-after");
  const inBody = /"retry_after"\s*:\s*(\d+)/.exec(body)?.[1];
  const seconds = told !== null && /^\d+$/.test(told) ? told : inBody;
  const wait =
    seconds !== undefined
      ? Number(seconds) * 1000
      : told !== null && !Number.isNaN(Date.parse(told))
        ? Date.parse(told) - Date.now()
        : DEFAULT_WAIT_MS;
  return Math.min(Math.max(wait, 1_000), LONGEST_WAIT_MS);
};

/**
 * Posts once. A redirect is not followed: it would carry a signed message elsewhere.
 * @throws {PipelineError} `CHANNEL_UNAVAILABLE` (retry): no answer, 408, 425, 429 and 5xx, after what the service asks for;
 * `CHANNEL_REFUSED` (dead-letter): any other answer that is not 2xx.
 */
export const postOnce = async ({ url, headers, body, timeoutMs }: Post): Promise<PostAnswer> => {
  const host = URL.canParse(url) ? new URL(url).host : "its address";
  let response: Response;
  let answer: string;
  try {
    response = await fetch(url, {
      method: "POST",
      headers,
      body,
      redirect: "manual",
      signal: AbortSignal.timeout(timeoutMs),
    });
    answer = await bodyOf(response);
  } catch (error) {
    const cause = error instanceof Error ? (error.cause instanceof Error ? error.cause.message : error.message) : "";
    throw new PipelineError(`${host} gave no answer (${cause}); the message waits and is tried again`, {
      code: "CHANNEL_UNAVAILABLE",
      recovery: "retry",
      cause: error,
    });
  }
  const { status } = response;
  if (status >= 200 && status < 300) return { status, body: answer };
  const words = answer.replaceAll(/\s+/gu, " ").slice(0, 200);
  if (status >= 500 || status === 429 || status === 408 || status === 425) {
    throw new PipelineError(`${host} answered ${status}: ${words}; the message waits and is tried again`, {
      code: "CHANNEL_UNAVAILABLE",
      recovery: "retry",
      details: { status },
      retryAfterMs: waitOf(response, answer),
    });
  }
  const advice = "check the address or the token of this channel; `molva alerts test` tries it";
  throw new PipelineError(`${host} refused the message with ${status}: ${words}; ${advice}`, {
    code: "CHANNEL_REFUSED",
    recovery: "dead-letter",
    details: { status },
  });
};
