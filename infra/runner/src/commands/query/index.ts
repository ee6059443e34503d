import { undoRuleCommand } from "../../rules/undo-rule.ts";
import { queryApply } from "./apply.ts";
import { queryTest } from "./test.ts";

export const QUERY_COMMANDS = [queryTest, queryApply, undoRuleCommand("query")];
