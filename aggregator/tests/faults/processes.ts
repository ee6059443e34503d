import { spawn, type ChildProcess } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import type { Answer } from "./compare.ts";
import type { Diary } from "./diary.ts";
import { REBALANCED, SLEPT, type Life } from "./script.ts";

const PART = fileURLToPath(new URL("part.ts", import.meta.url));

const children = new Set<ChildProcess>();
process.once("exit", () => children.forEach((child) => child.kill("SIGKILL")));

/** A process that has read its program and waits to be told its life. */
const spawnPart = (): ChildProcess => {
  const child = spawn(process.execPath, ["--conditions=source", "--import", "tsx", PART], {
    stdio: ["pipe", "pipe", "pipe"],
    env: { ...process.env, UV_THREADPOOL_SIZE: "8" },
  });
  children.add(child);
  child.once("exit", () => children.delete(child));
  // Of one that is killed before it has read: its end tells.
  child.stdin.on("error", () => {});
  return child;
};

/** The next one reads its program while the one before still lives. */
let spare: ChildProcess | null = null;
const takePart = (): ChildProcess => {
  const taken = spare?.exitCode === null && spare.signalCode === null ? spare : spawnPart();
  spare = spawnPart();
  return taken;
};

export interface Running {
  readonly child: ChildProcess;
  readonly life: Life;
  /** What it said last. */
  last(): string;
  /** Resolves at the first line that begins so; null when the process ends before. */
  said(start: string): Promise<string | null>;
  /** Resolves when it is gone; `died`: where it was told to. */
  readonly ended: Promise<{ readonly died: boolean; readonly code: number | null }>;
}

const living = new Set<Running>();
export const livingParts = (): readonly Running[] => [...living];

/** SIGKILL to all of them, and to the one in reserve. */
export const endParts = async (): Promise<void> => {
  const all = [...living];
  for (const child of children) child.kill("SIGKILL");
  spare = null;
  await Promise.all(all.map((each) => each.ended));
};

/** Starts a life. It is killed where it says that it stands still. */
export const startPart = (life: Life, diary: Diary): Running => {
  diary.over.signal.throwIfAborted();
  diary.lives += 1;
  diary.moves += 1;
  const child = takePart();
  child.stdin?.write(`${JSON.stringify(life)}\n`);
  const lines: string[] = [];
  const listeners = new Set<() => void>();
  let died = false;
  let complaints = "";
  let last = "nothing yet";
  child.stderr?.setEncoding("utf8").on("data", (text: string) => (complaints = (complaints + text).slice(-4000)));
  const hear = (line: string): void => {
    const [word, ...rest] = line.split(" ");
    if (word !== "state") {
      diary.moves += 1;
      last = line.slice(0, 60);
    }
    if (word === "acked") for (let i = Number(rest[0]); i < Number(rest[1]); i += 1) diary.acknowledged.add(i);
    else if (word === "answer") diary.answers.push(JSON.parse(line.slice("answer ".length)) as Answer);
    else if (word === "stood") diary.add(diary.parked, rest[0] ?? "");
    else if (word === "step") diary.steps += 1;
    else if (word === "joined") diary.add(diary.others, REBALANCED);
    else if (word === "sleeps") diary.add(diary.others, SLEPT);
    else if (word === "used") diary.processor += Number(rest[0]);
    else if (word === "here") {
      died = true;
      diary.add(diary.kills, rest[0] ?? "");
      child.kill("SIGKILL");
    } else lines.push(line);
    for (const listener of listeners) listener();
  };
  const reading = (async () => {
    if (child.stdout !== null) for await (const line of createInterface({ input: child.stdout })) hear(line);
  })();
  let isOver = false;
  const ended = new Promise<{ readonly died: boolean; readonly code: number | null }>((resolve) => {
    child.once("close", (code) => {
      void reading.then(() => {
        isOver = true;
        living.delete(running);
        if (code !== 0 && !died && code !== null) diary.errors.push(complaints);
        for (const listener of listeners) listener();
        resolve({ died, code });
      });
    });
  });
  const running: Running = {
    child,
    life,
    ended,
    last: () => last,
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
      }),
  };
  living.add(running);
  return running;
};
