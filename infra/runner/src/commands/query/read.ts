import type { Brand } from "@molva/contracts";
import { parseQuery, queryExcerpt, type Query } from "@molva/text";
import { listBrands } from "@molva/aggregator";
import { brandNamed, usageError, type Call } from "../../command.ts";
import { knownBrand } from "../../known-brand.ts";

/** @throws {PipelineError} `USAGE` with the place below the query. */
export const readQuery = (text: string): Query => {
  const parsed = parseQuery(text);
  if (parsed.ok) return parsed.query;
  const [first] = parsed.errors;
  if (first === undefined) throw usageError("the query cannot be read");
  const [line, caret] = queryExcerpt(text, first.position);
  throw usageError(`the query is wrong at character ${first.position + 1}:\n  ${line}\n  ${caret}\n${first.message}`);
};

/** Ids of the brand that is named, or of all that have mentions. */
export const brandsAsked = async (call: Call, named: string | undefined): Promise<readonly string[]> => {
  if (named !== undefined) return [await knownBrand(call, named)];
  const { store } = await call.runtime();
  return (await listBrands(store)).map(({ id }) => id);
};

/** The configured brand of an id; null for one that an import created. */
export const configuredBrand = async (call: Call, id: string): Promise<Brand | null> =>
  brandNamed(await call.brands(), id) ?? null;

/**
 * Whether the brand's query decides about what comes from this source: not where all that stands at a target is about the brand anyhow, as in
 * its own reviews. A source that no target names (an import) is decided about.
 */
export const isDecidedByQuery = (brand: Brand | null, source: string): boolean =>
  !(brand?.targets ?? []).some((target) => target.source === source && target.match === "all");
