import { relative } from "node:path";
import { formatProblem } from "@molva/platform";
import { z } from "zod";
import { defineCommand, JSON_FLAG } from "../command.ts";
import { checkConfig } from "../settings.ts";

export const check = defineCommand({
  name: "check",
  summary: "validate the configuration and print every problem",
  details:
    "Each problem comes with file, line and column, what stands there and what to write instead. Exit code 2 when there is one.",
  flags: [JSON_FLAG],
  examples: ["molva check", "molva check --config customers/acme.yaml --json"],
  folder: "none",
  input: z.strictObject({ json: z.boolean().default(false) }),
  run: async ({ io, configPath }, { json }) => {
    if (configPath === null) {
      await io.out(
        json ? "[]\n" : "No molva.yaml here: the built-in demo would run. `molva init` writes a configuration.\n",
      );
      return 0;
    }
    const shown = relative(io.cwd, configPath) || configPath;
    const result = await checkConfig(configPath, shown.startsWith("..") ? configPath : shown);
    const problems = result.ok ? [] : result.problems;
    if (json) await io.out(`${JSON.stringify(problems, null, 2)}\n`);
    else if (result.ok) {
      const { brands } = result.config;
      const targets = brands.reduce((sum, brand) => sum + brand.targets.length, 0);
      await io.out(
        `${shown} is right: ${brands.length} ${brands.length === 1 ? "brand" : "brands"}, ${targets} ${targets === 1 ? "target" : "targets"}.\n`,
      );
    } else
      await io.out(
        `${problems.map(formatProblem).join("\n")}\n${problems.length} ${problems.length === 1 ? "problem" : "problems"}.\n`,
      );
    return result.ok ? 0 : 2;
  },
});
