import { listBrands } from "@molva/aggregator";

import { brandNamed, usageError, type Call } from "./command.ts";

/**
 * The id of a brand that people name by id or title: one of the configuration, or one that an import created.
 * @throws {PipelineError} `USAGE` naming what is known.
 */
export const knownBrand = async (call: Call, name: string): Promise<string> => {
  const configured = brandNamed(await call.brands(), name);
  if (configured !== undefined) return configured.id;
  const { store } = await call.runtime();
  const stored = await listBrands(store);
  const found =
    stored.find((brand) => brand.id === name) ?? stored.find((brand) => brand.id.toLowerCase() === name.toLowerCase());
  if (found !== undefined) return found.id;
  const known = [...new Set([...(await call.brands()).map((brand) => brand.id), ...stored.map((brand) => brand.id)])];
  throw usageError(
    `--brand: nothing is known of ${name}; known are ${known.length === 0 ? "none yet" : known.slice(0, 20).join(", ")}`,
  );
};
