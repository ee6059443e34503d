import { connect } from "node:net";
import { text } from "node:stream/consumers";
import { PipelineError } from "@molva/contracts";
import { createDesk, type Desk, type DeskOptions } from "@molva/dashboards";
import { afterEach, describe, expect, it } from "vitest";
import { ask } from "./support/ask.ts";
import { clock, createFixture, NOW, silentLog, type FixtureReads } from "./support/fixture.ts";

const deferred = (): { readonly promise: Promise<void>; readonly resolve: () => void } => {
  let resolve = (): void => {};
  const promise = new Promise<void>((done) => {
    resolve = done;
  });
  return { promise, resolve: () => resolve() };
};

const open: Desk[] = [];
const start = async (options: Partial<DeskOptions> = {}, reads: FixtureReads = createFixture()): Promise<Desk> => {
  const desk = await createDesk({
    reads,
    port: 0,
    log: silentLog,
    clock,
    password: null,
    publicUrl: null,
    eventsApartMs: 20,
    ...options,
  });
  open.push(desk);
  return desk;
};
afterEach(async () => {
  await Promise.all(open.splice(0).map(async (desk) => desk.close()));
});

const basic = (password: string): string => `Basic ${Buffer.from(`anyone:${password}`).toString("base64")}`;

describe("who is let in", () => {
  it("serves its own name and refuses one that was made to point here", async () => {
    const { port } = await start();
    expect((await ask(port, { headers: { host: `localhost:${String(port)}` } })).status).toBe(200);
    expect((await ask(port, { headers: { host: `127.0.0.1:${String(port)}` } })).status).toBe(200);
    for (const host of [
      `evil.example:${String(port)}`,
      "evil.example",
      `127.0.0.1:${String(port + 1)}`,
      `127.0.0.1.evil.example:${String(port)}`,
      `10.0.0.1:${String(port)}`,
      "a b",
    ]) {
      expect([host, (await ask(port, { headers: { host } })).status]).toEqual([host, 421]);
    }
  });

  it("serves the name of its public URL", async () => {
    const { port } = await start({ publicUrl: "https://molva.example" });
    expect((await ask(port, { headers: { host: "molva.example" } })).status).toBe(200);
    expect(
      (await ask(port, { path: "/api/overview", headers: { host: "molva.example", origin: "https://molva.example" } }))
        .status,
    ).toBe(200);
    expect(
      (await ask(port, { path: "/api/overview", headers: { host: "molva.example", origin: "https://other.example" } }))
        .status,
    ).toBe(403);
  });

  it("refuses data to other sites, by Origin and by what the browser says of the request", async () => {
    const { port } = await start();
    const path = "/api/overview";
    expect((await ask(port, { path, headers: { origin: "https://evil.example" } })).status).toBe(403);
    expect((await ask(port, { path, headers: { origin: "null" } })).status).toBe(403);
    expect((await ask(port, { path, headers: { origin: `http://127.0.0.1:${String(port + 1)}` } })).status).toBe(403);
    expect(
      (await ask(port, { path, headers: { "sec-fetch-site": "cross-site", "sec-fetch-mode": "no-cors" } })).status,
    ).toBe(403);
    expect(
      (await ask(port, { path, headers: { "sec-fetch-site": "same-site", "sec-fetch-mode": "navigate" } })).status,
    ).toBe(403);
    expect((await ask(port, { path, headers: { origin: `http://127.0.0.1:${String(port)}` } })).status).toBe(200);
    expect(
      (await ask(port, { path: "/", headers: { "sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate" } }))
        .status,
    ).toBe(200);
  });

  it("reads only: every other method, a body and an endless address are refused", async () => {
    const { port } = await start();
    for (const method of ["POST", "PUT", "DELETE", "OPTIONS", "PATCH"]) {
      const answer = await ask(port, { method, path: "/api/overview" });
      expect([method, answer.status, answer.headers.allow]).toEqual([method, 405, "GET, HEAD"]);
    }
    expect((await ask(port, { body: "hello", headers: { "content-length": "5" } })).status).toBe(413);
    expect((await ask(port, { path: `/?${"a".repeat(5000)}` })).status).toBe(414);
    expect((await ask(port, { method: "HEAD" })).text).toBe("");
  });

  it("refuses to be open to the network without a password", async () => {
    for (const options of [
      { host: "0.0.0.0" },
      { host: "::" },
      { host: "192.168.1.5" },
      { password: "" },
      { publicUrl: "javascript:alert(1)" },
    ]) {
      await expect(start(options)).rejects.toMatchObject({ code: "CONFIG_INVALID" });
    }
  });

  it("asks for the password everywhere, and for nothing else than the right one", async () => {
    const { port } = await start({ host: "0.0.0.0", password: "correct horse" });
    for (const path of ["/", "/api/overview", "/client/main.js", "/api/events"]) {
      const answer = await ask(port, { path });
      expect([path, answer.status, answer.headers["www-authenticate"]]).toEqual([
        path,
        401,
        'Basic realm="Molva", charset="UTF-8"',
      ]);
    }
    expect((await ask(port, { headers: { authorization: basic("wrong") } })).status).toBe(401);
    expect((await ask(port, { headers: { authorization: basic("correct horse") } })).status).toBe(200);
    expect(
      (await ask(port, { headers: { authorization: basic("correct horse"), host: `rebound.example:${String(port)}` } }))
        .status,
    ).toBe(421);
  });

  it("lets nobody guess on and on", async () => {
    const { port } = await start({ password: "correct horse" });
    for (let guess = 0; guess < 10; guess += 1)
      await ask(port, { headers: { authorization: basic(`guess ${String(guess)}`) } });
    expect((await ask(port, { headers: { authorization: basic("correct horse") } })).status).toBe(429);
  });

  it("says which port is taken", async () => {
    const { port } = await start();
    await expect(start({ port })).rejects.toMatchObject({
      code: "USAGE",
      message: expect.stringContaining(String(port)),
    });
  });
});

describe("what is sent", () => {
  it("lets no script, style or frame in that is not its own, and keeps no data", async () => {
    const { port } = await start();
    for (const path of ["/", "/api/overview", "/nothing-here"]) {
      const { headers } = await ask(port, { path });
      expect(headers["content-security-policy"]).toContain("default-src 'none'; script-src 'self'");
      expect(headers["content-security-policy"]).not.toContain("unsafe");
      expect([path, headers["x-content-type-options"], headers["cache-control"]]).toEqual([
        path,
        "nosniff",
        "no-store",
      ]);
    }
  });

  it("sends a file of the page once: the next time its tag is enough", async () => {
    const { port } = await start();
    const path = "/assets/desk.css";
    const first = await ask(port, { path });
    const etag = first.headers.etag ?? "";
    expect([first.status, first.headers["content-type"]]).toEqual([200, "text/css; charset=utf-8"]);
    const second = await ask(port, { path, headers: { "if-none-match": etag } });
    expect([second.status, second.text]).toEqual([304, ""]);
    expect((await ask(port, { path, headers: { "accept-encoding": "gzip" } })).headers["content-encoding"]).toBe(
      "gzip",
    );
  });

  it("has no file but those of the page", async () => {
    const { port } = await start();
    for (const path of [
      "/assets/../package.json",
      "/assets/%2e%2e/package.json",
      "/client/tsconfig.json",
      "/etc/passwd",
      "/vendor/../../package.json",
      "/assets/index.html",
    ]) {
      expect([path, (await ask(port, { path })).status]).toEqual([path, 404]);
    }
  });

  it("speaks the browser's language, or the one that was chosen before", async () => {
    const { port } = await start();
    const language = async (headers: Readonly<Record<string, string>>): Promise<string | undefined> =>
      /<html lang="(\w+)"/.exec((await ask(port, { headers })).text)?.[1];
    expect(await language({})).toBe("en");
    expect(await language({ "accept-language": "ru-RU,ru;q=0.9,en;q=0.8" })).toBe("ru");
    expect(await language({ "accept-language": "de,ru;q=0.2,en;q=0.7" })).toBe("en");
    expect(await language({ "accept-language": "en", cookie: "a=b; molva-language=ru" })).toBe("ru");
    expect(await language({ cookie: 'molva-language="><script>' })).toBe("en");
  });
});

describe("what can be asked", () => {
  it("answers with everything the page needs first", async () => {
    const { port } = await start({ zone: "Europe/Moscow" });
    const overview = JSON.parse((await ask(port, { path: "/api/overview" })).text) as Record<string, never>;
    expect(overview).toMatchObject({
      now: NOW,
      zone: "Europe/Moscow",
      brands: [{ id: "aurora-bank" }, { id: "polyana" }, { id: "kite-mobile" }],
    });
    expect(overview["sparks"]).toHaveLength(3);
    expect(Object.keys(overview["headlines"] ?? {})).toEqual(["24h", "7d", "30d", "90d"]);
  });

  it("gives a rate for each hour of the stretch, and none where nobody spoke", async () => {
    const { port } = await start();
    const answer = JSON.parse(
      (await ask(port, { path: "/api/rolling?brand=aurora-bank&window=24h&reach=90" })).text,
    ) as { from: string; to: string; points: { state: string; nsr: number | null }[] };
    expect([answer.to, answer.points.length]).toEqual(["2026-11-20T12:00:00.000Z", 90 * 24 + 1]);
    const silent = answer.points.filter((point) => point.state === "empty");
    expect(silent.length).toBeGreaterThan(24);
    expect(silent.every((point) => point.nsr === null)).toBe(true);
  });

  it("ends a chart at the newest mention when that is long ago", async () => {
    const reads = createFixture();
    const brands = await reads.brands();
    reads.brands = async () =>
      brands.map((brand) => ({
        ...brand,
        first: "2025-01-01T00:00:00.000Z" as never,
        last: "2025-01-31T10:00:00.000Z" as never,
      }));
    const { port } = await start({}, reads);
    expect(JSON.parse((await ask(port, { path: "/api/days?brand=aurora-bank&reach=14" })).text)).toMatchObject({
      from: "2025-01-18T10:00:00.000Z",
      to: "2025-02-01T10:00:00.000Z",
    });
    expect(JSON.parse((await ask(port, { path: "/api/days?brand=aurora-bank&reach=all" })).text)).toMatchObject({
      from: "2025-01-01T00:00:00.000Z",
    });
  });

  it("lists mentions page by page, each once", async () => {
    const { port } = await start();
    const seen: string[] = [];
    let cursor: string | null = "";
    while (cursor !== null) {
      const query: string = cursor === "" ? "" : `&cursor=${cursor}`;
      const page = JSON.parse((await ask(port, { path: `/api/mentions?brand=aurora-bank&limit=20${query}` })).text) as {
        mentions: { id: string }[];
        next: string | null;
      };
      seen.push(...page.mentions.map((mention) => mention.id));
      cursor = page.next;
    }
    expect([seen.length, new Set(seen).size]).toEqual([57, 57]);
  });

  it("says what is wrong with a question", async () => {
    const { port } = await start();
    for (const query of [
      "rolling?brand=aurora-bank&window=8h",
      "rolling?window=7d",
      "mentions?brand=aurora-bank&limit=5000",
      "mentions?brand=aurora-bank&label=angry",
      "overview?verbose=1",
      "days?brand=nobody",
    ]) {
      const answer = await ask(port, { path: `/api/${query}` });
      expect([query, answer.status, (JSON.parse(answer.text) as { error: { code: string } }).error.code]).toEqual([
        query,
        400,
        "USAGE",
      ]);
    }
  });

  it("tells a store that is away from a fault of its own, and gives no inner message away", async () => {
    const reads = createFixture();
    const { port } = await start({}, reads);
    reads.fails = new PipelineError("The store does not answer: it is asked again.", {
      code: "STORE_UNAVAILABLE",
      recovery: "retry",
    });
    expect(await ask(port, { path: "/api/overview" })).toMatchObject({
      status: 503,
      text: expect.stringContaining("does not answer"),
    });
    reads.fails = new Error("secret at /home/somebody");
    const answer = await ask(port, { path: "/api/overview" });
    expect(answer.status).toBe(500);
    expect(answer.text).not.toContain("secret");
  });

  it("refuses to show what breaks its contract", async () => {
    const reads = createFixture();
    const { port } = await start({}, reads);
    reads.progressNow = { ...reads.progressNow, lag: -1 };
    expect((await ask(port, { path: "/api/overview" })).status).toBe(500);
  });
});

describe("what is told", () => {
  it("tells of many changes seldom, and always of the last one", async () => {
    const reads = createFixture();
    const { url } = await start({ eventsApartMs: 200 }, reads);
    const response = await fetch(`${url}api/events`);
    expect(response.headers.get("content-type")).toContain("text/event-stream");
    const reader = response.body?.getReader();
    if (reader === undefined) throw new Error("the answer has no body");
    const decoder = new TextDecoder();
    let told = "";
    const until = async (text: string): Promise<void> => {
      while (!told.includes(text)) {
        const { value, done } = await reader.read();
        if (done) throw new Error(`ended before ${text}`);
        told += decoder.decode(value, { stream: true });
      }
    };
    await until("retry:");
    for (let change = 0; change < 50; change += 1) reads.touch();
    await until("id: 2");
    reads.touch();
    await until("id: 3");
    expect(told.match(/event: changed/g)).toHaveLength(3);
    await reader.cancel();
  });

  it("ends its listeners when it closes, and hears of changes no more", async () => {
    const reads = createFixture();
    const desk = await createDesk({ reads, port: 0, log: silentLog, clock, password: null, publicUrl: null });
    const response = await fetch(`${desk.url}api/events`);
    expect(reads.listeners()).toBe(1);
    await desk.close();
    expect(reads.listeners()).toBe(0);
    await expect(response.text().catch(() => "cut")).resolves.toBeTypeOf("string");
    await expect(fetch(desk.url)).rejects.toThrow("fetch failed");
  });

  it("asks its reads once when two pages ask the same at the same time", async () => {
    const reads = createFixture();
    const { brands, mentions } = reads;
    const gate = deferred();
    const first = deferred();
    let asked = 0;
    reads.brands = async () => {
      asked += 1;
      first.resolve();
      await gate.promise;
      return brands();
    };
    // Comes on the same connection right behind the second question: when it is read, that one is under way.
    reads.mentions = async (filter) => {
      gate.resolve();
      return mentions(filter);
    };
    const { port } = await start({}, reads);
    const one = ask(port, { path: "/api/overview" });
    await first.promise;
    const socket = connect(port, "127.0.0.1");
    const line = (path: string, end: string): string =>
      `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1:${String(port)}\r\n${end}\r\n`;
    socket.write(line("/api/overview", "") + line("/api/mentions?brand=polyana", "Connection: close\r\n"));
    const two = await text(socket);
    expect((await one).status).toBe(200);
    expect(two.match(/HTTP\/1\.1 200/g)).toHaveLength(2);
    expect(asked).toBe(1);
  });
});
