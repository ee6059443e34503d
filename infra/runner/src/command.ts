import { PipelineError, type Brand } from "@molva/contracts";
import type { Config, Environment } from "@molva/platform";
import type { z } from "zod";
import type { Io } from "./io.ts";
import type { Runtime } from "./runtime.ts";

/** What every command is given, whoever runs it: this process or the one that holds the folder. */
export interface Call {
  readonly io: Io;
  readonly environment: Environment;
  readonly dataDir: string;
  /** Path of `--config`, or of the `molva.yaml` that was found; null is the built-in demo. */
  readonly configPath: string | null;
  /** @throws {PipelineError} `CONFIG_INVALID` with every problem. */
  config(): Promise<Settings>;
  /** The configured brands, the demo's where there is no configuration; nothing is started for it. */
  brands(): Promise<readonly Brand[]>;
  /** The configuration's zone. */
  zone(): Promise<string>;
  /** The open data folder, with the stages running. Closed by who opened it. */
  runtime(): Promise<Runtime>;
}

/** The configuration that counts, and whether it is the demo's. */
export interface Settings {
  readonly config: Config;
  readonly demo: boolean;
}

export interface Flag {
  /** As commander writes it: `--brand <brand>`, `--json`. */
  readonly flags: string;
  readonly help: string;
}

/** A command is a value: its name, what `--help` teaches, the shape of its input and what it does. */
export interface CommandSpec<Input = unknown> {
  readonly name: string;
  readonly summary: string;
  readonly details?: string;
  /** `<file>` is required, `[file]` may be left out. */
  readonly arguments?: readonly (Flag & { readonly key: string })[];
  readonly flags: readonly Flag[];
  readonly examples: readonly string[];
  /** `held`: it works on the data folder, and is handed to the process that holds it. */
  readonly folder: "none" | "held";
  /** Where that depends on what is asked. */
  folderFor?(input: Input): "none" | "held";
  readonly input: z.ZodType<Input>;
  /** Resolves to the exit code. */
  run(call: Call, input: Input): Promise<number>;
}

export const defineCommand = <Input>(spec: CommandSpec<Input>): CommandSpec => spec;

export const usageError = (message: string): PipelineError =>
  new PipelineError(message, { code: "USAGE", recovery: "exit" });

export const JSON_FLAG: Flag = { flags: "--json", help: "print JSON" };
export const TZ_FLAG: Flag = {
  flags: "--tz <zone>",
  help: "IANA zone of day, week and month steps and of dates without a zone (default: the configuration's)",
};

/** A brand by its id or title, letters' case aside. */
export const brandNamed = (brands: readonly Brand[], name: string): Brand | undefined =>
  brands.find((brand) => brand.id === name) ??
  brands.find(
    (brand) => brand.title.toLowerCase() === name.toLowerCase() || brand.id.toLowerCase() === name.toLowerCase(),
  );
