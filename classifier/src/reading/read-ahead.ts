import type { Mention } from "@molva/contracts";
import type { NameOf } from "../slow-answers.ts";
import { readableOf, type Read, type Readable } from "./read-mention.ts";
import type { ReadingThread } from "./reading-thread.ts";

/** Mentions asked at once: some milliseconds of work, so that what is made of the first is made while the next are read. */
const SLICE = 256;
/** Fewer than these are read sooner where they are than sent to a thread that may have to start first. */
const LEAST = 500;

/** What the thread reads of a batch, in the order of its mentions. */
export interface Ahead {
  /** Resolves once all before this place is read; rejects where the thread ended. */
  until(place: number): Promise<void>;
  /** What was read of a mention, or why it could not be; undefined for one that was not sent. */
  at(place: number): Read | Error | undefined;
}

interface Slice {
  /** Places of the mentions that were sent. */
  readonly places: readonly number[];
  readonly reads: Promise<readonly (Read | Error)[]>;
}

export interface AheadOptions {
  readonly thread: ReadingThread;
  /** `name@version` of the model that labels a mention. */
  readonly modelOf: (mention: Mention) => string;
  readonly nameOf: NameOf | undefined;
  readonly sketches: boolean;
}

/** Has those of the mentions that its model labels read by the thread; null for a batch that is too small for it. */
export const readAhead = (
  mentions: readonly (Mention | null)[],
  { thread, modelOf, nameOf, sketches }: AheadOptions,
): Ahead | null => {
  if (mentions.length < LEAST) return null;
  const slices: Slice[] = [];
  for (let from = 0; from < mentions.length; from += SLICE) {
    const places: number[] = [];
    const sent: Readable[] = [];
    for (let place = from; place < Math.min(mentions.length, from + SLICE); place += 1) {
      const mention = mentions[place] ?? null;
      if (mention === null || modelOf(mention) !== thread.model) continue;
      places.push(place);
      sent.push(readableOf(mention, nameOf));
    }
    const reads = sent.length === 0 ? Promise.resolve([]) : thread.read(sent, { sketches });
    reads.catch(() => undefined); // heard when it is waited for
    slices.push({ places, reads });
  }
  const told: (Read | Error | undefined)[] = Array.from({ length: mentions.length });
  let read = 0;
  return {
    until: async (place) => {
      for (; read * SLICE < place; read += 1) {
        const { places, reads } = slices[read] as Slice;
        const found = await reads;
        for (const [i, of] of places.entries()) told[of] = found[i];
      }
    },
    at: (place) => told[place],
  };
};
