import { readFile, stat } from "node:fs/promises";
import { resolve } from "node:path";
import { PipelineError } from "@molva/contracts";
import { formatProblem, readConfig, type ConfigResult, type ConfigRules, type SourceShape } from "@molva/platform";
import { parseQuery, queryExcerpt } from "@molva/text";
import { z } from "zod";

/**
 * The sources as the configuration's schema wants them. (Rooms are imported where they are used: a command that is handed
 * to the running process needs none of them.)
 */
export const sourceShapes = async (): Promise<readonly SourceShape[]> => {
  const { sources } = await import("@molva/crawlers");
  return sources.map((source) => {
    if (!(source.target instanceof z.ZodObject)) throw new TypeError(`the target of ${source.id} is no object schema`);
    return { id: source.id, title: source.title, match: source.match, target: source.target };
  });
};

export const checkQuery: ConfigRules["checkQuery"] = (text) => {
  const parsed = parseQuery(text);
  if (parsed.ok) return null;
  const [first] = parsed.errors;
  return first === undefined ? null : { ...first, excerpt: queryExcerpt(text, first.position) };
};

export const CONFIG_FILE = "molva.yaml";

/** The file named by `--config`, else `molva.yaml` in the folder when it is there, else null: the demo. */
export const findConfig = async (told: string | null, cwd: string): Promise<string | null> => {
  if (told !== null) return resolve(cwd, told);
  const usual = resolve(cwd, CONFIG_FILE);
  return (await stat(usual).catch(() => null))?.isFile() === true ? usual : null;
};

/** Reads and checks a configuration file. */
export const checkConfig = async (path: string, shownAs: string): Promise<ConfigResult> => {
  const text = await readFile(path, "utf8").catch((error: unknown) => {
    throw new PipelineError(`${shownAs} cannot be read: ${(error as Error).message}. \`molva init\` writes one`, {
      code: "CONFIG_INVALID",
      recovery: "exit",
    });
  });
  return readConfig(text, shownAs, { sources: await sourceShapes(), checkQuery });
};

/** @throws {PipelineError} `CONFIG_INVALID` (exit) with every problem. */
export const configFrom = async (
  path: string,
  shownAs: string,
): Promise<Extract<ConfigResult, { ok: true }>["config"]> => {
  const result = await checkConfig(path, shownAs);
  if (result.ok) return result.config;
  const count = result.problems.length;
  throw new PipelineError(
    `${result.problems.map(formatProblem).join("\n")}\n${count} ${count === 1 ? "problem" : "problems"} in ${shownAs}; nothing was started`,
    { code: "CONFIG_INVALID", recovery: "exit" },
  );
};
