import { findEvent, type MentionHistory } from "@molva/aggregator";
import type { Runtime } from "../runtime.ts";
import { knownHistories } from "./decide.ts";

type Found = NonNullable<Awaited<ReturnType<typeof findEvent>>>;

/** The event with its mention's history; what is on its way into the numbers right now is waited for. */
export const findDecision = async (
  runtime: Runtime,
  event: string,
  signal: AbortSignal,
): Promise<(Found & { readonly history: MentionHistory }) | null> => {
  let found = await findEvent(runtime.store, event);
  if (found === null && (await runtime.lag()) > 0) {
    await runtime.settled(signal);
    found = await findEvent(runtime.store, event);
  }
  if (found === null) return null;
  const histories = await knownHistories(runtime, [found.id], signal);
  return { ...found, history: histories.get(found.id) as MentionHistory };
};
