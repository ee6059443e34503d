import { describe, expect, it } from "vitest";
import { formatProblem, namesServers, readConfig } from "../src/config/index.ts";
import { z } from "zod";

const rules = {
  sources: [{ id: "rss", title: "Feeds", match: "query" as const, target: z.strictObject({ url: z.url() }) }],
  checkQuery: () => null,
};
const BRANDS = "brands:\n  - {id: aurora, title: Aurora}\n";
const read = (text: string) => readConfig(`${BRANDS}${text}`, "molva.yaml", rules);
const told = (text: string): readonly string[] => {
  const result = read(text);
  return result.ok ? [] : result.problems.map((p) => `${p.line} ${p.path}: ${p.found} → ${p.expected}`);
};

const SERVERS = `bus:
  kafka:
    brokers: [kafka-1:9092, "[::1]:9092"]
    topicPrefix: molva.
    ssl: {ca: ca.pem}
    sasl: {mechanism: scram-sha-512}
store:
  url: https://clickhouse:8443
  user: writer
server:
  metrics: {port: 0}
`;

describe("the configuration of several processes", () => {
  it("comes back with its defaults", () => {
    const result = read(SERVERS);
    if (!result.ok) throw new Error(result.problems.map(formatProblem).join("\n"));
    const { bus, store, server } = result.config;
    expect(bus?.kafka).toEqual({
      brokers: ["kafka-1:9092", "[::1]:9092"],
      topicPrefix: "molva.",
      partitions: 4,
      replication: 1,
      sessionTimeout: 45_000,
      ssl: { ca: "ca.pem" },
      sasl: { mechanism: "scram-sha-512" },
    });
    expect(store).toEqual({ url: "https://clickhouse:8443", user: "writer", database: "molva" });
    expect(server.metrics).toEqual({ host: "127.0.0.1", port: 0 });
  });

  it("is embedded, and silent to Prometheus, when nothing of it is said", () => {
    const result = read("");
    expect(result.ok && [result.config.bus, result.config.store, result.config.server.metrics]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });

  it.each([
    ["bus: {kafka: {brokers: [a:1]}}\n", /^3 bus\.kafka: Kafka, and no store\.url → store\.url beside it/],
    ["store:\n  url: http://ch:8123\n", /^4 store\.url: a ClickHouse server, and no bus\.kafka → bus\.kafka beside it/],
    ["bus: {kafka: {brokers: [nowhere]}}\nstore: {url: http://ch:8123}\n", /brokers\[0\]: "nowhere" → host:port/],
    ["bus: {kafka: {brokers: []}}\nstore: {url: http://ch:8123}\n", /^3 bus\.kafka\.brokers: /],
    ["bus: {kafka: {brokers: [a:1], password: x}}\nstore: {url: http://c}\n", /unknown key password → one of brokers/],
    [
      "bus: {kafka: {brokers: [a:1], sasl: {mechanism: PLAIN}}}\nstore: {url: http://c}\n",
      /one of plain, scram-sha-256/,
    ],
    ["bus: {kafka: {brokers: [a:1], ssl: {cert: c.pem}}}\nstore: {url: http://c}\n", /a certificate without its key/],
    ["bus: {kafka: {brokers: [a:1], ssl: {certt: c}}}\nstore: {url: http://c}\n", /bus\.kafka\.ssl/],
    ["store: {cluster: {name: c}}\n", /^3 store\.cluster: a cluster, and no store\.url → store\.url beside it/],
    ["store: {http: {prt: 1}}\n", /unknown key prt → port \(did you mean it\?\)/],
    ["store: {http: {port: 70000}}\n", /^3 store\.http\.port: 70000/],
    ["server: {metrics: {hots: x}}\n", /unknown key hots → host \(did you mean it\?\)/],
  ])("%j is told with its line and what to write", (text, expected) => expect(told(text).join("\n")).toMatch(expected));

  it("takes no password in an address", () => {
    const text = "bus: {kafka: {brokers: [a:1]}}\nstore: {url: 'http://me:secret@ch:8123'}\n";
    expect(told(text).join()).toMatch(/store\.url: .* → an address without user and password/);
  });

  it("takes no path in an address", () => {
    const text = "bus: {kafka: {brokers: [a:1]}}\nstore: {url: 'http://ch:8123/proxy'}\n";
    expect(told(text).join()).toMatch(/store\.url: .* → an address that ends after host and port/);
  });
});

describe("whether a configuration names servers", () => {
  it.each([
    [SERVERS, true],
    ["bus: {kafka: {}}", true],
    ["store: {url: x}", true],
    ["store: {http: {port: 1}}", false],
    [BRANDS, false],
    ["bus: [", false],
    ["- a", false],
    ["", false],
  ])("%j: %s", (text, expected) => expect(namesServers(text)).toBe(expected));
});
