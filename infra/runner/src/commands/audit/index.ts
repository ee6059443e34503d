import type { CommandSpec } from "../../command.ts";
import { auditLabel } from "./label.ts";
import { auditNext } from "./next.ts";
import { auditStatus } from "./status.ts";

/** `molva audit …`, in the order in which help lists them. */
export const AUDIT_COMMANDS: readonly CommandSpec[] = [auditNext, auditLabel, auditStatus];
