import { spawn, type ChildProcess } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import type { Answer } from "./compare.ts";
import type { Life } from "./script.ts";

const PART = fileURLToPath(new URL("part.ts", import.meta.url));

/** What the processes said and suffered, over all their lives. */
export class Diary {
  /** Events of the list that the log has acknowledged, by their place in it. */
  readonly acknowledged = new Set<number>();
  readonly answers: Answer[] = [];
  /** How often a process was killed, by where it stood. */
  readonly kills = new Map<string, number>();
  /** What else happened to them. */
  readonly others = new Map<string, number>();
  readonly errors: string[] = [];
  parked = 0;
  steps = 0;
  lives = 0;

  add(map: Map<string, number>, name: string): void {
    map.set(name, (map.get(name) ?? 0) + 1);
  }

  get killed(): number {
    return [...this.kills.values()].reduce((sum, count) => sum + count, 0);
  }
}

const living = new Set<ChildProcess>();
process.once("exit", () => living.forEach((child) => child.kill("SIGKILL")));

export interface Running {
  readonly child: ChildProcess;
  /** Resolves at the first line that begins so; null when the process ends before. */
  said(start: string): Promise<string | null>;
  /** Resolves when it is gone; `died`: where it was told to. */
  readonly ended: Promise<{ readonly died: boolean; readonly code: number | null }>;
}

/** Starts a life. It is killed where it says that it stands still. */
export const startPart = (life: Life, diary: Diary, onLine: (line: string) => void = () => {}): Running => {
  diary.lives += 1;
  const child = spawn(process.execPath, ["--conditions=source", "--import", "tsx", PART, JSON.stringify(life)], {
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, UV_THREADPOOL_SIZE: "8" },
  });
  living.add(child);
  child.once("exit", () => living.delete(child));
  const lines: string[] = [];
  const listeners = new Set<() => void>();
  let died = false;
  let complaints = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => (complaints = (complaints + text).slice(-4000)));
  const hear = (line: string): void => {
    const [word, ...rest] = line.split(" ");
    if (word === "acked") for (let i = Number(rest[0]); i < Number(rest[1]); i += 1) diary.acknowledged.add(i);
    else if (word === "answer") diary.answers.push(JSON.parse(line.slice("answer ".length)) as Answer);
    else if (word === "stood") diary.parked += 1;
    else if (word === "step") diary.steps += 1;
    else if (word === "here") {
      died = true;
      diary.add(diary.kills, rest[0] ?? "");
      child.kill("SIGKILL");
    } else lines.push(line);
    onLine(line);
    for (const listener of listeners) listener();
  };
  const reading = (async () => {
    for await (const line of createInterface({ input: child.stdout })) hear(line);
  })();
  const gone = new Promise<number | null>((resolve) => child.once("close", (code) => resolve(code)));
  const ended = (async () => {
    const code = await gone;
    await reading;
    if (code !== 0 && !died && code !== null) diary.errors.push(complaints);
    for (const listener of listeners) listener();
    return { died, code };
  })();
  let isOver = false;
  void ended.then(() => (isOver = true));
  return {
    child,
    ended,
    said: (start) =>
      new Promise((resolve) => {
        const look = (): void => {
          const found = lines.find((line) => line.startsWith(start));
          if (found === undefined && !isOver) return;
          listeners.delete(look);
          resolve(found ?? null);
        };
        listeners.add(look);
        look();
        void ended.then(() => setImmediate(look));
      }),
  };
};
