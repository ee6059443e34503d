import { randomBytes } from "node:crypto";
import { mkdirSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { PipelineError } from "@molva/contracts";
import { z } from "zod";
import { isAlive, ownIdentity, type ProcessIdentity } from "./process-identity.ts";

const holderSchema = z.object({
  pid: z.int().positive(),
  startedAt: z.string().nullable(),
  version: z.string(),
  /** Where the holder listens for commands: a path, a loopback port, or null while it does not. */
  socket: z.union([z.string(), z.int().positive()]).nullable(),
});

/** Who holds a folder, as `$DIR/lock` tells it. */
export type LockHolder = Readonly<z.infer<typeof holderSchema>>;

export interface FolderLock {
  readonly holder: LockHolder;
  /** Tells others where this process listens. */
  update(change: Pick<LockHolder, "socket">): void;
  /** Gives the folder back. A second call does nothing. */
  release(): Promise<void>;
}

const NAME = "lock";
/** `lock.PID.STARTED.NONCE`: a name is never used twice, so removing a dead process's claim can hit nobody else's. */
const CLAIM = /^lock\.(\d+)\.([^.]+\.\d+|-)\.[0-9a-f]+(?:\.new)?$/;
const TRIES = 50;

/**
 * Makes this process the only one that holds the folder, which is created when absent. The lock of a dead process is taken over.
 *
 * Two claimants cannot both win: each first creates its own claim (O_EXCL), then looks for the claims of others; at least one of the two
 * sees the other's and withdraws. Nobody ever removes a file that a living process made.
 * @throws {PipelineError} `FOLDER_LOCKED` (exit) with pid and folder while a living process holds it; `CONFIG_INVALID` (exit) when
 * the folder cannot be made or written.
 */
export const acquireFolder = async (dir: string, version = "0.1.0"): Promise<FolderLock> => {
  const own = ownIdentity();
  for (let attempt = 1; ; attempt++) {
    const holder = readFolderLock(dir);
    if (holder !== null) throw folderLocked(dir, holder);
    const claim = makeClaim(dir, own);
    const rival = rivalsOf(dir, claim)[0];
    if (rival === undefined) return hold(dir, claim, { ...own, version, socket: null });
    rmSync(claim, { force: true });
    if (attempt === TRIES) throw folderLocked(dir, readFolderLock(dir) ?? rival);
    // Both may have withdrawn: the wait differs by process, so that one of them comes first.
    await delay(5 + ((own.pid * attempt) % 29));
  }
};

/** The living holder of a folder, or null: for whoever wants to talk to it instead. */
export const readFolderLock = (dir: string): LockHolder | null => {
  try {
    const holder = holderSchema.safeParse(JSON.parse(readFileSync(join(dir, NAME), "utf8")));
    return holder.success && isAlive(holder.data) ? holder.data : null;
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    if (error instanceof Error && "code" in error && (error.code === "ENOENT" || error.code === "ENOTDIR")) return null;
    throw error;
  }
};

const hold = (dir: string, claim: string, first: LockHolder): FolderLock => {
  let holder = first;
  let released = false;
  // Written aside and renamed: a reader never sees half of it.
  const write = (): void => {
    const aside = `${claim}.new`;
    writeFileSync(aside, `${JSON.stringify(holder)}\n`, { mode: 0o600 });
    renameSync(aside, join(dir, NAME));
  };
  write();
  return {
    get holder() {
      return holder;
    },
    update: (change) => {
      holder = { ...holder, ...change };
      if (!released) write();
    },
    release: async () => {
      if (released) return;
      released = true;
      // The claim goes last: while it stands, nobody else can have made the lock file.
      rmSync(join(dir, NAME), { force: true });
      rmSync(claim, { force: true });
    },
  };
};

/** Living claims besides one's own; those of the dead are cleared away. */
const rivalsOf = (dir: string, own: string): readonly ProcessIdentity[] =>
  readdirSync(dir).flatMap((name) => {
    const path = join(dir, name);
    const claim = CLAIM.exec(name);
    if (claim === null || path === own) return [];
    const identity = { pid: Number(claim[1]), startedAt: claim[2] === undefined || claim[2] === "-" ? null : claim[2] };
    if (isAlive(identity)) return [identity];
    rmSync(path, { force: true });
    return [];
  });

const makeClaim = (dir: string, own: ProcessIdentity): string => {
  const claim = join(dir, claimName(own));
  try {
    mkdirSync(dir, { recursive: true });
    writeFileSync(claim, "", { flag: "wx", mode: 0o600 });
    return claim;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new PipelineError(
      `The folder ${dir} cannot be used: ${reason}. Choose another folder, or give this user the right to write it.`,
      { code: "CONFIG_INVALID", recovery: "exit", cause: error, details: { dir } },
    );
  }
};

const claimName = ({ pid, startedAt }: ProcessIdentity): string =>
  `${NAME}.${pid}.${startedAt ?? "-"}.${randomBytes(6).toString("hex")}`;

const folderLocked = (dir: string, { pid }: ProcessIdentity): PipelineError =>
  new PipelineError(`The folder ${dir} is held by process ${pid}. Stop that process or choose another folder.`, {
    code: "FOLDER_LOCKED",
    recovery: "exit",
    details: { dir, pid },
  });
