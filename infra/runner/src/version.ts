import { readFileSync } from "node:fs";
import { z } from "zod";

const told: unknown = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8"));

/** Version of the program, as its package says. Two sides of a socket or of a data folder compare it. */
export const VERSION = z.object({ version: z.string() }).parse(told).version;
