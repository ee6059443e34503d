import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import type { Model } from "@molva/classifier";
import { usageError } from "./command.ts";

/**
 * The fast model, or the one that `--model` names: fast, accurate or cascade, one of these by its `name@version`, or a folder that `molva train`
 * wrote. The caller closes it.
 */
export const modelNamed = async (told: string | undefined, cwd: string): Promise<Model> => {
  const { loadModel, loadShipped, SHIPPED_MODELS, shippedCalled } = await import("@molva/classifier");
  if (told === undefined) return loadModel();
  const folder = resolve(cwd, told);
  if (existsSync(join(folder, "manifest.json"))) return loadModel(folder);
  const which = shippedCalled(told);
  if (which !== null) return loadShipped(which);
  throw usageError(
    `--model: ${told} is no model; there are ${SHIPPED_MODELS.join(", ")}, or name a folder that molva train wrote`,
  );
};
