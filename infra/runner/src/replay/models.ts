import { readChosenModels } from "@molva/aggregator";
import type { Model, PackedModel } from "@molva/classifier";
import { PipelineError, type BrandId, type Checkpoints, type Store } from "@molva/contracts";
import { z } from "zod";

/**
 * Models that somebody chose lie among the checkpoints, so that every process of a cluster finds them, a backup holds them, and the folder
 * they came from may go.
 */
const PREFIX = "model/";

const packed = z.record(z.string(), z.string());

/** Keeps the model's files under its name, durably. */
export const saveModel = (checkpoints: Checkpoints, name: string, files: PackedModel): Promise<void> =>
  checkpoints.write({ [PREFIX + name]: files });

/** Null when no model of that name was ever saved. */
export const savedModel = async (checkpoints: Checkpoints, name: string): Promise<Model | null> => {
  const found = packed.safeParse(await checkpoints.read(PREFIX + name));
  if (!found.success) return null;
  const { unpackModel } = await import("@molva/classifier");
  return unpackModel(found.data);
};

const missing = (name: string, brand: string): PipelineError =>
  new PipelineError(
    `The labels of ${name} count for ${brand}, and that model is not there: run \`molva replay --model FOLDER --brand ${brand} --switch\` with its folder, or choose another`,
    { code: "MODEL_MISSING", recovery: "exit", details: { model: name } },
  );

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
    for (const [brand, { model }] of await readChosenModels(store, brands)) {
      const found = loaded.get(model) ?? (await savedModel(checkpoints, model));
      if (found === null) throw missing(model, brand);
      loaded.set(model, found);
      models.set(brand, found);
    }
    return models;
  };
};
