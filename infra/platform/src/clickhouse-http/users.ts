import { createHash, timingSafeEqual } from "node:crypto";
import type { IncomingMessage } from "node:http";
import { Refusal } from "./refusal.ts";

export interface HttpUser {
  readonly name: string;
  readonly password: string;
  /** May not write, and may change only how answers look and how much they may cost. */
  readonly readonly: boolean;
}

interface Claim {
  readonly name: string;
  readonly password: string;
}

const digest = (text: string): Buffer => createHash("sha256").update(text).digest();

const failed = (name: string): Refusal =>
  new Refusal(
    516,
    `${name.slice(0, 60)}: Authentication failed: password is incorrect, or there is no user with such name.`,
  );

/** `Authorization: Basic`, or the pair of ClickHouse's own headers, or the pair in the URL; never two of them. */
const claimOf = (headers: IncomingMessage["headers"], url: URLSearchParams): Claim => {
  const claims: Claim[] = [];
  const basic = /^basic ([\w+/=]+)$/i.exec(headers.authorization ?? "")?.[1];
  if (basic !== undefined) {
    const text = Buffer.from(basic, "base64").toString("utf8");
    const colon = text.indexOf(":");
    claims.push({ name: colon < 0 ? text : text.slice(0, colon), password: colon < 0 ? "" : text.slice(colon + 1) });
  } else if (headers.authorization !== undefined) {
    throw new Refusal(516, "Authentication failed: of the Authorization header only Basic is known");
  }
  const [user, key] = [headers["x-clickhouse-user"], headers["x-clickhouse-key"]].map(String);
  if (headers["x-clickhouse-user"] !== undefined || headers["x-clickhouse-key"] !== undefined)
    claims.push({
      name: headers["x-clickhouse-user"] === undefined ? "default" : (user as string),
      password: headers["x-clickhouse-key"] === undefined ? "" : (key as string),
    });
  if (url.has("user") || url.has("password"))
    claims.push({ name: url.get("user") ?? "default", password: url.get("password") ?? "" });
  if (claims.length > 1)
    throw new Refusal(516, "Authentication failed: name and password were given in more than one way");
  return claims[0] ?? { name: "default", password: "" };
};

/**
 * Who asks. Every known user's password is compared, in the same time whether it fits or not.
 * @throws {Refusal} 516
 */
export const authenticate = (
  users: readonly HttpUser[],
  headers: IncomingMessage["headers"],
  url: URLSearchParams,
): HttpUser => {
  const claim = claimOf(headers, url);
  const [name, password] = [digest(claim.name), digest(claim.password)];
  let found: HttpUser | null = null;
  for (const user of users) {
    const sameName = timingSafeEqual(digest(user.name), name);
    const samePassword = timingSafeEqual(digest(user.password), password);
    if (sameName && samePassword && user.password !== "") found = user;
  }
  if (found === null) throw failed(claim.name);
  return found;
};
