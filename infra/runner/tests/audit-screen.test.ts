import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createDesk, type Desk } from "@molva/dashboards";
import { createLog, readEnvironment } from "@molva/platform";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { deskAudits } from "../src/audits/desk-audits.ts";
import { callOf } from "../src/call.ts";
import { silentIo } from "../src/io.ts";
import { deskReads } from "../src/start/desk-reads.ts";
import { openInProcess, type InProcess } from "./support/in-process.ts";

let molva: InProcess;
let desk: Desk;

beforeAll(async () => {
  molva = await openInProcess("audit-screen");
  const { runtime, folder } = molva;
  const rows = Array.from({ length: 40 }, (_, i) =>
    JSON.stringify({
      id: `r${i}`,
      text: `Review ${i}: the staff was ${i % 2 === 0 ? "friendly" : "rude"}, counter ${i}.`,
      publishedAt: "2026-11-10T10:00:00Z",
    }),
  );
  await writeFile(join(folder, "reviews.jsonl"), rows.join("\n"));
  for (const source of ["crm", "shop"])
    await molva.run(["import", "reviews.jsonl", "--brand", "aurora", "--source", source]);
  const environment = readEnvironment({});
  const call = callOf({ io: silentIo(), environment, dataDir: folder, configPath: null, runtime: async () => runtime });
  const log = createLog("silent", { write: () => {} });
  desk = await createDesk({
    reads: deskReads(runtime, []),
    audits: deskAudits(runtime, call, []),
    port: 0,
    log,
    clock: runtime.clock,
    password: null,
    publicUrl: null,
  });
});
afterAll(async () => {
  await desk.close();
  await molva[Symbol.asyncDispose]();
});

const read = async <T>(path: string): Promise<T> => (await (await fetch(new URL(path, desk.url))).json()) as T;
const write = async (
  path: string,
  what: object,
): Promise<{ readonly status: number; readonly event: string | null }> => {
  const answer = await fetch(new URL(path, desk.url), {
    method: "POST",
    headers: { "content-type": "application/json", origin: new URL(desk.url).origin },
    body: JSON.stringify(what),
  });
  return { status: answer.status, event: null, ...((await answer.json()) as object) };
};
interface Drawn {
  readonly mentions: readonly { readonly id: string; readonly source: string }[];
}

describe("the audit screen over real numbers", () => {
  it("draws what audit next draws, labels as audit label does, and undo takes it back", async () => {
    const { mentions } = await read<Drawn>("/api/audit/next?brand=aurora");
    const next = await molva.json<readonly { id: string }[]>(["audit", "next", "--brand", "aurora", "--count", "5"]);
    expect(mentions.slice(0, 5).map(({ id }) => id)).toEqual(next.map(({ id }) => id));
    expect(mentions.some((one) => "label" in one || "confidence" in one)).toBe(false);
    const ofShop = await read<Drawn>("/api/audit/next?brand=aurora&source=shop");
    expect(new Set(ofShop.mentions.map(({ source }) => source))).toEqual(new Set(["shop"]));

    const id = mentions[0]?.id ?? "";
    const made = await write("/api/audit/label", { id, label: "neutral", by: "vera" });
    expect(made).toMatchObject({ status: 200, event: expect.stringMatching(/^[0-9a-f]{16}$/) });
    await molva.runtime.settled();
    const status = async (): Promise<number | undefined> =>
      (await molva.json<readonly { audits: number }[]>(["audit", "status", "--brand", "aurora"]))[0]?.audits;
    expect(await status()).toBe(1);
    const [row] = (await read<{ rows: readonly object[] }>("/api/audit/standings")).rows;
    expect(row).toMatchObject({ brand: "aurora", source: null, n: 80, audits: 1, more: [{ audits: 30 }] });

    expect((await write("/api/audit/undo", { event: made.event, by: "vera" })).status).toBe(200);
    await molva.runtime.settled();
    expect(await status()).toBe(0);
    // Twice changes nothing more, and what is no label of a person is not taken back.
    expect(await write("/api/audit/undo", { event: made.event, by: "vera" })).toMatchObject({
      status: 200,
      event: null,
    });
    expect((await write("/api/audit/undo", { event: "0".repeat(16), by: "vera" })).status).toBe(400);
  });

  it("labels nothing that chance did not draw", async () => {
    const all = await molva.json<readonly { id: string }[]>(["mentions", "--brand", "aurora", "--limit", "100"]);
    const { mentions } = await read<Drawn>("/api/audit/next?brand=aurora");
    const shop = await read<Drawn>("/api/audit/next?brand=aurora&source=shop");
    const drawn = new Set([...mentions, ...shop.mentions].map(({ id }) => id));
    const other = all.find(({ id }) => !drawn.has(id));
    expect(other).toBeDefined();
    const refused = await write("/api/audit/label", { id: other?.id, label: "negative", by: "vera" });
    expect(refused).toMatchObject({ status: 400, error: { message: expect.stringContaining("was not drawn") } });
  });
});
