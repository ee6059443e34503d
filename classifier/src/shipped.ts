import { isPipelineError } from "@molva/contracts";
import { loadAccurateModel, readAccurateManifest } from "./accurate/model.ts";
import { cascadeName, loadCascade } from "./accurate/cascade.ts";
import { loadModel, readManifest, type Model } from "./model.ts";

/** The models that come with the program, by what people call them. */
export const SHIPPED_MODELS = ["fast", "accurate", "cascade"] as const;
export type ShippedModel = (typeof SHIPPED_MODELS)[number];

const LOADERS: Readonly<Record<ShippedModel, () => Model>> = {
  fast: () => loadModel(),
  accurate: () => loadAccurateModel(),
  cascade: () => loadCascade(),
};

/** @throws {PipelineError} `MODEL_MISSING` (exit). `accurate` and `cascade` answer in threads: close them. */
export const loadShipped = (which: ShippedModel): Model => LOADERS[which]();

/** `name@version` of one that is shipped, without loading it. */
export const shippedName = (which: ShippedModel): string => {
  if (which === "cascade") return cascadeName();
  const { name, version } = which === "fast" ? readManifest() : readAccurateManifest();
  return `${name}@${version}`;
};

const nameIfThere = (which: ShippedModel): string | null => {
  try {
    return shippedName(which);
  } catch (error) {
    if (isPipelineError(error) && error.code === "MODEL_MISSING") return null;
    throw error;
  }
};

/** Which shipped model is called so: `fast`, `accurate`, `cascade`, or its name with or without version. Null: none that is there. */
export const shippedCalled = (told: string): ShippedModel | null =>
  SHIPPED_MODELS.find((which) => {
    if (told === which) return true;
    const name = nameIfThere(which);
    return told === name || told === name?.split("@")[0];
  }) ?? null;
