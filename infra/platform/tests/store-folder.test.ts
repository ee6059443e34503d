import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import type { PipelineError } from "@molva/contracts";
import { z } from "zod";
import { openStore } from "../src/index.ts";
import { startChild, type Child } from "./store-support/child.ts";

const root = mkdtempSync(join(tmpdir(), "molva-store-folder-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const failureOf = async (promise: Promise<unknown>): Promise<PipelineError> =>
  promise.then(
    () => expect.unreachable("it must fail, and did not"),
    (error: unknown) => error as PipelineError,
  );

const said = async (child: Child, line: string): Promise<void> => {
  for await (const each of child.lines) if (each === line) return;
  expect.unreachable(`the process ended before it said ${line}`);
};

describe("the folder of a store", () => {
  it("has one process: a second one is told which process holds it, and gets it when that one is gone", async () => {
    const path = join(root, "held");
    const holder = startChild("./holder.ts", path, "--stay");
    await said(holder, "open");
    const error = await failureOf(openStore({ path, migrations: [] }));
    expect(error).toMatchObject({
      code: "FOLDER_LOCKED",
      recovery: "exit",
      details: { pid: holder.process.pid as number },
    });
    expect(error.message).toContain(path);
    holder.process.kill("SIGKILL");
    await holder.ended;
    const store = await openStore({ path, migrations: [] });
    await store.close();
  });

  it("is given back by closing, and the process ends by itself", async () => {
    const path = join(root, "ends");
    const child = startChild("./holder.ts", path);
    await said(child, "open");
    expect(await child.ended).toBe(0);
    const staying = startChild("./holder.ts", path, "--stay");
    await said(staying, "open");
    staying.process.kill("SIGTERM");
    expect(await staying.ended).toBe(0);
  });

  it("is one per process at a time; another may be opened when the first is closed", async () => {
    const first = await openStore({ path: join(root, "first"), migrations: [] });
    const error = await failureOf(openStore({ path: join(root, "second"), migrations: [] }));
    expect(error).toMatchObject({ code: "USAGE", recovery: "exit" });
    expect(error.message).toContain(join(root, "first"));
    const numbers = {
      name: "numbers",
      sql: "SELECT toUInt32(number) AS n FROM system.numbers",
      params: z.strictObject({}),
      row: z.strictObject({ n: z.int() }),
    };
    for await (const row of first.stream(numbers, {})) if (row.n >= 0) break;
    await first.close();
    const second = await openStore({ path: join(root, "second"), migrations: [] });
    await second.close();
  });

  it("that cannot be a store is refused with what to look at", async () => {
    const path = join(root, "taken");
    mkdirSync(path);
    writeFileSync(join(path, "metadata"), "a file where a folder belongs");
    const error = await failureOf(openStore({ path, migrations: [] }));
    expect(error).toMatchObject({ code: "STORE_UNAVAILABLE", recovery: "exit" });
    expect(error.message).toContain(path);
  });

  it("wrong options are told before anything is made", async () => {
    for (const options of [{ database: "No Good" }, { readers: 0 }, { readers: 5 }]) {
      expect(await failureOf(openStore({ path: join(root, "never"), ...options }))).toMatchObject({ code: "USAGE" });
    }
  });
});
