import { spawn } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { listMentions, readSurveys } from "@molva/aggregator";
import { instantOf, type BrandId } from "@molva/contracts";
import { createDesk, type Desk } from "@molva/dashboards";
import { createLog, readEnvironment } from "@molva/platform";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createIntake } from "../src/intake/create-intake.ts";
import { jsonFault } from "../src/intake/json-fault.ts";
import { signatureOf } from "../src/intake/signature.ts";
import { openRuntime } from "../src/open-runtime.ts";
import { suppress } from "../src/suppression.ts";
import type { Runtime } from "../src/runtime.ts";
import { deskReads } from "../src/start/desk-reads.ts";

const SECRET = "a secret of the tests";
const brands = [{ id: "aurora" as BrandId, title: "Aurora", query: null, timezone: null, targets: [] }];
const log = createLog("silent", { write: () => {} });

let folder: string;
let runtime: Runtime;
const desks: Desk[] = [];

/** The page with a password, as it stands in a network; `secret` null as where none is set. */
const serve = async (secret: string | null): Promise<Desk> => {
  const desk = await createDesk({
    reads: deskReads(runtime, brands),
    port: 0,
    log,
    clock: runtime.clock,
    password: "the password of the page",
    publicUrl: null,
    doors: new Map([["/intake/", createIntake({ runtime, brands, zone: "UTC", secret })]]),
  });
  desks.push(desk);
  return desk;
};

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "molva-intake-"));
  runtime = await openRuntime({
    mode: { mode: "embedded", dataDir: folder, database: "molva" },
    stages: ["classifier", "aggregator"],
    dataDir: folder,
    environment: readEnvironment({}),
    log,
    clock: () => instantOf(Date.now()),
    metrics: null,
  });
  await serve(SECRET);
});
afterAll(async () => {
  for (const desk of desks) await desk.close();
  await runtime[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true });
});

interface Sent {
  readonly status: number;
  readonly headers: Headers;
  readonly body: {
    readonly accepted?: number;
    readonly unchanged?: number;
    readonly rejected?: readonly { readonly index: number; readonly code: string }[];
    readonly error?: { readonly code: string; readonly message: string };
  };
}

interface Differs {
  readonly path?: string;
  readonly method?: string;
  readonly type?: string;
  readonly timestamp?: number;
  readonly secret?: string;
  readonly signature?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

const post = async (batch: unknown, differs: Differs = {}): Promise<Sent> => {
  const body = typeof batch === "string" ? batch : JSON.stringify(batch);
  const timestamp = String(differs.timestamp ?? Math.floor(Date.now() / 1000));
  const signature = differs.signature ?? signatureOf(differs.secret ?? SECRET, timestamp, Buffer.from(body));
  const response = await fetch(`${desks[0]?.url ?? ""}${(differs.path ?? "intake/mentions").replace(/^\//, "")}`, {
    method: differs.method ?? "POST",
    headers: {
      "content-type": differs.type ?? "application/json",
      "x-molva-timestamp": timestamp,
      "x-molva-signature": signature,
      ...differs.headers,
    },
    ...(differs.method === "GET" ? {} : { body }),
  });
  return { status: response.status, headers: response.headers, body: (await response.json()) as Sent["body"] };
};
const textsOf = async (brand: string): Promise<readonly string[]> => {
  await runtime.settled();
  return (await listMentions(runtime.store, { brand })).map(({ text }) => text ?? "").toSorted();
};

describe("mentions that other systems post", () => {
  it("are stored once, edited when they come with another text, and told apart by source", async () => {
    const batch = {
      brand: "Aurora",
      source: "help-desk",
      items: [
        { id: "1", text: "Late again" },
        { id: "2", text: "Спасибо" },
      ],
    };
    expect(await post(batch)).toMatchObject({ status: 202, body: { accepted: 2, unchanged: 0, rejected: [] } });
    expect((await post({ ...batch, items: [...batch.items, { id: "1", text: "Late again" }] })).body).toEqual({
      accepted: 0,
      unchanged: 3,
      rejected: [],
    });
    const edit = {
      ...batch,
      items: [
        { id: "1", text: "Late again, but solved" },
        { id: "1", text: "Another place", source: "crm" },
      ],
    };
    expect((await post(edit)).body).toMatchObject({ accepted: 2 });
    expect(await textsOf("aurora")).toEqual(["Another place", "Late again, but solved", "Спасибо"]);
  });

  it("come as JSON Lines too, each with its brand; a brand nobody configured is created", async () => {
    const lines = [
      '{"id":"a","brand":"Newcomer","text":"Nice"}',
      "",
      '{"id":"b","brand":"Newcomer","text":"Bad"}',
    ].join("\n");
    expect((await post(lines, { type: "application/x-ndjson" })).body).toMatchObject({ accepted: 2 });
    expect(await textsOf("Newcomer")).toEqual(["Bad", "Nice"]);
  });

  it("that cannot be used are named by their place, and the others are taken", async () => {
    const items = [
      { id: "1", text: "ok" },
      7,
      { id: "2" },
      { id: "3", text: "ours", direction: "outgoing" },
      { id: "4", text: "x", publishedAt: "soonish" },
      { id: "5", text: "x", source: "Not Kebab" },
      { text: "no brand", brand: "" },
    ];
    const { status, body } = await post({ brand: "partly", items: items.slice(0, 6) });
    expect(status).toBe(202);
    expect(body.accepted).toBe(1);
    expect(body.rejected?.map(({ index, code }) => [index, code])).toEqual([
      [1, "not-a-row"],
      [2, "no-text"],
      [3, "outgoing"],
      [4, "bad-date"],
      [5, "bad-source"],
    ]);
    expect((await post({ items: items.slice(6) })).body.rejected).toMatchObject([{ index: 0, code: "no-brand" }]);
  });

  it("of an erased author are dropped", async () => {
    await suppress(runtime.checkpoints, runtime.hashAuthor("Ivan"), { since: runtime.clock(), by: null, mentions: [] });
    await post({
      brand: "quiet",
      items: [
        { id: "1", text: "Call me", author: "ivan" },
        { id: "2", text: "Hello" },
      ],
    });
    expect(await textsOf("quiet")).toEqual(["Hello"]);
  });

  it("when the same request is caught and sent again change nothing, also after an edit", async () => {
    const timestamp = Math.floor(Date.now() / 1000) - 60;
    const first = { brand: "replayed", items: [{ id: "1", text: "First" }] };
    const before = await post(first, { timestamp });
    await post({ brand: "replayed", items: [{ id: "1", text: "Second" }] });
    expect((await post(first, { timestamp })).body).toEqual(before.body);
    expect(await textsOf("replayed")).toEqual(["Second"]);
  });
});

describe("requests that are not taken", () => {
  const one = { brand: "never", items: [{ id: "1", text: "x" }] };

  it("carry a wrong signature or an old time; nothing of them is stored", async () => {
    const now = Math.floor(Date.now() / 1000);
    expect((await post(one, { secret: "another secret here" })).body.error?.code).toBe("BAD_SIGNATURE");
    expect((await post(one, { signature: "" })).status).toBe(401);
    expect((await post(one, { timestamp: now - 301 })).body.error?.code).toBe("STALE");
    expect((await post(one, { timestamp: now + 3_600 })).body.error?.code).toBe("STALE");
    expect(await textsOf("never")).toEqual([]);
  });

  it("are malformed, and say where", async () => {
    const broken = await post('[{"id": 1},\n {"id": }]');
    expect(broken).toMatchObject({ status: 400, body: { error: { code: "MALFORMED" } } });
    expect(broken.body.error?.message).toContain("line 2, column 9");
    const line = await post('{"id":1}\n{"id":', { type: "application/x-ndjson" });
    expect(line.body.error?.message).toContain("line 2, column 7");
    for (const body of ["[]", '"text"', "{}"]) expect((await post(body)).status).toBe(400);
    expect((await post(one, { path: "intake/mentions?brand=other" })).status).toBe(400);
  });

  it("are too large, of another type, method or path", async () => {
    expect((await post(Array.from({ length: 1001 }, () => ({})))).status).toBe(413);
    expect((await post(`["${"x".repeat(5 * 1024 * 1024)}"]`)).status).toBe(413);
    expect((await post(one, { type: "text/plain" })).status).toBe(415);
    expect((await post(one, { headers: { "content-encoding": "gzip" } })).status).toBe(415);
    expect((await post(one, { method: "GET" })).status).toBe(405);
    expect((await post(one, { path: "intake/other" })).status).toBe(404);
  });

  it("guess: after ten wrong signatures in a minute their address has to wait", async () => {
    const statuses: number[] = [];
    for (let i = 0; i < 12; i += 1) statuses.push((await post(one, { secret: `a guess, number ${i}` })).status);
    expect(statuses.at(-1)).toBe(429);
    expect((await post(one)).headers.get("retry-after")).toBe("60");
  });

  it("come while no secret is set", async () => {
    const closed = await serve(null);
    const response = await fetch(`${closed.url}intake/mentions`, {
      method: "POST",
      body: "[]",
      headers: { "content-type": "application/json" },
    });
    expect(response.status).toBe(404);
  });
});

it("the place of a fault is found wherever JSON breaks, and nowhere in what is JSON", () => {
  const whole = '{"a": [1, -2.5e3, true, null, "x\\u00e9\\n", {}, []], "b": {"c": ""}}';
  expect(jsonFault(whole)).toBe(-1);
  for (let end = 0; end < whole.length; end += 1) expect(jsonFault(whole.slice(0, end))).toBeGreaterThanOrEqual(0);
  const faults: readonly (readonly [string, number])[] = [
    ["[1,]", 3],
    ["{'a':1}", 1],
    ["[01]", 2],
    ['["\\x"]', 2],
    ['["\n"]', 2],
    ["[1] 2", 4],
    ["{1:2}", 1],
    ["[}", 1],
    ["nul", 0],
  ];
  expect(faults.map(([text]) => jsonFault(text))).toEqual(faults.map(([, at]) => at));
});

const run = (command: string, args: readonly string[], variables: Readonly<Record<string, string>>): Promise<string> =>
  new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd: folder,
      env: { ...process.env, ...variables },
      stdio: ["ignore", "pipe", "pipe"],
    });
    let text = "";
    child.stdout.on("data", (piece: Buffer) => (text += piece.toString()));
    child.stderr.on("data", (piece: Buffer) => (text += piece.toString()));
    child.once("error", reject);
    child.once("close", (code) =>
      code === 0 ? resolve(text) : reject(new Error(`${command} ended with ${code}: ${text}`)),
    );
  });

describe("docs/intake.md", () => {
  const blockOf = async (language: string): Promise<string> => {
    const text = await readFile(fileURLToPath(new URL("../../../docs/intake.md", import.meta.url)), "utf8");
    return new RegExp(`\`\`\`${language}\n([^]*?)\`\`\``).exec(text)?.[1] ?? "";
  };

  it("signs with a shell as the server expects it, and its batch is taken", async () => {
    // An address that has guessed before waits; another desk has a count of its own.
    const desk = await serve(SECRET);
    await writeFile(join(folder, "batch.json"), await blockOf("json"));
    const variables = { MOLVA_INTAKE_SECRET: SECRET, MOLVA_URL: desk.url.replace(/\/$/, "") };
    expect(JSON.parse(await run("sh", ["-ec", await blockOf("sh")], variables))).toEqual({
      accepted: 2,
      unchanged: 0,
      rejected: [],
    });
    expect(await textsOf("aurora")).toContain("Спасибо, всё быстро решили");
  });

  it("signs with Python, and the survey's answer is counted once", async () => {
    const desk = await serve(SECRET);
    await writeFile(join(folder, "post.py"), await blockOf("python"));
    const variables = { MOLVA_INTAKE_SECRET: SECRET, MOLVA_URL: desk.url.replace(/\/$/, "") };
    expect(JSON.parse(await run("python3", ["post.py"], variables))).toEqual({
      accepted: 1,
      unchanged: 0,
      rejected: [],
    });
    const question = {
      brand: "aurora",
      metric: null,
      wave: null,
      segment: null,
      bySegment: false,
      from: null,
      to: null,
      asOf: null,
    };
    expect(await readSurveys(runtime.store, question)).toMatchObject([
      { metric: "nps", wave: "2026-Q4", n: 1, state: "counts-only" },
    ]);
  });
});

it("answers to surveys without an id or a respondent are refused, and those of other metrics", async () => {
  const desk = await serve(SECRET);
  const body = JSON.stringify([
    { metric: "nps", score: 9, brand: "aurora" },
    { metric: "mood", id: "1", brand: "aurora" },
    { metric: "nps", id: "1", score: 11, brand: "aurora" },
  ]);
  const timestamp = String(Math.floor(Date.now() / 1000));
  const response = await fetch(`${desk.url}intake/surveys`, {
    method: "POST",
    body,
    headers: {
      "content-type": "application/json",
      "x-molva-timestamp": timestamp,
      "x-molva-signature": signatureOf(SECRET, timestamp, Buffer.from(body)),
    },
  });
  expect(await response.json()).toMatchObject({
    accepted: 0,
    rejected: [
      { index: 0, code: "no-id" },
      { index: 1, code: "bad-metric" },
      { index: 2, code: "bad-score" },
    ],
  });
});
