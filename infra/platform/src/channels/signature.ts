import { createHmac, timingSafeEqual } from "node:crypto";

const markOf = (secret: string, seconds: number, body: string): Buffer =>
  createHmac("sha256", secret).update(`${seconds}.${body}`).digest();

/**
 * The header `Molva-Signature` of a webhook: `t=SECONDS,v1=HEX`, HMAC-SHA-256 over the seconds, a point and the body. The time
 * is signed, so that an old message cannot be played again later.
 */
export const signatureOf = (secret: string, seconds: number, body: string): string =>
  `t=${seconds},v1=${markOf(secret, seconds, body).toString("hex")}`;

/** Whether a body came with a signature of this secret, no further from `now` (seconds since 1970) than `tolerance`. */
export const checkSignature = (
  secret: string,
  header: string | undefined,
  body: string,
  now: number,
  tolerance = 300,
): boolean => {
  const [, seconds, mark] = /^t=(\d{1,12}),v1=([\da-f]{64})$/.exec(header ?? "") ?? [];
  if (seconds === undefined || mark === undefined || Math.abs(now - Number(seconds)) > tolerance) return false;
  return timingSafeEqual(Buffer.from(mark, "hex"), markOf(secret, Number(seconds), body));
};
