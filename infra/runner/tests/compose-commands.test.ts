import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { brokerProblem, freePort, startBroker, type Broker } from "@molva/testing";
import { afterAll, beforeAll, expect, it } from "vitest";
import { parse, stringify } from "yaml";
import { partOf, SECRETS, untilReady } from "./support/cluster.ts";
import { composeAsWritten, composeFile, molvaServices, requiredVariables } from "./support/compose.ts";
import { startMolva, temporaryFolder, type Running } from "./support/molva.ts";

const folder = await temporaryFolder();
const problem = await brokerProblem();
let broker: Broker | null = null;
beforeAll(async () => {
  if (problem === null) broker = await startBroker();
});
afterAll(async () => {
  await broker?.close();
  await folder.remove();
});

interface Written {
  readonly bus: { readonly kafka: { brokers: readonly string[] } };
  readonly store: { url: string; http?: { readonly port: number } };
  readonly server: { host: string; port: number; metrics: { host: string; port: number } };
}

/** The containers' configuration, its hosts and ports those of this machine. */
const configHere = async (brokers: readonly string[], storePort: number): Promise<string> => {
  const config = parse(await composeFile("molva.yaml")) as Written;
  config.bus.kafka.brokers = brokers;
  config.store.url = `http://127.0.0.1:${storePort}`;
  config.store.http = { port: storePort };
  config.server.host = "127.0.0.1";
  config.server.port = 0;
  config.server.metrics = { host: "127.0.0.1", port: 0 };
  return stringify(config);
};

it("has a Kafka to work with (in CI its absence is a failure)", () => {
  if (problem !== null) console.warn(`no broker, so no container's command was run: ${problem}`);
  expect(problem === null || process.env["CI"] === undefined).toBe(true);
});

it("every container's command line, run as a process, comes up, answers its health check and ends in order", async () => {
  if (broker === null) return;
  await writeFile(join(folder.path, "molva.yaml"), await configHere(broker.brokers, await freePort()));
  const needed = [...(await requiredVariables()).keys()].filter((name) => name !== "GRAFANA_PASSWORD");
  expect(Object.keys(SECRETS)).toEqual(expect.arrayContaining(needed));
  const store = partOf("store", "store", folder.path);
  const running = new Map<string, Running>();
  try {
    await store.ready();
    for (const [name, { command = [] }] of molvaServices(await composeAsWritten())) {
      const words = command.map((word) => (word === "/etc/molva/molva.yaml" ? "molva.yaml" : word));
      running.set(name, startMolva([...words, "--data", `data-${name}`], folder.path, null, SECRETS));
    }
    await Promise.all([...running.values()].map(untilReady));
    for (const process of running.values()) process.child.kill("SIGTERM");
    for (const [name, process] of running) {
      const { code, err } = await process.ended;
      expect([name, code, err.includes("Stopping in order")]).toEqual([name, 0, true]);
    }
    expect((await store.end()).code).toBe(0);
  } finally {
    for (const process of running.values()) process.child.kill("SIGKILL");
    await store.kill();
  }
}, 240_000);
