import type { CommandSpec } from "../../command.ts";
import { ANSWER_COMMANDS } from "./answers.ts";
import { alertsBacktest } from "./backtest.ts";
import { alertsList } from "./list.ts";
import { alertsOnCall } from "./on-call.ts";
import { alertsPlan } from "./plan.ts";
import { alertsTest } from "./test.ts";
import { alertsWhy } from "./why.ts";

/** `molva alerts …`, in the order in which help lists them. */
export const ALERT_COMMANDS: readonly CommandSpec[] = [
  alertsList,
  alertsWhy,
  alertsBacktest,
  alertsTest,
  alertsPlan,
  alertsOnCall,
  ...ANSWER_COMMANDS,
];
