import { randomUUID } from "node:crypto";
import { instantOf, instantSchema, millisOf, type Checkpoints, type Clock } from "@molva/contracts";
import { z } from "zod";

/** Work that one at a time may do, over all processes that share a store. */
export interface Claims {
  /**
   * Does the work while nobody else has this name. `keep` is asked before each step that others must not do as well: false says that the claim was
   * lost, for this process stood still for longer than a claim lasts, and the work is to end.
   * @returns null when somebody else has it; nothing was done then
   */
  hold<T>(name: string, work: (keep: () => Promise<boolean>) => Promise<T>): Promise<T | null>;
}

/** Among the tasks of one process: enough where it holds the data folder. A process that is killed leaves nothing behind. */
export const localClaims = (): Claims => {
  const held = new Set<string>();
  return {
    hold: async (name, work) => {
      if (held.has(name)) return null;
      held.add(name);
      try {
        return await work(async () => true);
      } finally {
        held.delete(name);
      }
    },
  };
};

/** So long a claim stands without being renewed: longer than any one mail takes. */
export const CLAIM_MS = 10 * 60_000;
const PREFIX = "claims/";
/** The smallest mark waits for so long until another has given way: a statement of a busy store may take a second. */
const LOOKS = 50;
const LOOK_MS = 100;

const claimSchema = z.object({ at: instantSchema });

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/**
 * Among processes that share checkpoints, which have no compare-and-set: each writes a claim of its own and then reads all. Of two that write at once at least
 * one sees the other. Who sees another gives way, but for the one with the smallest mark, which waits until the others have; so never two go on.
 * Claims of the dead end after ten minutes by their own clocks.
 */
export const sharedClaims = (checkpoints: Checkpoints, clock: Clock): Claims => {
  const mark = randomUUID();
  const local = localClaims();
  const now = (): number => millisOf(clock());

  const othersOf = async (name: string): Promise<readonly string[]> => {
    const found: string[] = [];
    for await (const [key, value] of checkpoints.entries(`${PREFIX}${name}/`)) {
      const other = key.slice(PREFIX.length + name.length + 1);
      const claim = claimSchema.safeParse(value);
      // One from the future is of a clock that jumped: it is no more to be believed than an old one.
      if (other !== mark && claim.success && Math.abs(now() - millisOf(claim.data.at)) < CLAIM_MS) found.push(other);
    }
    return found;
  };

  const claim = async (name: string, key: string): Promise<boolean> => {
    if ((await othersOf(name)).length > 0) return false;
    await checkpoints.write({ [key]: { at: instantOf(now()) } });
    for (let look = 0; look < LOOKS; look += 1) {
      const others = await othersOf(name);
      if (others.length === 0) return true;
      if (others.some((other) => other < mark)) return false;
      await pause(LOOK_MS);
    }
    return false;
  };

  return {
    hold: (name, work) =>
      local.hold(name, async () => {
        const key = `${PREFIX}${name}/${mark}`;
        try {
          if (!(await claim(name, key))) return null;
          let renewed = now();
          return await work(async () => {
            const age = Math.abs(now() - renewed);
            if (age < CLAIM_MS / 3) return true;
            renewed = now();
            await checkpoints.write({ [key]: { at: instantOf(renewed) } });
            return age < CLAIM_MS || (await othersOf(name)).length === 0;
          });
        } finally {
          await checkpoints.write({ [key]: null });
        }
      }),
  };
};
