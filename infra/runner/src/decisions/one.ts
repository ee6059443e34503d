import { z } from "zod";
import type { Call } from "../command.ts";
import { noteCorrections, noteCorrectionsLater } from "./corrected-days.ts";
import { decide, knownHistories, type Wish } from "./decide.ts";
import { printDecided, unknownMention } from "./report.ts";

/** A mention's id as a person pastes it. */
export const idInput = z
  .string()
  .trim()
  .toLowerCase()
  .regex(/^[0-9a-f]{32}$/, "32 hex digits, as molva mentions prints them; nothing was changed");

interface Told {
  readonly by: string;
  readonly wait: boolean;
  readonly json: boolean;
}

/** One decision about one mention: checked, published, followed by every number, told. Resolves to the exit code. */
export const decideOne = async (call: Call, wish: Wish, told: Told): Promise<number> => {
  const runtime = await call.runtime();
  const histories = await knownHistories(runtime, [wish.id], call.io.signal);
  if (!histories.has(wish.id)) return unknownMention(call, wish.id);
  const [decided] = await decide(runtime, [wish], histories, { ...told, io: call.io });
  if (decided?.event !== null) {
    const brands = [...histories.values()].map(({ brand }) => brand);
    await (told.wait ? noteCorrections(call, brands) : noteCorrectionsLater(call, brands));
  }
  if (decided !== undefined) await printDecided(call, told, decided, told.wait ? await runtime.horizon() : null);
  return 0;
};
