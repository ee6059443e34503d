import type { IncomingMessage } from "node:http";
import { TextDecoder } from "node:util";
import { jsonFault } from "./json-fault.ts";
import { IntakeRefusal } from "./refusal.ts";

const BODY_BYTES = 5 * 1024 * 1024;
const MOST_ITEMS = 1_000;

const tooLarge = (): IntakeRefusal =>
  new IntakeRefusal(
    413,
    "TOO_LARGE",
    `A batch has at most ${MOST_ITEMS} items and ${BODY_BYTES / 1024 / 1024} MiB: send it in parts`,
  );

/** `json` or `jsonl`, by the content type. @throws {IntakeRefusal} 415 */
export const formatOfRequest = (request: IncomingMessage): "json" | "jsonl" => {
  const type = (request.headers["content-type"] ?? "").split(";", 1)[0]?.trim().toLowerCase() ?? "";
  if ((request.headers["content-encoding"] ?? "identity") !== "identity")
    throw new IntakeRefusal(415, "UNSUPPORTED", "Send the body as it is, without Content-Encoding");
  if (type === "application/json") return "json";
  if (["application/x-ndjson", "application/ndjson", "application/jsonl", "application/x-jsonlines"].includes(type))
    return "jsonl";
  throw new IntakeRefusal(
    415,
    "UNSUPPORTED",
    "Content-Type must be application/json (a list) or application/x-ndjson (one object a line)",
  );
};

/** The whole body. @throws {IntakeRefusal} 413 as soon as it is known */
export const readBody = async (request: IncomingMessage): Promise<Buffer> => {
  if (Number(request.headers["content-length"] ?? 0) > BODY_BYTES) throw tooLarge();
  const pieces: Buffer[] = [];
  let size = 0;
  for await (const piece of request as AsyncIterable<Buffer>) {
    size += piece.length;
    if (size > BODY_BYTES) throw tooLarge();
    pieces.push(piece);
  }
  return Buffer.concat(pieces);
};

const malformed = (message: string): IntakeRefusal => new IntakeRefusal(400, "MALFORMED", message);

const placeOf = (text: string, at: number, firstLine: number): string => {
  const before = text.slice(0, at).split("\n");
  return `line ${firstLine + before.length - 1}, column ${(before.at(-1)?.length ?? 0) + 1}`;
};

const parsed = (text: string, firstLine: number): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    throw malformed(
      `The body is no JSON at ${placeOf(text, jsonFault(text), firstLine)}; nothing of the batch was taken`,
    );
  }
};

export interface Batch {
  /** At least one. */
  readonly items: readonly unknown[];
  /** What holds for each item that does not say it itself; in the body, for that is what is signed. */
  readonly common: Readonly<Record<string, unknown>>;
}

const wrapped = (value: unknown): Batch => {
  if (Array.isArray(value)) return { items: value, common: {} };
  if (typeof value === "object" && value !== null && "items" in value && Array.isArray(value.items)) {
    const { items, ...common } = value as { readonly items: readonly unknown[] };
    return { items, common };
  }
  throw malformed('The body must be a list of objects, or {"brand": …, "items": [ … ]}');
};

/** @throws {IntakeRefusal} 400 with the place of the fault, 413 */
export const batchOf = (body: Uint8Array, format: "json" | "jsonl"): Batch => {
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(body);
  } catch {
    throw malformed("The body is no UTF-8");
  }
  const lines = format === "jsonl" ? text.split("\n") : [];
  const batch =
    format === "json"
      ? wrapped(parsed(text, 1))
      : { items: lines.flatMap((line, i) => (line.trim() === "" ? [] : [parsed(line, i + 1)])), common: {} };
  if (batch.items.length === 0) throw malformed("The batch is empty");
  if (batch.items.length > MOST_ITEMS) throw tooLarge();
  return batch;
};
