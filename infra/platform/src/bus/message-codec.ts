import { PipelineError, type Topic } from "@molva/contracts";

/** A stored message: eight bytes of append time (milliseconds since 1970, big-endian), then the value as JSON in UTF-8. */
const TIME_BYTES = 8;

export const encodeMessage = (appendedAt: number, json: Buffer): Buffer => {
  const bytes = Buffer.allocUnsafe(TIME_BYTES + json.length);
  bytes.writeDoubleBE(appendedAt, 0);
  json.copy(bytes, TIME_BYTES);
  return bytes;
};

export const appendedAtOf = (bytes: Buffer): number => bytes.readDoubleBE(0);

export type Decoded<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly value: unknown; readonly reason: string };

export const decodeMessage = <T>(topic: Topic<T>, bytes: Buffer): Decoded<T> =>
  decodeValue(topic, bytes.subarray(TIME_BYTES));

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

/** @throws {PipelineError} `CONTRACT_VIOLATED` that names the first value that does not fit; nothing is written then. */
export const encodeValues = <T>(topic: Topic<T>, values: readonly T[]): readonly Buffer[] =>
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
    return Buffer.from(JSON.stringify(parsed.data), "utf8");
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
