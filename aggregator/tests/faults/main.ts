/** `npm run faults -- --seed 7 --events 1000000 --transport kafka`: the fault suite for as long and as often as wanted. docs/faults.md */
import { parseArgs } from "node:util";
import { z } from "zod";
import { KINDS } from "../support/parked.ts";
import { told } from "./report.ts";
import { isRight, runFaults, TRANSPORTS } from "./suite.ts";

const { values } = parseArgs({
  options: {
    seed: { type: "string", default: "1" },
    events: { type: "string", default: "41000" },
    kills: { type: "string" },
    piece: { type: "string", default: "200" },
    transport: { type: "string", default: "embedded" },
    mutant: { type: "string", default: "right" },
  },
});
const plan = z
  .object({
    seed: z.coerce.number().int().min(0).max(1_000_000),
    events: z.coerce.number().int().min(100).max(100_000_000),
    kills: z.coerce.number().int().min(0).max(10_000).default(24),
    piece: z.coerce.number().int().min(1).max(2000),
    transport: z.enum(TRANSPORTS),
    mutant: z.enum(KINDS),
  })
  .safeParse(values);
if (!plan.success) {
  process.stderr.write(`${z.prettifyError(plan.error)}\n`);
  process.exitCode = 2;
} else {
  const { transport, mutant, ...rest } = plan.data;
  const report = await runFaults(transport, {
    ...rest,
    kind: mutant,
    say: (line) => void process.stdout.write(`${line}\n`),
  });
  process.stdout.write(told(transport, rest.seed, report));
  process.exitCode = isRight(report) ? 0 : 1;
}
