import type { IncomingMessage } from "node:http";
import { readBody } from "./body.ts";
import type { HttpLimits } from "./limits.ts";
import { partsOf } from "./multipart.ts";
import { Refusal } from "./refusal.ts";
import { readStatement, type EngineNames, type Statement } from "./statement.ts";

/** What a request asks for. Texts are UTF-8 as Latin-1, as they came. */
export interface HttpQuery {
  readonly statement: Statement;
  /** Without what follows it. */
  readonly sql: string;
  /** The rows of an INSERT. */
  readonly data: Buffer | null;
  readonly params: ReadonlyMap<string, string>;
}

/** `max_query_size` of ClickHouse, in bytes. */
const QUERY_BYTES = 256 * 1024;

const latin1 = (text: string): string => Buffer.from(text, "utf8").toString("latin1");

const tooLong = (limit: number): Refusal =>
  new Refusal(
    62,
    `Syntax error: Max query size exceeded (${limit} bytes; can be increased with the \`max_query_size\` setting)`,
  );

const paramsOf = (entries: Iterable<readonly [string, string]>): Map<string, string> =>
  new Map(
    [...entries]
      .filter(([name]) => name.startsWith("param_"))
      .map(([name, value]) => {
        if (!/^param_[A-Za-z_]\w{0,99}$/.test(name))
          throw new Refusal(36, "A parameter's name holds letters, digits and _ only");
        return [name.slice("param_".length), value] as const;
      }),
  );

/** A name that is a parameter goes round the tokens: it may not lead to the database `default` either. */
const checkIdentifiers = (sql: string, params: ReadonlyMap<string, string>): void => {
  if (!/:\s*Identifier/i.test(sql)) return;
  for (const value of params.values())
    if (/^["`]?default["`]?($|\.)/i.test(value))
      throw new Refusal(497, "the database default: it is not allowed through this interface");
};

/**
 * Reads what a request asks for: `query` of the URL, then the body, as one text.
 * @throws {Refusal}
 */
export const readQuery = async (
  request: IncomingMessage,
  url: URLSearchParams,
  engine: EngineNames,
  limits: HttpLimits,
): Promise<HttpQuery> => {
  const limit = Math.min(Number(url.get("max_query_size")) || QUERY_BYTES, limits.queryBytes);
  const first = url.has("query") ? `${latin1(url.get("query") as string)}\n` : "";
  const multipart = /^multipart\/form-data/i.test(request.headers["content-type"] ?? "");
  let isInsert = false;
  const body = await readBody(request, limits, (soFar, bytes) => {
    // The rows of an INSERT are not part of the query, and how long that is shows at its beginning.
    if (multipart || isInsert || first.length + bytes <= limit) return;
    const head = first + Buffer.concat(soFar).toString("latin1", 0, limit);
    try {
      isInsert = readStatement(head, engine).rows !== null;
    } catch {
      throw tooLong(limit);
    }
    if (!isInsert) throw tooLong(limit);
  });
  const parts = multipart ? partsOf(request.headers["content-type"] as string, body) : null;
  const params = paramsOf([...[...url].map(([name, value]) => [name, latin1(value)] as const), ...(parts ?? [])]);
  const rest = parts === null ? body : Buffer.from(parts.get("query") ?? "", "latin1");
  const head = first + rest.toString("latin1", 0, limit);
  const statement = readStatement(head, engine);
  if (statement.rows === null && first.length + rest.length > limit) throw tooLong(limit);
  const sql = head.slice(0, statement.to);
  checkIdentifiers(sql, params);
  if (statement.rows === null) return { statement, sql, data: null, params };
  const { from } = statement.rows;
  const data = Buffer.concat([
    Buffer.from(first.slice(from), "latin1"),
    rest.subarray(Math.max(0, from - first.length)),
  ]);
  return { statement, sql, data, params };
};
