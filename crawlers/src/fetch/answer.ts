import { PipelineError, type ErrorCode, type Recovery } from "@molva/contracts";
import { decodeText } from "../read/charset.ts";
import { challengeIn } from "../read/challenge.ts";
import type { Answer } from "./http.ts";

/** Milliseconds that `Retry-After` asks for (RFC 9110 §10.2.3: seconds or a date); null when it does not say. */
const retryAfterMs = (headers: Readonly<Record<string, string>>, now: number): number | null => {
  const value = headers["retry-after"]?.trim();
  if (value === undefined || value === "") return null;
  if (/^\d+$/.test(value)) return Number(value) * 1000;
  const at = Date.parse(value);
  return Number.isNaN(at) ? null : Math.max(0, at - now);
};

const failure = (
  answer: Answer,
  code: ErrorCode,
  recovery: Recovery,
  why: string,
  waitMs: number | null = null,
): PipelineError => {
  const { host } = new URL(answer.finalUrl);
  return new PipelineError(`${host} ${why}`, {
    code,
    recovery,
    details: { host, status: answer.status },
    ...(waitMs === null ? {} : { retryAfterMs: waitMs }),
  });
};

const statusFailure = (answer: Answer, now: number): PipelineError | null => {
  const { status } = answer;
  const wait = retryAfterMs(answer.headers, now);
  if (status >= 200 && status < 300) return null;
  if (status === 429 || (status === 503 && wait !== null)) {
    return failure(
      answer,
      "SOURCE_THROTTLED",
      "retry",
      `asks us to slow down (${status}). Lower its requestsPerMinute`,
      wait,
    );
  }
  if (status === 404 || status === 410) {
    return failure(answer, "SOURCE_GONE", "dead-letter", `has no such page (${status}). Check the target's address`);
  }
  if (status === 401 || status === 402 || status === 403 || status === 407 || status === 451) {
    return failure(
      answer,
      "SOURCE_BLOCKED",
      "dead-letter",
      `refuses this page to us (${status}). Use its official interface or an export`,
    );
  }
  if (status === 408 || status === 425 || status >= 500) {
    return failure(answer, "SOURCE_UNREACHABLE", "retry", `answered with an error of its own (${status})`, wait);
  }
  return failure(answer, "SOURCE_UNREACHABLE", "dead-letter", `answered ${status}, which is no page`);
};

const NO_TEXT = /^(?:image|video|audio|font)\/(?!svg)|^application\/(?:pdf|zip|x-?gzip|x-tar|wasm|vnd\.)/i;

/**
 * Lets pass only what may be parsed.
 * @throws {PipelineError} by status; `SOURCE_BLOCKED` for a challenge page that came with status 200;
 * `SOURCE_LAYOUT_CHANGED` for an empty body or one that is no text.
 */
export const assertUsable = (answer: Answer, now: number): void => {
  const type = answer.headers["content-type"] ?? "";
  const html = /html/i.test(type) || type === "";
  // A site behind a gate answers 403 or 503 with the gate's page: that is a block, not an outage.
  if (html) {
    const challenge = challengeIn(decodeText(answer.body.subarray(0, 65_536), type).text);
    if (challenge !== null) {
      throw failure(
        answer,
        "SOURCE_BLOCKED",
        "dead-letter",
        `shows a robot check ("${challenge}"). Use its official interface or an export`,
      );
    }
  }
  const wrong = statusFailure(answer, now);
  if (wrong !== null) throw wrong;
  if (NO_TEXT.test(type))
    throw failure(
      answer,
      "SOURCE_LAYOUT_CHANGED",
      "dead-letter",
      `answered with ${type.slice(0, 80)} where a page was`,
    );
  if (answer.body.length === 0)
    throw failure(answer, "SOURCE_LAYOUT_CHANGED", "dead-letter", "answered with an empty page");
};
