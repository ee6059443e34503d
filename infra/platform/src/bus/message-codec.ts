import { createHash } from "node:crypto";
import { PipelineError, type Topic } from "@molva/contracts";
import { z } from "zod";

/**
 * A stored message: eight bytes of append time (milliseconds since 1970, big-endian), then the value as JSON in UTF-8. Between them may stand
 * the mark of the schema that the value was held against when it was written; a JSON text never begins with the mark's first byte.
 */
const TIME_BYTES = 8;
const MARK_SIGN = 1;
const MARK_BYTES = 9;
const NO_MARK = Buffer.alloc(0);

const marks = new WeakMap<object, Buffer>();

/** Another schema, another mark: what an earlier version wrote is checked when it is read. Empty where a schema has no description. */
const markOf = (topic: Topic<never>): Buffer => {
  const known = marks.get(topic.schema);
  if (known !== undefined) return known;
  const mark = newMark(topic.schema);
  marks.set(topic.schema, mark);
  return mark;
};

const newMark = (schema: z.ZodType): Buffer => {
  try {
    const text = JSON.stringify(z.toJSONSchema(schema, { unrepresentable: "any" }));
    const hash = createHash("sha256").update(text).digest();
    return Buffer.concat([Buffer.of(MARK_SIGN), hash.subarray(0, MARK_BYTES - 1)]);
  } catch {
    return NO_MARK;
  }
};

/** A message for the log: `value` is one of `markedValues`, or plain JSON. */
export const encodeMessage = (appendedAt: number, value: Buffer): Buffer => {
  const bytes = Buffer.allocUnsafe(TIME_BYTES + value.length);
  bytes.writeDoubleBE(appendedAt, 0);
  value.copy(bytes, TIME_BYTES);
  return bytes;
};

export const appendedAtOf = (bytes: Buffer): number => bytes.readDoubleBE(0);

export type Decoded<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly value: unknown; readonly reason: string };

/** What bears the mark of this topic's schema was held against it before it was written, by this program, into a folder that is its own. */
export const decodeMessage = <T>(topic: Topic<T>, bytes: Buffer): Decoded<T> => {
  if (bytes[TIME_BYTES] !== MARK_SIGN) return decodeValue(topic, bytes.subarray(TIME_BYTES));
  const json = bytes.subarray(TIME_BYTES + MARK_BYTES);
  const mark = markOf(topic as Topic<never>);
  if (mark.compare(bytes, TIME_BYTES, TIME_BYTES + MARK_BYTES) !== 0) return decodeValue(topic, json);
  try {
    return { ok: true, value: JSON.parse(json.toString("utf8")) as T };
  } catch {
    return { ok: false, value: null, reason: "it is no JSON" };
  }
};

/** JSON in UTF-8. What was stored by an earlier version or by hand is checked like any other input. */
export const decodeValue = <T>(topic: Topic<T>, bytes: Buffer): Decoded<T> => {
  let value: unknown;
  try {
    value = JSON.parse(bytes.toString("utf8"));
  } catch {
    return { ok: false, value: null, reason: "it is no JSON" };
  }
  const parsed = topic.schema.safeParse(value);
  return parsed.success
    ? { ok: true, value: parsed.data }
    : { ok: false, value, reason: issuesOf(parsed.error.issues) };
};

/** JSON, each behind the mark of the schema that it was held against: for a log that only this program writes. */
export const markedValues = <T>(topic: Topic<T>, checked: readonly T[]): readonly Buffer[] => {
  const mark = markOf(topic as Topic<never>);
  return checked.map((value) => {
    const json = JSON.stringify(value);
    const bytes = Buffer.allocUnsafe(mark.length + Buffer.byteLength(json));
    mark.copy(bytes);
    bytes.write(json, mark.length);
    return bytes;
  });
};

/** @throws {PipelineError} as `checkedValues`. */
export const encodeValues = <T>(topic: Topic<T>, values: readonly T[]): readonly Buffer[] =>
  checkedValues(topic, values).map((value) => Buffer.from(JSON.stringify(value), "utf8"));

/**
 * Copies of the values, as the topic's schema has them.
 * @throws {PipelineError} `CONTRACT_VIOLATED` that names the first value that does not fit.
 */
export const checkedValues = <T>(topic: Topic<T>, values: readonly T[]): readonly T[] =>
  values.map((value, index) => {
    const parsed = topic.schema.safeParse(value);
    if (!parsed.success) {
      throw new PipelineError(
        `Value ${index + 1} of ${values.length} does not fit the topic ${topic.name}: ${issuesOf(parsed.error.issues)}. Nothing was written; mend what makes it.`,
        {
          code: "CONTRACT_VIOLATED",
          recovery: "dead-letter",
          details: { topic: topic.name, index, mentionId: topic.mentionId(value) },
        },
      );
    }
    return parsed.data;
  });

interface Issue {
  readonly path: readonly PropertyKey[];
  readonly message: string;
}

/** Paths and rules only: the value itself may be a person's words and stays out of errors and logs. */
const issuesOf = (issues: readonly Issue[]): string =>
  issues
    .slice(0, 3)
    .map((issue) => `${issue.path.map(String).join(".") || "the value"}: ${issue.message}`)
    .join("; ");
