import type { CommandSpec } from "../../command.ts";
import { reportBounces } from "./bounces.ts";
import { reportList } from "./list.ts";
import { reportSubscribe } from "./subscribe.ts";
import { reportTest } from "./test.ts";
import { reportWeekly } from "./weekly.ts";

/** `molva report …`, in the order in which help lists them. */
export const REPORT_COMMANDS: readonly CommandSpec[] = [
  reportWeekly,
  reportList,
  reportTest,
  reportSubscribe,
  reportBounces,
];
