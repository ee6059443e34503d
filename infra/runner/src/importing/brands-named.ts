import { type Brand, type BrandId } from "@molva/contracts";
import { brandNamed } from "../command.ts";

/** The brand that a name in a file means: a configured one by id or title, else one that is created by its name. */
export const brandsNamed = (
  brands: readonly Brand[],
  brandIdFor: (name: string) => BrandId | null,
): { readonly brandOf: (name: string) => BrandId | null; readonly unknown: ReadonlySet<string> } => {
  const unknown = new Set<string>();
  const brandOf = (name: string): BrandId | null => {
    const configured = brandNamed(brands, name);
    if (configured !== undefined) return configured.id;
    const id = brandIdFor(name);
    if (id !== null) unknown.add(id);
    return id;
  };
  return { brandOf, unknown };
};
