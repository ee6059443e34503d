import type { Call } from "./command.ts";
import { demoBrands } from "./demo.ts";
import { configFrom } from "./settings.ts";

/** A call as commands see it, in this process or on behalf of a terminal. */
export const callOf = (parts: Omit<Call, "config" | "brands" | "zone">): Call => {
  const { configPath } = parts;
  const written = configPath === null ? null : () => configFrom(configPath, configPath);
  return {
    ...parts,
    config: async () =>
      written === null
        ? { config: await (await parts.runtime()).demoConfig(), demo: true }
        : { config: await written(), demo: false },
    brands: async () => (written === null ? demoBrands() : (await written()).brands),
    zone: async () => (written === null ? "UTC" : (await written()).timezone),
  };
};
