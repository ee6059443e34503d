import { readFileSync } from "node:fs";

/** A process, told apart from a later one that got the same number. */
export interface ProcessIdentity {
  readonly pid: number;
  /** Boot and start tick where the system tells (`/proc`), else null: then the number alone decides. */
  readonly startedAt: string | null;
}

const textOf = (path: string): string | null => {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return null;
  }
};

/** What stands after the process's name, which may itself hold blanks and brackets: state first, start tick twentieth. */
const statFields = (pid: number): readonly string[] | null => {
  const stat = textOf(`/proc/${pid}/stat`);
  return stat === null ? null : stat.slice(stat.lastIndexOf(")") + 2).split(" ");
};

const startedAtOf = (pid: number): string | null => {
  const tick = statFields(pid)?.[19];
  const boot = textOf("/proc/sys/kernel/random/boot_id");
  return tick === undefined || boot === null ? null : `${boot.trim().slice(0, 8)}.${tick}`;
};

export const ownIdentity = (): ProcessIdentity => ({ pid: process.pid, startedAt: startedAtOf(process.pid) });

/** False for a process that ended, whose number went to another, or that is a zombie nobody has collected yet. */
export const isAlive = ({ pid, startedAt }: ProcessIdentity): boolean => {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "EPERM")) return false;
  }
  const state = statFields(pid)?.[0];
  if (state === "Z" || state === "X") return false;
  const now = startedAtOf(pid);
  return startedAt === null || now === null || now === startedAt;
};
