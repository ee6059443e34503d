import { isPipelineError } from "@molva/contracts";
import { nearest } from "@molva/platform";
import { Command, CommanderError } from "commander";
import { usageError, type CommandSpec } from "./command.ts";
import { silentIo, type Io } from "./io.ts";
import { VERSION } from "./version.ts";

/** What was typed, checked. */
export interface Parsed {
  readonly spec: CommandSpec;
  readonly input: unknown;
  readonly configPath: string | null;
  readonly dataDir: string | null;
}

const INTRO = `Molva collects what people write about brands, labels it, and shows the net sentiment rate (NSR).

Without a molva.yaml it runs a built-in demo. Start with:
  molva start        crawl, label, count, and show the page
  molva init         write a molva.yaml for your first brand`;

/** What the commands of a group have in common, for those of which the name is two words. */
const GROUPS: Readonly<Record<string, string>> = {
  alerts: "incidents, and the messages about them",
  audit: "mentions drawn at random for a person to label",
  noise: "what was marked irrelevant, learned",
  own: "what the brand writes itself",
  query: "what counts as a mention of a brand",
  report: "the weekly report",
  survey: "scores from surveys, and customer counts",
};

/** `--map field=column,…` and friends keep their dashes: the key is the flag's long name in camel case. */
const build = (io: Io, specs: readonly CommandSpec[], chosen: (parsed: Parsed) => void): Command => {
  const program = new Command("molva")
    .description(INTRO)
    .version(VERSION)
    .option("--config <file>", "configuration (default: ./molva.yaml, else the built-in demo)")
    .option("--data <folder>", "data folder (default: .molva, or MOLVA_DATA_DIR)")
    .configureOutput({ writeOut: (text) => void io.out(text), writeErr: (text) => io.err(text) })
    .configureHelp({ helpWidth: Math.min(100, io.columns), showGlobalOptions: true })
    .showHelpAfterError("(molva --help lists the commands; molva COMMAND --help teaches one)")
    .exitOverride();
  const groups = new Map<string, Command>();
  /** `survey import` stands in the group `survey`, which only lists its commands. */
  const parentOf = (spec: CommandSpec): Command => {
    const [group, name] = spec.name.split(" ");
    if (group === undefined || name === undefined) return program;
    const known = groups.get(group);
    if (known !== undefined) return known;
    const names = specs
      .filter((one) => one.name.startsWith(`${group} `))
      .map((one) => one.name.slice(group.length + 1));
    const summary = GROUPS[group] ?? names.join(", ");
    const parent = program
      .command(group)
      .summary(`${summary} (${names.join(", ")})`)
      .description(`${summary}.`);
    groups.set(group, parent);
    return parent;
  };
  for (const spec of specs) {
    const command = parentOf(spec)
      .command(spec.name.split(" ").at(-1) ?? spec.name)
      .summary(spec.summary)
      .description(`${spec.summary}.${spec.details === undefined ? "" : `\n\n${spec.details}`}`);
    for (const argument of spec.arguments ?? []) command.argument(argument.flags, argument.help);
    for (const flag of spec.flags) command.option(flag.flags, flag.help);
    command.addHelpText("after", `\nExamples:\n${spec.examples.map((example) => `  ${example}`).join("\n")}\n`);
    command.action((...args: readonly unknown[]) => {
      const values = args.slice(0, spec.arguments?.length ?? 0);
      const named = Object.fromEntries((spec.arguments ?? []).map((argument, i) => [argument.key, values[i]]));
      const { config, data, ...global } = program.opts<{ config?: string; data?: string }>();
      const told = { ...global, ...command.opts(), ...named };
      const input = Object.fromEntries(Object.entries(told).filter(([, value]) => value !== undefined));
      chosen({ spec, input: checked(spec, input), configPath: config ?? null, dataDir: data ?? null });
    });
  }
  return program;
};

const kebab = (key: string): string => key.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

const checked = (spec: CommandSpec, input: unknown): unknown => {
  const result = spec.input.safeParse(input);
  if (result.success) return result.data;
  const positional = new Set((spec.arguments ?? []).map((argument) => argument.key));
  const problems = result.error.issues.map((issue) => {
    const key = String(issue.path[0] ?? "");
    const name = key === "" ? "" : positional.has(key) ? `${key.toUpperCase()}: ` : `--${kebab(key)}: `;
    return `${name}${issue.message}`;
  });
  throw usageError(`${problems.join("\n")}\n(molva ${spec.name} --help shows how it is used)`);
};

/** Options of the program may stand after the command too: `molva nsr --all --data DIR`. */
const GLOBAL_VALUES = ["--config", "--data"];

const globalsFirst = (argv: readonly string[]): readonly string[] => {
  const front: string[] = [];
  const rest: string[] = [];
  for (let i = 0; i < argv.length; i += 1) {
    const word = argv[i] ?? "";
    if (word === "--") return [...front, ...rest, ...argv.slice(i)];
    const global = GLOBAL_VALUES.find((name) => word === name || word.startsWith(`${name}=`));
    if (global === undefined) rest.push(word);
    else if (word === global) front.push(word, ...argv.slice((i += 1), i + 1));
    else front.push(word);
  }
  return [...front, ...rest];
};

/**
 * Reads a command line (without the program's own name). Null when all was said already (`--help`, `--version`).
 * @throws {PipelineError} `USAGE` (exit) with what is wrong and where to read on.
 */
export const parseCommandLine = (argv: readonly string[], io: Io, specs: readonly CommandSpec[]): Parsed | null => {
  let parsed: Parsed | null = null;
  const messages: string[] = [];
  const program = build({ ...io, err: (text) => void messages.push(text) }, specs, (found) => (parsed = found));
  for (const command of program.commands) {
    command.copyInheritedSettings(program);
    for (const inner of command.commands) inner.copyInheritedSettings(program);
  }
  const words = globalsFirst(argv);
  try {
    if (argv.length === 0) {
      void io.out(program.helpInformation());
      return null;
    }
    program.parse(words, { from: "user" });
    return parsed;
  } catch (error) {
    if (isPipelineError(error)) throw error;
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) return null;
    const typed = words.filter((word) => !word.startsWith("-")).slice(0, 2);
    const names = specs.map((spec) => spec.name);
    const unknown =
      error.code === "commander.unknownCommand"
        ? (nearest(typed.join(" "), names) ?? nearest(typed[0] ?? "", names))
        : null;
    throw usageError(`${messages.join("").trim()}${unknown === null ? "" : `\n(did you mean: molva ${unknown}?)`}`);
  }
};

/** `docs/cli.md`: every command's own help, as it prints it. */
export const commandReference = (specs: readonly CommandSpec[]): string => {
  const program = build(silentIo(), specs, () => {});
  const pages = program.commands
    .flatMap((one) => (one.commands.length > 0 ? one.commands : [one]))
    .map((command) => {
      let text = "";
      command.configureOutput({ writeOut: (part) => (text += part) });
      command.outputHelp();
      const group = command.parent === program ? "" : `${command.parent?.name() ?? ""} `;
      return `## molva ${group}${command.name()}\n\n\`\`\`text\n${text.trim()}\n\`\`\`\n`;
    });
  return `# The command line\n\nGenerated by \`npm run generate\` from the commands' own help; a test fails when the two differ.\n\n\`\`\`text\n${program.helpInformation().trim()}\n\`\`\`\n\n${pages.join("\n")}`;
};
