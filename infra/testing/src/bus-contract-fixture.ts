import { z } from "zod";
import type { Batch, BatchHandler, Bus, Delivered, Lane, Rejection, Topic } from "@molva/contracts";

/** A small message for tests of the log: a number, and the mention it is about. */
const noteSchema = z.strictObject({ id: z.int().nonnegative(), mentionId: z.string().regex(/^[0-9a-f]{32}$/) });
export type Note = z.infer<typeof noteSchema>;

const mentionIdIn = (value: unknown): string | null =>
  typeof value === "object" && value !== null && "mentionId" in value && typeof value.mentionId === "string"
    ? value.mentionId
    : null;

export const mentionIdOfNote = (id: number): string => id.toString(16).padStart(32, "0");
export const note = (id: number): Note => ({ id, mentionId: mentionIdOfNote(id) });
export const notes = (from: number, count: number): readonly Note[] =>
  Array.from({ length: count }, (_, index) => note(from + index));

export const noteTopic = (name: string): Topic<Note> => ({
  name,
  schema: noteSchema,
  key: () => "notes",
  mentionId: mentionIdIn,
});

/** The same stream as an older version may have written it: any JSON passes. */
export const looseTopic = (name: string): Topic<unknown> => ({
  name,
  schema: z.unknown(),
  key: () => "notes",
  mentionId: mentionIdIn,
});

/** A promise that the test opens. */
export interface Gate {
  readonly opened: Promise<void>;
  open(): void;
}

export const createGate = (): Gate => {
  let open: () => void = () => undefined;
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { opened, open };
};

/** What a handler saw, in the order it saw it. */
export interface Recording {
  readonly batches: Batch<Note>[];
  readonly ids: () => readonly number[];
  readonly handle: BatchHandler<Note>;
  /** Resolves once the handler has been called so many times. */
  called(times: number): Promise<void>;
}

/** Records every delivery, then does what `work` does: acknowledge all unless told otherwise. */
export const record = (
  work: (
    batch: Batch<Note>,
    call: number,
    signal: AbortSignal,
  ) => Promise<readonly Rejection[]> | readonly Rejection[] = () => [],
): Recording => {
  const batches: Batch<Note>[] = [];
  const waiting: { readonly times: number; readonly resolve: () => void }[] = [];
  return {
    batches,
    ids: () => batches.flatMap((batch) => batch.messages.map((message) => message.value.id)),
    called: (times) =>
      new Promise((resolve) => (batches.length >= times ? resolve() : waiting.push({ times, resolve }))),
    handle: async (batch, signal) => {
      batches.push(batch);
      for (const waiter of waiting) if (batches.length >= waiter.times) waiter.resolve();
      return await work(batch, batches.length, signal);
    },
  };
};

export const readAll = async <T>(
  bus: Bus,
  topic: Topic<T>,
  lane: Lane,
  from?: bigint,
): Promise<readonly Delivered<T>[]> => {
  const found: Delivered<T>[] = [];
  for await (const message of bus.read(topic, lane, from)) found.push(message);
  return found;
};

export const idsIn = async (bus: Bus, topic: Topic<Note>, lane: Lane): Promise<readonly number[]> =>
  (await readAll(bus, topic, lane)).map(({ value }) => value.id);
