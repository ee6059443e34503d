import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { setTimeout as wait } from "node:timers/promises";

const BEAT_MS = 2_000;
/** A holder that was not heard of for so long is taken for dead even when some process bears its number. */
const SILENCE_MS = 60_000;
const POLL_MS = 200;

const isAlive = (pid) => {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === "EPERM";
  }
};

const holderOf = (path) => {
  try {
    return { text: readFileSync(path, "utf8"), silentMs: Date.now() - statSync(path).mtimeMs };
  } catch {
    return null;
  }
};

const isDead = ({ text, silentMs }) => {
  const pid = Number(text);
  if (silentMs > SILENCE_MS) return true;
  // An empty file: its owner is between creating and writing it, or died there.
  return text === "" ? silentMs > 5_000 : !Number.isInteger(pid) || !isAlive(pid);
};

/** Takes a dead holder's file away, and gives it back when it was a living one's by the time it was taken. */
const clear = (path, seen) => {
  const aside = `${path}.${process.pid}.dead`;
  try {
    renameSync(path, aside);
    if (readFileSync(aside, "utf8") !== seen.text) linkSync(aside, path);
  } catch {
    // Somebody else was faster: the next look tells.
  } finally {
    rmSync(aside, { force: true });
  }
};

/**
 * Waits until no other set-up is at work in this folder, then is the one. Returns what gives the turn back.
 * `onWait` is called once, with the holder's process id, when there is somebody to wait for.
 */
export const takeTurn = async (path, onWait) => {
  mkdirSync(dirname(path), { recursive: true });
  let told = false;
  for (;;) {
    try {
      writeFileSync(path, String(process.pid), { flag: "wx" });
      break;
    } catch (error) {
      if (error.code !== "EEXIST") throw error;
    }
    const holder = holderOf(path);
    if (holder === null) continue;
    if (isDead(holder)) {
      clear(path, holder);
      continue;
    }
    if (!told) onWait(holder.text);
    told = true;
    await wait(POLL_MS);
  }
  const beat = setInterval(() => {
    const now = new Date();
    try {
      utimesSync(path, now, now);
    } catch {
      // Taken away: nothing to keep alive.
    }
  }, BEAT_MS);
  const release = () => {
    clearInterval(beat);
    process.off("exit", release);
    if (holderOf(path)?.text === String(process.pid)) rmSync(path, { force: true });
  };
  process.on("exit", release);
  return release;
};
