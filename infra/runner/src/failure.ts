import { isPipelineError } from "@molva/contracts";

/** Exit code of an error: 2 is wrong usage or configuration. */
export const exitCodeOf = (error: unknown): number =>
  isPipelineError(error) && (error.code === "USAGE" || error.code === "CONFIG_INVALID") ? 2 : 1;

/** What a person reads of an error: the message of ours, the stack of a bug. */
export const messageOf = (error: unknown): string => {
  if (isPipelineError(error)) return error.message;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
};
