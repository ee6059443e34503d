import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { namesServers, readEnvironment } from "@molva/platform";
import { modeOf } from "../src/mode.ts";
import { rolesOf, stagesOf } from "../src/roles.ts";
import { configFrom } from "../src/settings.ts";
import { SECRETS } from "./support/cluster.ts";
import { molvaHere } from "./support/here.ts";
import { temporaryFolder } from "./support/molva.ts";

const folder = await temporaryFolder();
afterAll(() => folder.remove());

const BRAND = "brands:\n  - {id: quiet, title: A brand nobody speaks of}\n";
const SERVERS = `${BRAND}bus:
  kafka:
    brokers: [127.0.0.1:1]
    ssl: {ca: ca.pem}
    sasl: {mechanism: plain}
store: {url: http://127.0.0.1:1}
`;

describe("what a process is there for", () => {
  it("is all but the store unless told", () => {
    expect([...rolesOf(undefined)]).toEqual(["crawlers", "classifier", "aggregator", "page", "scheduler"]);
    expect([...rolesOf("aggregator, classifier")]).toEqual(["aggregator", "classifier"]);
    expect(stagesOf(rolesOf("page,aggregator"))).toEqual(["aggregator"]);
  });

  it.each([
    ["agregator", /--only: agregator \(did you mean aggregator\?\); write one or more of crawlers, /],
    ["page,", /--only: an empty name; write/],
    ["everything", /--only: everything; write/],
  ])("%j is refused with what is known", (told, expected) => expect(() => rolesOf(told)).toThrow(expected));
});

describe("a process of its own", () => {
  const written = async (name: string, text: string): Promise<string> => {
    await writeFile(join(folder.path, name), text);
    return name;
  };

  it("needs a log and a store that others reach", async () => {
    const config = await written("alone.yaml", BRAND);
    const ran = await molvaHere(["start", "--only", "aggregator", "--config", config], folder.path);
    expect([ran.code, ran.err]).toEqual([
      2,
      expect.stringMatching(/--only aggregator: .* set bus\.kafka and store\.url/),
    ]);
  });

  it("needs a port to serve the store at, and a password for it", async () => {
    const unserved = await molvaHere(["start", "--only", "store", "--config", "alone.yaml"], folder.path);
    expect([unserved.code, unserved.err]).toEqual([2, expect.stringContaining("set store.http in the configuration")]);
    const config = await written("served.yaml", `${BRAND}store: {http: {port: 0}}\n`);
    const ran = await molvaHere(["start", "--only", "store", "--config", config], folder.path);
    expect([ran.code, ran.err]).toEqual([2, expect.stringContaining("lacks MOLVA_STORE_PASSWORD")]);
  });

  it("names every secret that the environment lacks, before anything is opened", async () => {
    const config = await written("shared.yaml", SERVERS);
    for (const args of [["start", "--only", "page"], ["start"], ["nsr", "--all"]]) {
      const ran = await molvaHere([...args, "--config", config], folder.path);
      expect(ran.code).toBe(2);
      for (const name of ["MOLVA_STORE_PASSWORD", "MOLVA_AUTHOR_KEY", "KAFKA_USERNAME", "KAFKA_PASSWORD"]) {
        expect(ran.err).toContain(`  ${name}: `);
      }
    }
  });
});

it("doctor names the server that does not take it in, and what to do", async () => {
  const away = `${BRAND}bus: {kafka: {brokers: ["127.0.0.1:1"]}}\nstore: {url: "http://127.0.0.1:1"}\n`;
  await writeFile(join(folder.path, "away.yaml"), away);
  const ran = await molvaHere(["doctor", "--config", "away.yaml", "--json"], folder.path, null, SECRETS);
  const findings = JSON.parse(ran.out) as readonly { what: string; state: string; told: string }[];
  expect(ran.code).toBe(1);
  expect(findings.find(({ what }) => what === "servers")).toMatchObject({
    state: "broken",
    told: expect.stringContaining("127.0.0.1:1"),
  });
}, 180_000);

describe("how a configuration wants to run", () => {
  const environment = readEnvironment({
    MOLVA_STORE_PASSWORD: "store-secret",
    MOLVA_AUTHOR_KEY: "0123456789abcdef",
    KAFKA_USERNAME: "molva",
    KAFKA_PASSWORD: "kafka-secret",
  });

  it("is around Kafka and ClickHouse, secrets from the environment, certificates from their files", async () => {
    const configPath = join(folder.path, "tls.yaml");
    await writeFile(configPath, SERVERS);
    const config = await configFrom(configPath, configPath);
    const parts = { configPath, config, environment, dataDir: folder.path };
    await expect(modeOf(parts)).rejects.toThrow(/bus\.kafka\.ssl\.ca: .*ca\.pem cannot be read \(ENOENT\)/);
    await writeFile(join(folder.path, "ca.pem"), "-----BEGIN CERTIFICATE-----");
    expect(await modeOf(parts)).toMatchObject({
      mode: "distributed",
      kafka: {
        brokers: ["127.0.0.1:1"],
        ssl: { ca: "-----BEGIN CERTIFICATE-----" },
        sasl: { mechanism: "plain", username: "molva", password: "kafka-secret" },
      },
      store: { url: "http://127.0.0.1:1", user: "molva", password: "store-secret", database: "molva" },
    });
  });

  it("is in one process and one folder without them, and for the demo", async () => {
    const embedded = { mode: "embedded", dataDir: folder.path, database: "molva" };
    expect(await modeOf({ configPath: null, config: null, environment, dataDir: folder.path })).toEqual(embedded);
    expect(namesServers(BRAND)).toBe(false);
  });
});
