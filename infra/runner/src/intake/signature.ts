import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import { IntakeRefusal } from "./refusal.ts";

/** Clocks of two machines differ; a request that was caught on its way is worth nothing after this. */
const APART_MS = 5 * 60_000;

/** The signature of a body at a time, as `X-Molva-Signature` carries it: `sha256=` and 64 hex digits over `timestamp.body`. */
export const signatureOf = (secret: string, timestamp: string, body: Uint8Array): string =>
  `sha256=${createHmac("sha256", secret).update(`${timestamp}.`).update(body).digest("hex")}`;

const digest = (text: string): Buffer => createHash("sha256").update(text).digest();

export interface Signed {
  /** `X-Molva-Timestamp`: seconds since 1970. */
  readonly timestamp: string | undefined;
  readonly signature: string | undefined;
  readonly body: Uint8Array;
}

/**
 * Passes what was signed with the secret within five minutes of `now` (milliseconds). Compares in constant time.
 * @throws {IntakeRefusal} 401; that the time is wrong is told only to who knows the secret.
 */
export const checkSignature = ({ timestamp = "", signature = "", body }: Signed, secret: string, now: number): void => {
  const valid = timingSafeEqual(digest(signature.trim().toLowerCase()), digest(signatureOf(secret, timestamp, body)));
  if (!valid || !/^\d{10}$/.test(timestamp))
    throw new IntakeRefusal(
      401,
      "BAD_SIGNATURE",
      "The signature does not fit: X-Molva-Timestamp holds seconds since 1970, X-Molva-Signature sha256= and the HMAC-SHA256 of timestamp.body in hex (docs/intake.md)",
    );
  if (Math.abs(now - Number(timestamp) * 1000) > APART_MS)
    throw new IntakeRefusal(
      401,
      "STALE",
      `The time in X-Molva-Timestamp is more than five minutes from ${new Date(now).toISOString()}: set the sender's clock, sign each try anew`,
    );
};
