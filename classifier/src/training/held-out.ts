import { readFile, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { sameTextKey } from "../normalise.ts";
import { filesOf, readLabelled, textHash } from "./labelled-texts.ts";

/** Hashes of training texts that also stand in a dev file of any set. Training drops them without ever reading a dev file. */
const HELD_OUT_FILE = fileURLToPath(new URL("../../models/held-out.json", import.meta.url));

export const readHeldOut = async (file: string = HELD_OUT_FILE): Promise<ReadonlySet<string>> =>
  new Set(JSON.parse(await readFile(file, "utf8")) as readonly string[]);

/** A command of its own, run when the data changes: reads train and dev, writes the hashes both have. Returns how many. */
export const writeHeldOut = async (dataDir: string, file: string = HELD_OUT_FILE): Promise<number> => {
  const dev = new Set<string>();
  for (const { set, file: path } of await filesOf(dataDir, "dev"))
    for await (const { text } of readLabelled(path, set)) if (sameTextKey(text) !== "") dev.add(textHash(text));
  const both = new Set<string>();
  for (const { set, file: path } of await filesOf(dataDir, "train"))
    for await (const { text } of readLabelled(path, set)) {
      const hash = textHash(text);
      if (dev.has(hash)) both.add(hash);
    }
  await writeFile(file, `${JSON.stringify([...both].toSorted(), null, 0).replaceAll(",", ",\n")}\n`);
  return both.size;
};
