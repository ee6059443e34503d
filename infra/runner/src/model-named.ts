import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import type { Model } from "@molva/classifier";
import { usageError } from "./command.ts";

/** The shipped model, or the one that `--model` names: `name@version` of the shipped one, or a folder that `molva train` wrote. */
export const modelNamed = async (told: string | undefined, cwd: string): Promise<Model> => {
  const { loadModel } = await import("@molva/classifier");
  if (told === undefined) return loadModel();
  const folder = resolve(cwd, told);
  if (existsSync(join(folder, "manifest.json"))) return loadModel(folder);
  const shipped = loadModel();
  if (told === shipped.name || told === shipped.name.split("@")[0]) return shipped;
  throw usageError(`--model: ${told} is no model; there is ${shipped.name}, or name a folder that molva train wrote`);
};
