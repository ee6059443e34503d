import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

export interface Child {
  /** What it says, line by line; ends when it ends. */
  readonly lines: AsyncIterable<string>;
  readonly process: ChildProcess;
  /** Resolves when it has ended: its exit code, or the signal that ended it. */
  readonly ended: Promise<number | string>;
}

/** A program of this folder as a process of its own. */
export const startChild = (file: string, ...args: readonly string[]): Child => {
  const path = fileURLToPath(new URL(file, import.meta.url));
  const child = spawn(process.execPath, ["--conditions=source", "--import", "tsx", path, ...args], {
    stdio: ["ignore", "pipe", "ignore"],
  });
  const ended = once(child, "exit").then(([code, signal]: unknown[]) => (code ?? signal) as number | string);
  return { lines: createInterface({ input: child.stdout }), process: child, ended };
};

/**
 * Kills it `lateMs` after it has said `count` lines that begin with `start`, so that the blow falls anywhere in what comes next;
 * gives all such lines that it had said by its end.
 */
export const killAfter = async (
  child: Child,
  start: string,
  count: number,
  lateMs: number,
): Promise<readonly string[]> => {
  const said: string[] = [];
  for await (const line of child.lines) {
    if (!line.startsWith(start)) continue;
    said.push(line);
    if (said.length === count) setTimeout(() => child.process.kill("SIGKILL"), lateMs);
  }
  await child.ended;
  return said;
};
