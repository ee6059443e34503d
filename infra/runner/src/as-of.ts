import type { Instant } from "@molva/contracts";
import type { Flag } from "./command.ts";
import { momentOf } from "./moment.ts";
import type { Runtime } from "./runtime.ts";

export const AS_OF_FLAG: Flag = {
  flags: "--as-of <time>",
  help: "what was known at that point of the log; a printed asOf gives the same again",
};

/**
 * The point that a command reads and prints: the one asked for, no later than what is applied. Null when nothing was ever learned.
 * @throws {PipelineError} `USAGE` for what is no date.
 */
export const pointOf = async (runtime: Runtime, told: string | undefined): Promise<Instant | null> => {
  const horizon = await runtime.horizon();
  if (told === undefined) return horizon;
  const asked = momentOf(told, "UTC", "as-of");
  return horizon !== null && asked > horizon ? horizon : asked;
};
