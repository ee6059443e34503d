import { randomUUID } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import { PipelineError, type Log } from "@molva/contracts";
import type { Session } from "./session.ts";

/** After so long without a sign of life a turn is taken from its holder. */
const STALE_SECONDS = 15;
const SIGN_OF_LIFE_MS = 5_000;
const LOOK_MS = 250;

interface Turn {
  readonly comment: string;
  readonly age: number;
}

const CURRENT = `SELECT comment, toInt32(dateDiff('second', metadata_modification_time, now())) AS age
  FROM system.tables WHERE database = currentDatabase() AND name = 'migration_turn'`;

const isTaken = (error: unknown): boolean =>
  error instanceof Error && String((error as { readonly code?: unknown }).code) === "57";

/**
 * Lets one of several processes that start at once change the tables. A server has no locks, but making a table is atomic:
 * who makes `migration_turn` has the turn, and drops it at the end. A holder renews its comment; one that was killed loses
 * the turn after 15 s by the server's clock. It only saves doubled work and orders whole migrations: each statement bears a
 * second run, so even a turn that is taken from a living but frozen holder ends in the same tables.
 */
export const inTurn = async (session: Session, work: () => Promise<void>, log: Log): Promise<void> => {
  const holder = randomUUID();
  const take = async (): Promise<boolean> => {
    try {
      await session.run(`CREATE TABLE migration_turn (n UInt8) ENGINE = Memory COMMENT '${holder}'`, {});
      return true;
    } catch (error) {
      if (isTaken(error)) return false;
      throw error;
    }
  };
  const current = async (): Promise<Turn | null> => ((await session.rows(CURRENT, {}))[0] as Turn | undefined) ?? null;
  for (let looks = 0; !(await take()); looks += 1) {
    const turn = await current();
    if (turn !== null && turn.age > STALE_SECONDS) {
      log.warn("store.migration.turn-taken-over", { holder: turn.comment, age: turn.age });
      await session.run("DROP TABLE IF EXISTS migration_turn", {});
      continue;
    }
    if (looks > 4 * 3_600)
      throw new PipelineError(
        "Another process has been migrating the store for an hour. Look at its log, or stop it.",
        {
          code: "STORE_UNAVAILABLE",
          recovery: "retry",
        },
      );
    await pause(LOOK_MS);
  }
  let alive = true;
  const stop = new AbortController();
  const renewing = (async () => {
    while (alive) {
      await pause(SIGN_OF_LIFE_MS, undefined, { signal: stop.signal, ref: false }).catch(() => {});
      if (alive)
        await session.run(`ALTER TABLE migration_turn MODIFY COMMENT '${holder} ${Date.now()}'`, {}).catch(() => {});
    }
  })();
  try {
    await work();
  } finally {
    alive = false;
    stop.abort();
    await renewing;
    if ((await current())?.comment.startsWith(holder) === true)
      await session.run("DROP TABLE IF EXISTS migration_turn", {});
  }
};
