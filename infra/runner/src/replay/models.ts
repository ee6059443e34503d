import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { readChosenModels } from "@molva/aggregator";
import type { Model, PackedModel } from "@molva/classifier";
import { isPipelineError, PipelineError, type BrandId, type Checkpoints, type Store } from "@molva/contracts";
import { z } from "zod";
import { usageError } from "../command.ts";

/**
 * Models that somebody chose lie among the checkpoints, so that every process of a cluster finds them, a backup holds them, and the folder
 * they came from may go.
 */
const PREFIX = "model/";

const packed = z.record(z.string(), z.string());

/** Keeps the model's files under its name, durably. */
export const saveModel = (checkpoints: Checkpoints, name: string, files: PackedModel): Promise<void> =>
  checkpoints.write({ [PREFIX + name]: files });

/** Of a shipped model in threads no files are kept: they are in every installation of its version, and tens of megabytes. */
const isShippedFiles = (files: PackedModel | null): boolean => files === null || Object.keys(files).length === 0;

/** Null when no model of that name was ever saved. */
const savedModel = async (checkpoints: Checkpoints, name: string): Promise<Model | null> => {
  const { loadShipped, shippedCalled, unpackModel } = await import("@molva/classifier");
  const found = packed.safeParse(await checkpoints.read(PREFIX + name));
  const shipped = isShippedFiles(found.success ? found.data : null) ? shippedCalled(name) : null;
  if (shipped !== null) return loadShipped(shipped);
  return found.success ? unpackModel(found.data) : null;
};

/** A model as a person names it, with the files that it is made of. */
export interface NamedModel {
  readonly model: Model;
  readonly files: PackedModel;
}

/** Two models of one name would be one to every reader: of the labels that carry it the earliest recorded would stay. */
const refuseTwin = async (checkpoints: Checkpoints, { model, files }: NamedModel): Promise<void> => {
  const { loadModel, packModel } = await import("@molva/classifier");
  const saved = packed.safeParse(await checkpoints.read(PREFIX + model.name));
  const known = model.name === loadModel().name ? packModel() : saved.success ? saved.data : null;
  if (known !== null && !isDeepStrictEqual(known, files))
    throw usageError(
      `--model: another model is known as ${model.name}; train yours under a name of its own: molva train --out FOLDER --name NAME@VERSION`,
    );
};

/**
 * The model to label history with: a folder that `molva train` wrote, or the name@version of the shipped one or of one that was replayed before.
 * @throws {PipelineError} `USAGE` when there is none, or when its name is another's.
 */
export const modelToReplay = async (checkpoints: Checkpoints, told: string, cwd: string): Promise<NamedModel> => {
  const { loadModel, loadShipped, packModel, shippedCalled, SHIPPED_MODELS, unpackModel } =
    await import("@molva/classifier");
  const folder = resolve(cwd, told);
  if (existsSync(join(folder, "manifest.json"))) {
    const named = { model: loadModel(folder), files: packModel(folder) };
    await refuseTwin(checkpoints, named);
    return named;
  }
  const shipped = shippedCalled(told);
  if (shipped !== null) return { model: loadShipped(shipped), files: shipped === "fast" ? packModel() : {} };
  const saved = packed.safeParse(await checkpoints.read(PREFIX + told));
  if (saved.success) return { model: unpackModel(saved.data), files: saved.data };
  const known: string[] = [...SHIPPED_MODELS];
  for await (const [key] of checkpoints.entries(PREFIX)) known.push(key.slice(PREFIX.length));
  throw usageError(
    `--model: ${told} is no model; known are ${[...new Set(known)].join(", ")}, or name a folder that molva train wrote`,
  );
};

const missing = (name: string, brand: string): PipelineError =>
  new PipelineError(
    `The labels of ${name} count for ${brand}, and that model is not there: run \`molva replay --model FOLDER --brand ${brand} --switch\` with its folder, or choose another`,
    { code: "MODEL_MISSING", recovery: "exit", details: { model: name } },
  );

/** What the store refuses here is no mention's fault: none of the batch becomes a dead letter. */
const notTheMentions = (error: unknown): unknown =>
  isPipelineError(error) && error.recovery === "dead-letter"
    ? new PipelineError(error.message, { code: error.code, recovery: "exit", cause: error })
    : error;

/**
 * What the classifier asks before each batch: read from the choices that are applied, never remembered, so that once a choice is in the numbers
 * no later batch is labelled by another model.
 */
export const chosenModels = (
  store: Store,
  checkpoints: Checkpoints,
  shipped: Model,
): ((brands: readonly BrandId[]) => Promise<ReadonlyMap<string, Model>>) => {
  const loaded = new Map([[shipped.name, shipped]]);
  return async (brands) => {
    const models = new Map<string, Model>();
    if (brands.length === 0) return models;
    const chosen = await readChosenModels(store, brands).catch((error: unknown) => {
      throw notTheMentions(error);
    });
    for (const [brand, { model }] of chosen) {
      const found = loaded.get(model) ?? (await savedModel(checkpoints, model));
      if (found === null) throw missing(model, brand);
      loaded.set(model, found);
      models.set(brand, found);
    }
    return models;
  };
};
