import { PipelineError } from "@molva/contracts";
import { z } from "zod";

/** What travels over the socket: one JSON object a line. The terminal's side speaks first. */
export const requestFrame = z.discriminatedUnion("type", [
  z.strictObject({
    type: z.literal("call"),
    version: z.string(),
    /** Where the socket is a loopback port: the content of the token file. */
    token: z.string().nullable(),
    argv: z.array(z.string()).max(1000),
    cwd: z.string(),
    outIsTerminal: z.boolean(),
    errIsTerminal: z.boolean(),
    columns: z.int(),
  }),
  z.strictObject({ type: z.literal("stdin"), data: z.base64() }),
  z.strictObject({ type: z.literal("stdin-end") }),
]);
export type RequestFrame = z.infer<typeof requestFrame>;

export const replyFrame = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("out"), text: z.string() }),
  z.strictObject({ type: z.literal("bytes"), data: z.base64() }),
  z.strictObject({ type: z.literal("err"), text: z.string() }),
  z.strictObject({ type: z.literal("exit"), code: z.int() }),
  z.strictObject({ type: z.literal("refused"), message: z.string() }),
]);
export type ReplyFrame = z.infer<typeof replyFrame>;

/** In characters. Data is cut into pieces far below it; a longer line is no frame of ours. */
const LINE_LIMIT = 4 * 1024 * 1024;

export const encodeFrame = (frame: RequestFrame | ReplyFrame): string => `${JSON.stringify(frame)}\n`;

/** Frames out of a stream of bytes. A last line without its end is a broken connection, not a frame. */
export const readFrames = async function* <T>(
  chunks: AsyncIterable<Uint8Array>,
  schema: z.ZodType<T>,
): AsyncGenerator<T> {
  const decoder = new TextDecoder();
  let rest = "";
  for await (const chunk of chunks) {
    rest += decoder.decode(chunk, { stream: true });
    const lines = rest.split("\n");
    rest = lines.pop() ?? "";
    if (rest.length > LINE_LIMIT) throw violated();
    for (const line of lines) {
      const parsed = schema.safeParse(json(line));
      if (!parsed.success) throw violated();
      yield parsed.data;
    }
  }
};

const json = (line: string): unknown => {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
};

const violated = (): PipelineError =>
  new PipelineError("The other side of the socket does not speak Molva's frames: stop it and start it again", {
    code: "VERSION_MISMATCH",
    recovery: "exit",
  });
