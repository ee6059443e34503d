import { undoRuleCommand } from "../../rules/undo-rule.ts";
import { noiseApply, noiseShow } from "./show.ts";
import { noiseTrain } from "./train.ts";

export const NOISE_COMMANDS = [noiseTrain, noiseShow, noiseApply, undoRuleCommand("noise")];
