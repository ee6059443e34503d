import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { instantOf } from "@molva/contracts";
import { createLog, readEnvironment } from "@molva/platform";
import { COMMANDS } from "../../src/commands/index.ts";
import { executeFor } from "../../src/execute-for.ts";
import { exitCodeOf, messageOf } from "../../src/failure.ts";
import type { Io } from "../../src/io.ts";
import { openRuntime, type RuntimeOptions } from "../../src/open-runtime.ts";
import type { Runtime } from "../../src/runtime.ts";

export interface Said {
  readonly code: number;
  readonly out: string;
  readonly bytes: Buffer;
  readonly err: string;
}

/** A data folder of its own, open in this process as `start` has it; command lines run in it as those of another terminal do. */
export interface InProcess extends AsyncDisposable {
  readonly runtime: Runtime;
  readonly folder: string;
  run(words: readonly string[], differs?: { readonly terminal?: boolean; readonly stdin?: string }): Promise<Said>;
  json<T>(words: readonly string[]): Promise<T>;
}

export const openInProcess = async (
  name: string,
  {
    topics = {},
    variables = {},
  }: Pick<RuntimeOptions, "topics"> & {
    /** Of the environment. */
    readonly variables?: Readonly<Record<string, string>>;
  } = {},
): Promise<InProcess> => {
  const folder = await mkdtemp(join(tmpdir(), `molva-${name}-`));
  const dataDir = join(folder, "data");
  await mkdir(dataDir, { mode: 0o700 });
  const environment = readEnvironment(variables);
  const runtime = await openRuntime({
    mode: { mode: "embedded", dataDir, database: "molva" },
    stages: ["classifier", "aggregator"],
    dataDir,
    environment,
    log: createLog("silent", { write: () => {} }),
    clock: () => instantOf(Date.now()),
    metrics: null,
    topics,
  });
  const run: InProcess["run"] = async (words, { terminal = false, stdin = "" } = {}) => {
    const pieces: Buffer[] = [];
    let err = "";
    const io: Io = {
      stdin: (async function* () {
        yield Buffer.from(stdin);
      })(),
      out: async (text) => void pieces.push(Buffer.from(text)),
      outBytes: async (bytes) => void pieces.push(Buffer.from(bytes)),
      err: (text) => void (err += text),
      outIsTerminal: terminal,
      errIsTerminal: false,
      columns: 100,
      cwd: folder,
      signal: new AbortController().signal,
    };
    const held = { environment, dataDir, configPath: null, runtime, commands: COMMANDS };
    const code = await executeFor(words, io, held).catch((error: unknown) => {
      err += messageOf(error);
      return exitCodeOf(error);
    });
    const bytes = Buffer.concat(pieces);
    return { code, out: bytes.toString(), bytes, err };
  };
  return {
    runtime,
    folder,
    run,
    json: async <T>(words: readonly string[]): Promise<T> => {
      const said = await run([...words, "--json"]);
      if (said.code !== 0) throw new Error(`molva ${words.join(" ")} ended with ${said.code}: ${said.err}`);
      return JSON.parse(said.out) as T;
    },
    [Symbol.asyncDispose]: async () => {
      await runtime[Symbol.asyncDispose]();
      await rm(folder, { recursive: true, force: true });
    },
  };
};
