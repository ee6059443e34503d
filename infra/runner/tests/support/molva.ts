import { spawn, type ChildProcess } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { jsonOf, transcript, type Ran } from "./transcript.ts";

export type { Ran } from "./transcript.ts";

const BIN = fileURLToPath(new URL("../../bin/molva.js", import.meta.url));

export interface Running {
  readonly child: ChildProcess;
  readonly ended: Promise<Ran>;
  /** Resolves when stdout and stderr together match. Rejects when the process ends without. */
  said(pattern: RegExp): Promise<string>;
}

/** A test that fails leaves what it started: none of it outlives the file. */
const children = new Set<ChildProcess>();
process.once("exit", () => children.forEach((child) => child.kill("SIGKILL")));

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
  children.add(child);
  child.once("close", () => children.delete(child));
  const { told, add, said } = transcript();
  child.stdout.setEncoding("utf8").on("data", (text: string) => add("out", text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => add("err", text));
  child.stdin.on("error", () => {}); // it may end before it has read all
  child.stdin.end(stdin ?? "");
  const ended = new Promise<Ran>((resolve) => child.on("close", (code, signal) => resolve({ code, signal, ...told })));
  return { child, ended, said: (pattern) => said(pattern, ended) };
};

export const molva = (
  args: readonly string[],
  cwd: string,
  stdin: string | null = null,
  variables: Readonly<Record<string, string>> = {},
): Promise<Ran> => startMolva(args, cwd, stdin, variables).ended;

export const molvaJson = <T>(args: readonly string[], cwd: string): Promise<T> => jsonOf<T>(molva, args, cwd);

export const temporaryFolder = async (): Promise<{ readonly path: string; remove(): Promise<void> }> => {
  const path = await mkdtemp(join(tmpdir(), "molva-cli-"));
  return { path, remove: () => rm(path, { recursive: true, force: true, maxRetries: 5 }) };
};
