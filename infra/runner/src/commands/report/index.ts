import type { CommandSpec } from "../../command.ts";
import { reportWeekly } from "./weekly.ts";

/** `molva report …`, in the order in which help lists them. */
export const REPORT_COMMANDS: readonly CommandSpec[] = [reportWeekly];
