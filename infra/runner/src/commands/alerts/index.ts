import type { CommandSpec } from "../../command.ts";
import { alertsTest } from "./test.ts";

/** `molva alerts …`, in the order in which help lists them. */
export const ALERT_COMMANDS: readonly CommandSpec[] = [alertsTest];
