import { createHmac, randomBytes } from "node:crypto";
import { link, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";

/**
 * The keyed hash that stands for an author's name: 128 bits of HMAC-SHA-256 as 32 hex digits. Case and surrounding
 * space do not matter. Without the key nobody can tell whether a known name is among the authors.
 */
export const authorHash =
  (key: string) =>
  (name: string): string =>
    createHmac("sha256", key).update(name.normalize("NFKC").trim().toLowerCase()).digest("hex").slice(0, 32);

/** The key from the environment, else the folder's own, made on first use (mode 0600) and never replaced. */
export const authorKey = async (folder: string, told: string | undefined): Promise<string> => {
  if (told !== undefined) return told;
  const path = join(folder, "author.key");
  const known = await readFile(path, "utf8").catch(() => null);
  if (known !== null) return known.trim();
  const draft = `${path}.${randomBytes(6).toString("hex")}`;
  await writeFile(draft, `${randomBytes(32).toString("hex")}\n`, { mode: 0o600, flush: true });
  // `link` fails when another process was first: then its key is the key.
  await link(draft, path).catch(() => undefined);
  await rm(draft);
  return (await readFile(path, "utf8")).trim();
};
