import { createHmac, hkdfSync, timingSafeEqual } from "node:crypto";
import { instantSchema, millisOf, type Instant } from "@molva/contracts";
import { z } from "zod";

/** What a link in a message may do, for one person, until a moment. */
const grantSchema = z.strictObject({
  /** What it does, e.g. `alert/take`, `report/unsubscribe`. */
  act: z.string().min(1).max(64),
  /** What it does it to, e.g. an incident's id. */
  on: z.string().min(1).max(200),
  /** For whom: the address or the channel that the message went to. Nobody else's. */
  who: z.string().min(1).max(320),
  until: instantSchema,
});
export type Grant = z.infer<typeof grantSchema>;

export interface LinkSigner {
  /** A token for the path of a URL: letters, digits, `-`, `_` and one point. */
  sign(grant: Grant): string;
  /** The grant of a token that was signed here; null when it was not, when it was changed, and when it has expired. */
  read(token: string, now: Instant): Grant | null;
}

/** Longest token that is looked at. */
const LIMIT = 2_048;

/** @param secret the installation's own key; the one that signs is derived from it, so that neither tells the other */
export const linkSigner = (secret: string): LinkSigner => {
  const key = Buffer.from(hkdfSync("sha256", secret, "molva", "signed links", 32));
  const markOf = (body: string): Buffer => createHmac("sha256", key).update(body).digest();
  return {
    sign: (grant) => {
      const body = Buffer.from(JSON.stringify(grantSchema.parse(grant))).toString("base64url");
      return `${body}.${markOf(body).toString("base64url")}`;
    },
    read: (token, now) => {
      const [body, mark, ...more] = token.length > LIMIT ? [] : token.split(".");
      if (body === undefined || mark === undefined || more.length > 0) return null;
      const told = Buffer.from(mark, "base64url");
      const right = markOf(body);
      if (told.length !== right.length || !timingSafeEqual(told, right)) return null;
      const grant = grantSchema.parse(JSON.parse(Buffer.from(body, "base64url").toString("utf8")));
      return millisOf(grant.until) > millisOf(now) ? grant : null;
    },
  };
};
