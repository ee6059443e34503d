import { countStored, readStored, type StoredMention, type StoredQuestion } from "@molva/aggregator";
import type { Call } from "../command.ts";
import { progressBar } from "../progress.ts";

/** Shows every stored mention of the brands to `look`, with a bar; what is on its way into the store is waited for first. */
export const eachStored = async (
  call: Call,
  questions: readonly StoredQuestion[],
  what: string,
  look: (mention: StoredMention) => void,
): Promise<number> => {
  const runtime = await call.runtime();
  await runtime.settled(call.io.signal);
  const counts = await Promise.all(questions.map((question) => countStored(runtime.store, question)));
  const total = counts.reduce((sum, count) => sum + count, 0);
  const bar = progressBar(call.io, what, "mentions");
  let done = 0;
  try {
    for (const question of questions) {
      for await (const mentions of readStored(runtime.store, question)) {
        call.io.signal.throwIfAborted();
        for (const mention of mentions) look(mention);
        done += mentions.length;
        bar.update(done, Math.max(total, done));
      }
    }
  } finally {
    bar.end();
  }
  return done;
};
