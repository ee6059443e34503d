import { createServer, type IncomingMessage } from "node:http";
import { connect, type AddressInfo, type Socket } from "node:net";
import type { Duplex } from "node:stream";
import { startSite, type Site } from "@molva/testing";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { brandOf, reviewPage, rigFor, textsOf } from "./rig.ts";

let site: Site;
beforeEach(async () => {
  site = await startSite({
    "/r1": { body: reviewPage([{ id: "1", text: "First" }], { next: "/r2" }) },
    "/r2": { body: reviewPage([{ id: "2", text: "Second" }]) },
  });
});
afterEach(() => site.close());

/** A proxy as companies have them: `CONNECT` only, with a password. */
const startProxy = async (login: string | null) => {
  const asked: string[] = [];
  const sockets = new Set<Duplex>();
  const server = createServer((_request, response) => response.writeHead(405).end());
  server.on("connection", (socket: Socket) => sockets.add(socket));
  server.on("connect", (request: IncomingMessage, client: Duplex) => {
    const told = Buffer.from((request.headers["proxy-authorization"] ?? "").replace("Basic ", ""), "base64").toString();
    if (login !== null && told !== login) return void client.end("HTTP/1.1 407 Proxy Authentication Required\r\n\r\n");
    asked.push(request.url ?? "");
    const [host = "", port] = (request.url ?? "").split(":");
    const onward = connect(Number(port), host, () => {
      client.write("HTTP/1.1 200 Connection Established\r\n\r\n");
      onward.pipe(client).pipe(onward);
    });
    sockets.add(onward);
    onward.on("error", () => client.destroy());
    client.on("error", () => onward.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    host: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    close: () =>
      new Promise((resolve) => {
        server.close(resolve);
        for (const socket of sockets) socket.destroy();
      }),
  };
};

const named = (path: string) => `http://shop.example:${new URL(site.url).port}${path}`;
const brands = (url: string) => [brandOf("a", [["web-reviews", { url }]])];
const here = async () => [{ address: "127.0.0.1", family: 4 }];

describe("a proxy of the configuration", () => {
  it("is the only way out, and is asked for the address that was checked, never for the name", async () => {
    const proxy = await startProxy("molva:secret word");
    const { crawler, published } = rigFor(
      [`shop.example:${new URL(site.url).port}`],
      { resolve: here },
      { proxies: [`http://molva:secret%20word@${proxy.host}`], requestsPerMinute: { "shop.example": Infinity } },
    );
    const [report] = await crawler.crawlRound({ brands: brands(named("/r1")) });
    await crawler.close();
    await proxy.close();
    expect(report?.health).toMatchObject({ state: "ok", pages: 2 });
    expect(textsOf(published)).toEqual(["First", "Second"]);
    expect(new Set(proxy.asked)).toEqual(new Set([site.host]));
    expect(site.requests.map(({ headers }) => headers["host"])).toContain(`shop.example:${new URL(site.url).port}`);
    expect(site.requests.filter(({ headers }) => headers["proxy-authorization"] !== undefined)).toEqual([]);
  });

  it("that refuses is told as such, and never gone around", async () => {
    const proxy = await startProxy("molva:other");
    const { crawler } = rigFor([site.host], {}, { proxies: [`http://${proxy.host}`], retries: 0 });
    const [report] = await crawler.crawlRound({ brands: brands(`${site.url}/r1`) });
    await crawler.close();
    await proxy.close();
    expect(report?.health).toMatchObject({ state: "failing", errorCode: "SOURCE_UNREACHABLE" });
    expect(site.requests).toEqual([]);
  });

  it("is not asked for what may not be fetched", async () => {
    const proxy = await startProxy(null);
    const { crawler } = rigFor([], { resolve: here }, { proxies: [`http://${proxy.host}`] });
    const reports = [
      ...(await crawler.crawlRound({ brands: brands(`${site.url}/r1`) })),
      ...(await crawler.crawlRound({ brands: brands(named("/r1")) })),
      ...(await crawler.crawlRound({ brands: brands("http://169.254.169.254/latest/meta-data/") })),
    ];
    await crawler.close();
    await proxy.close();
    expect(reports.map(({ health }) => health.errorCode)).toEqual(Array(3).fill("SOURCE_FORBIDDEN"));
    expect(proxy.asked).toEqual([]);
  });
});

describe("a name that changes its address", () => {
  it("between two requests is caught at the connection", async () => {
    // The first answer is allowed here, the second is not: nobody may bring us from one to the other.
    const answers = ["127.0.0.1", "127.0.0.1", "127.0.0.2"];
    site.set("/r1", {
      body: reviewPage([{ id: "1", text: "First" }], { next: "/r2" }),
      headers: { connection: "close" },
    });
    site.set("/robots.txt", { status: 404, headers: { connection: "close" } });
    const { crawler, published } = rigFor(
      ["127.0.0.1/32"],
      { resolve: async () => [{ address: answers.shift() ?? "127.0.0.2", family: 4 }] },
      { requestsPerMinute: { "shop.example": Infinity }, retries: 0 },
    );
    const [report] = await crawler.crawlRound({ brands: brands(named("/r1")) });
    await crawler.close();
    expect(report?.health).toMatchObject({ state: "partial", pages: 1, errorCode: "SOURCE_FORBIDDEN" });
    expect(textsOf(published)).toEqual(["First"]);
    expect(site.seen("/r2")).toEqual([]);
  });

  it.each(["file:///etc/passwd", "ftp://shop.example/r1", "gopher://shop.example/", "data:text/html,x"])(
    "nor is a redirect to %s followed",
    async (location) => {
      site.set("/away", { status: 302, headers: { location } });
      const { crawler, published } = rigFor([site.host]);
      const [report] = await crawler.crawlRound({ brands: brands(`${site.url}/away`) });
      await crawler.close();
      expect(report?.health).toMatchObject({ errorCode: "SOURCE_FORBIDDEN", pages: 0 });
      expect(published).toEqual([]);
    },
  );
});
