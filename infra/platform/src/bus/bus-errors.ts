import { PipelineError } from "@molva/contracts";

const MIB = 1024 * 1024;
const mib = (bytes: number): string => `${(bytes / MIB).toFixed(1)} MiB`;

/** How soon a refused write is worth another try: a person has to free space first. */
const FULL_RETRY_MS = 5_000;

export interface Room {
  readonly neededBytes: number;
  readonly freeBytes: number;
  /** Kept free so that what was taken in can still be worked off and acknowledged. */
  readonly reserveBytes: number;
}

export const missingBytesOf = (room: Room): number =>
  Math.max(0, room.neededBytes + room.reserveBytes - room.freeBytes);

export const busFull = (dir: string, room: Room, cause?: unknown): PipelineError => {
  const missing = Math.max(missingBytesOf(room), 1);
  return new PipelineError(
    `The disk of the log ${dir} is full: this write needs ${mib(room.neededBytes)} and ${mib(room.reserveBytes)} stay in reserve, ${mib(room.freeBytes)} are free, ` +
      `${mib(missing)} are missing. Nothing acknowledged is lost. Free space on that disk or shorten the retention; intake goes on by itself.`,
    {
      code: "BUS_FULL",
      recovery: "retry",
      retryAfterMs: FULL_RETRY_MS,
      cause,
      details: { dir, neededBytes: room.neededBytes, freeBytes: room.freeBytes, missingBytes: missing },
    },
  );
};

export const busClosed = (dir: string): PipelineError =>
  new PipelineError(`The log ${dir} is closed. Open it again and repeat.`, {
    code: "BUS_UNAVAILABLE",
    recovery: "retry",
    details: { dir },
  });

/** Numbers of ENOSPC, EFBIG, EDQUOT and MDB_MAP_FULL: what LMDB and the operating system call "no room". */
const NO_ROOM = new Set([28, 27, 122, -30792]);
/** LMDB reports a write that was cut short as EIO: on a full disk the first failing write looks like that. */
const EIO = 5;

export const asBusError = (dir: string, room: Room, error: unknown): PipelineError => {
  if (error instanceof PipelineError) return error;
  const code = error instanceof Error && "code" in error && typeof error.code === "number" ? error.code : null;
  if ((code !== null && NO_ROOM.has(code)) || (code === EIO && missingBytesOf(room) > 0))
    return busFull(dir, room, error);
  const reason = error instanceof Error ? error.message : String(error);
  return new PipelineError(
    `The log ${dir} could not be written: ${reason}. Nothing acknowledged is lost. Check the disk and its permissions; the write is repeated.`,
    { code: "BUS_UNAVAILABLE", recovery: "retry", cause: error, details: { dir, errno: code } },
  );
};
