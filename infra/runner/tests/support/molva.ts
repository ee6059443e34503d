import { spawn, type ChildProcess } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const BIN = fileURLToPath(new URL("../../bin/molva.js", import.meta.url));

export interface Ran {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly out: string;
  readonly err: string;
}

export interface Running {
  readonly child: ChildProcess;
  readonly ended: Promise<Ran>;
  /** Resolves when stdout and stderr together match. Rejects when the process ends without. */
  said(pattern: RegExp): Promise<string>;
}

/** The program as a person starts it, in a folder of its own. */
export const startMolva = (
  args: readonly string[],
  cwd: string,
  stdin: string | null = null,
  variables: Readonly<Record<string, string>> = {},
): Running => {
  const { MOLVA_DATA_DIR: _, ...environment } = process.env;
  const child = spawn(process.execPath, [BIN, ...args], {
    cwd,
    env: { ...environment, ...variables },
    stdio: ["pipe", "pipe", "pipe"],
  });
  let out = "";
  let err = "";
  const listeners = new Set<() => void>();
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    out += text;
    for (const listener of listeners) listener();
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    err += text;
    for (const listener of listeners) listener();
  });
  child.stdin.on("error", () => {}); // it may end before it has read all
  child.stdin.end(stdin ?? "");
  const ended = new Promise<Ran>((resolve) => child.on("close", (code, signal) => resolve({ code, signal, out, err })));
  return {
    child,
    ended,
    said: (pattern) =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          const match = pattern.exec(`${out}${err}`);
          if (match === null) return;
          listeners.delete(look);
          resolve(match[1] ?? match[0]);
        };
        listeners.add(look);
        look();
        void ended.then((ran) =>
          reject(new Error(`ended with ${ran.code ?? ran.signal} before it said ${pattern}:\n${ran.out}${ran.err}`)),
        );
      }),
  };
};

export const molva = (
  args: readonly string[],
  cwd: string,
  stdin: string | null = null,
  variables: Readonly<Record<string, string>> = {},
): Promise<Ran> => startMolva(args, cwd, stdin, variables).ended;

/** Runs it and reads its JSON. Throws with all that was said when it failed. */
export const molvaJson = async <T>(args: readonly string[], cwd: string): Promise<T> => {
  const ran = await molva([...args, "--json"], cwd);
  if (ran.code !== 0) throw new Error(`molva ${args.join(" ")} ended with ${ran.code}:\n${ran.out}${ran.err}`);
  return JSON.parse(ran.out) as T;
};

export const temporaryFolder = async (): Promise<{ readonly path: string; remove(): Promise<void> }> => {
  const path = await mkdtemp(join(tmpdir(), "molva-cli-"));
  return { path, remove: () => rm(path, { recursive: true, force: true }) };
};
