import type { Answer, EngineConnection } from "../store/engine.ts";
import { NOTHING, begin, type Answering, type Heading, type Summary } from "./answer.ts";
import { headerLines, withoutLines } from "./formats.ts";
import type { HttpQuery } from "./query.ts";
import { quoted } from "./settings.ts";
import type { Slots } from "./slots.ts";
import type { ServerResponse } from "node:http";

export interface Run {
  readonly query: HttpQuery;
  readonly heading: Heading;
  /** Whether the whole answer is to be there before its first byte leaves. */
  readonly isWhole: boolean;
  readonly idleMs: number;
  /** Aborts when the client is gone. */
  readonly signal: AbortSignal;
}

const utf8 = (latin1: string): string => Buffer.from(latin1, "latin1").toString("utf8");

export const paramStatement = (params: ReadonlyMap<string, string>): string =>
  params.size === 0
    ? ""
    : utf8(`SET ${[...params].map(([name, value]) => `param_${name} = ${quoted(value)}`).join(", ")}`);

const insert = async (
  run: Run,
  connection: EngineConnection,
  slots: Slots,
  place: number,
  data: Buffer,
): Promise<Summary> => {
  // The engine calls an INSERT without rows an error; over HTTP it is none.
  if (data.length === 0) return NOTHING;
  const sql = { head: utf8(run.query.sql.slice(0, place)), tail: utf8(run.query.sql.slice(place)) };
  const rows = await slots.run(run.signal, async () => connection.insert(sql, data));
  const bytes = data.length;
  return { ...NOTHING, readRows: rows, readBytes: bytes, writtenRows: rows, writtenBytes: bytes };
};

const pieces = async (
  run: Run,
  connection: EngineConnection,
  slots: Slots,
  response: ServerResponse,
  lines: number,
  sql: string,
): Promise<Answering | Answer> => {
  const stream = connection.stream(sql, run.heading.format)[Symbol.asyncIterator]();
  const next = async (): ReturnType<typeof stream.next> => slots.run(run.signal, async () => stream.next());
  let answering: Answering | null = null;
  try {
    // Until the first piece is there an error can still have a status of its own.
    let piece = await next();
    if (piece.done === true && lines > 0)
      return await slots.run(run.signal, async () => connection.answer(sql, run.heading.format));
    answering = await begin(response, run.heading, NOTHING, run.idleMs);
    for (let first = true; piece.done !== true; first = false) {
      await answering.write(first ? piece.value.bytes : withoutLines(piece.value.bytes, lines));
      piece = await next();
    }
    return answering;
  } catch (error) {
    if (answering === null || response.destroyed) throw error;
    await answering.fail(error instanceof Error ? error.message : String(error));
    return answering;
  } finally {
    await stream.return?.(undefined);
  }
};

/**
 * Runs what was asked on a prepared connection, and writes the answer but for its end: until then a client of a session
 * does not ask again. Errors before the first byte are thrown.
 */
export const runQuery = async (
  run: Run,
  connection: EngineConnection,
  slots: Slots,
  response: ServerResponse,
): Promise<Answering> => {
  const { data, sql: text, statement } = run.query;
  if (data !== null && statement.rows !== null) {
    const summary = await insert(run, connection, slots, statement.rows.place, data);
    return begin(response, run.heading, summary, run.idleMs);
  }
  const sql = utf8(statement.flat ?? text);
  const lines = run.isWhole ? null : headerLines(run.heading.format);
  const result =
    lines === null
      ? await slots.run(run.signal, async () => connection.answer(sql, run.heading.format))
      : await pieces(run, connection, slots, response, lines, sql);
  if (!("bytes" in result)) return result;
  const summary = {
    ...NOTHING,
    readRows: result.rowsRead,
    readBytes: result.bytesRead,
    resultBytes: result.bytes.length,
  };
  const answering = await begin(response, run.heading, summary, run.idleMs);
  if (result.bytes.length > 0) await answering.write(result.bytes);
  return answering;
};
