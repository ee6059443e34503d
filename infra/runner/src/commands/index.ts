import type { CommandSpec } from "../command.ts";
import { ALERT_COMMANDS } from "./alerts/index.ts";
import { AUDIT_COMMANDS } from "./audit/index.ts";
import { backup } from "./backup.ts";
import { check } from "./check.ts";
import { classify } from "./classify.ts";
import { crawl } from "./crawl.ts";
import { detect } from "./detect.ts";
import { doctor } from "./doctor.ts";
import { erase } from "./erase.ts";
import { evaluate } from "./evaluate.ts";
import { explain } from "./explain.ts";
import { health } from "./health.ts";
import { exportCommand } from "./export.ts";
import { history } from "./history.ts";
import { importCommand } from "./import.ts";
import { init } from "./init.ts";
import { mark } from "./mark.ts";
import { mentions } from "./mentions.ts";
import { note } from "./note.ts";
import { NOISE_COMMANDS } from "./noise/index.ts";
import { nsr } from "./nsr.ts";
import { OWN_COMMANDS } from "./own/index.ts";
import { QUERY_COMMANDS } from "./query/index.ts";
import { relabel } from "./relabel.ts";
import { remove } from "./remove.ts";
import { replay } from "./replay.ts";
import { REPORT_COMMANDS } from "./report/index.ts";
import { restore } from "./restore.ts";
import { sources } from "./sources.ts";
import { startCommand } from "./start.ts";
import { survey } from "./survey.ts";
import { topics } from "./topics.ts";
import { train } from "./train.ts";
import { undo } from "./undo.ts";
import { verify } from "./verify.ts";

/** In the order in which `--help` lists them. */
export const COMMANDS: readonly CommandSpec[] = [
  startCommand(() => COMMANDS),
  init,
  check,
  sources,
  crawl,
  health,
  importCommand,
  classify,
  nsr,
  explain,
  topics,
  mentions,
  relabel,
  remove,
  mark,
  undo,
  ...AUDIT_COMMANDS,
  history,
  erase,
  ...QUERY_COMMANDS,
  ...NOISE_COMMANDS,
  ...OWN_COMMANDS,
  note,
  survey,
  exportCommand,
  verify,
  detect,
  train,
  evaluate,
  replay,
  ...ALERT_COMMANDS,
  ...REPORT_COMMANDS,
  backup,
  restore,
  doctor,
];
