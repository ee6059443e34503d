import { PipelineError, type Checkpoints } from "@molva/contracts";
import type { Committer } from "./bus/committer.ts";
import type { Environment } from "./bus/lmdb-environment.ts";

/** LMDB's own limit for a key, less what its encoding of text adds. In bytes of UTF-8. */
const MAX_KEY_BYTES = 1_900;
/** Sorts after every key that begins with the prefix. */
const LAST_CHARACTER = "\u{10FFFF}";

/** @param refuseWhenClosed throws once the environment is gone. */
export const embeddedCheckpoints = (
  stored: Environment["checkpoints"],
  committer: Committer,
  refuseWhenClosed: () => void,
): Checkpoints => ({
  read: async (key) => {
    refuseWhenClosed();
    return stored.get(checkedKey(key)) ?? null;
  },
  readMany: async (keys) => {
    refuseWhenClosed();
    const found = keys.map((key) => [key, stored.get(checkedKey(key)) ?? null] as const);
    return new Map(found.filter(([, value]) => value !== null));
  },
  write: async (entries) => {
    const checked = Object.entries(entries).map(
      ([key, value]) => [checkedKey(key), value, sizeOf(key, value)] as const,
    );
    if (checked.length === 0) return;
    const bytes = checked.reduce((sum, [, , size]) => sum + size, 0);
    await committer.submit("checkpoint", bytes, (draft) => {
      for (const [key, value] of checked) draft.setCheckpoint(key, value);
    });
  },
  // Read at once, not as it is walked: an open cursor would hold back the reuse of freed pages.
  entries: async function* entries(prefix) {
    refuseWhenClosed();
    const found = [...stored.getRange({ start: prefix, end: prefix + LAST_CHARACTER })];
    for (const { key, value } of found) yield [key, value] as const;
  },
});

const checkedKey = (key: string): string => {
  if (key.length > 0 && !key.includes("\0") && Buffer.byteLength(key) <= MAX_KEY_BYTES) return key;
  throw new PipelineError(
    `A checkpoint's key must have 1 to ${MAX_KEY_BYTES} bytes and no NUL; this one has ${Buffer.byteLength(key)}. Hash its long part.`,
    {
      code: "CONTRACT_VIOLATED",
      recovery: "exit",
      details: { bytes: Buffer.byteLength(key) },
    },
  );
};

const sizeOf = (key: string, value: unknown): number => {
  const json: unknown = JSON.stringify(value);
  if (typeof json === "string") return key.length + json.length;
  throw new PipelineError(`The checkpoint ${key} is no JSON. Write null to delete it.`, {
    code: "CONTRACT_VIOLATED",
    recovery: "exit",
    details: { key },
  });
};
