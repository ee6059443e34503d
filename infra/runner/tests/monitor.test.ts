import { writeFile } from "node:fs/promises";
import { request } from "node:http";
import { join } from "node:path";
import { createMetrics, METRICS } from "@molva/platform";
import { afterAll, describe, expect, it } from "vitest";
import { createMonitor } from "../src/monitor/monitor.ts";
import { serveMonitor } from "../src/monitor/monitor-server.ts";
import { jsonHere } from "./support/here.ts";
import { startMolva, temporaryFolder } from "./support/molva.ts";
import { MAP, REVIEWS, reviewsCsv } from "./support/reviews.ts";

const folder = await temporaryFolder();
afterAll(() => folder.remove());

const LOOPBACK = { host: "127.0.0.1", port: 0 };

describe("what a process says of itself", () => {
  it("it lives from the start, is ready when all is opened and answers, and is not while it stops", async () => {
    const monitor = createMonitor(createMetrics({ defaults: false }));
    const server = await serveMonitor(monitor, LOOPBACK);
    const read = async (path: string): Promise<readonly [number, string]> => {
      const reply = await fetch(`${server.url}${path}`);
      return [reply.status, ((await reply.json()) as { readonly state: string }).state];
    };
    let storeAnswers = false;
    monitor.check("log", async () => {});
    monitor.check("store", async () => {
      if (!storeAnswers) throw new Error("away");
    });
    try {
      expect([await read("healthz"), await read("readyz")]).toEqual([
        [200, "alive"],
        [503, "starting"],
      ]);
      monitor.opened();
      expect(await read("readyz")).toEqual([503, "not ready"]);
      const { checks } = await monitor.readiness();
      expect(checks.map(({ name, ok }) => [name, ok])).toEqual([
        ["log", true],
        ["store", false],
      ]);
      storeAnswers = true;
      expect(await read("readyz")).toEqual([200, "ready"]);
      monitor.closing();
      monitor.opened(); // too late
      expect([await read("healthz"), await read("readyz")]).toEqual([
        [200, "alive"],
        [503, "stopping"],
      ]);
    } finally {
      await server.close();
    }
  });

  it("takes questions only, at three addresses", async () => {
    const server = await serveMonitor(createMonitor(createMetrics({ defaults: true })), LOOPBACK);
    const status = async (path: string, method = "GET"): Promise<number> =>
      (await fetch(`${server.url}${path}`, { method })).status;
    expect([
      await status("metrics"),
      await status("metrics?x=1"),
      await status("metrics", "HEAD"),
      await status("metrics", "POST"),
      await status(""),
      await status("metrics/../../etc/passwd"),
    ]).toEqual([200, 200, 200, 405, 404, 404]);
    await server.close();
  });

  it("ends although somebody keeps a connection open", async () => {
    const server = await serveMonitor(createMonitor(createMetrics({ defaults: false })), LOOPBACK);
    const idle = request(server.url, { method: "GET", agent: false });
    idle.on("error", () => {});
    const connected = new Promise((resolve) => idle.on("socket", (socket) => socket.on("connect", resolve)));
    idle.flushHeaders();
    await connected;
    await server.close();
    await expect(fetch(server.url)).rejects.toThrow("fetch failed");
  });

  it("names the setting when its port is taken", async () => {
    const monitor = createMonitor(createMetrics({ defaults: false }));
    const server = await serveMonitor(monitor, LOOPBACK);
    const port = Number(new URL(server.url).port);
    await expect(serveMonitor(monitor, { ...LOOPBACK, port })).rejects.toThrow(/server\.metrics: .* Set another port/);
    await server.close();
  });
});

/** `name{labels} value` → by name, each sample's labels and value. */
const samples = (text: string) =>
  [...text.matchAll(/^(molva_\w+?)(?:\{(.*)\})? (\S+)$/gm)].map(([, name = "", labels = "", value]) => ({
    name,
    labels: Object.fromEntries([...labels.matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g)].map((m) => [m[1] ?? "", m[2] ?? ""])),
    value: Number(value),
  }));

it("a running Molva is scraped by the names and labels of the list, and they follow what it does", async () => {
  await writeFile(join(folder.path, "reviews.csv"), reviewsCsv());
  await writeFile(
    join(folder.path, "molva.yaml"),
    "brands:\n  - {id: quiet, title: A brand nobody speaks of}\nserver: {port: 0, metrics: {port: 0}}\n",
  );
  const running = startMolva(["start"], folder.path);
  const address = await running.said(/metrics at (http:\S+)/);
  await running.said(/Open http/);
  const importing = ["import", "reviews.csv", "--source", "banki-ru", "--map", MAP, "--tz", "Europe/Moscow"];
  await jsonHere(importing, folder.path);
  await jsonHere(["verify"], folder.path);
  expect((await fetch(new URL("/readyz", address))).status).toBe(200);
  const text = await (await fetch(address)).text();
  running.child.kill("SIGTERM");
  expect((await running.ended).code).toBe(0);

  const names = [...text.matchAll(/^# TYPE (molva_\w+) /gm)].map(([, name]) => name);
  expect(names).toEqual(Object.keys(METRICS));
  const found = samples(text);
  const allowed = new Map<string, readonly string[]>(
    Object.entries(METRICS).map(([name, { labels }]) => [name, labels]),
  );
  for (const { name, labels } of found) {
    const own = allowed.get(name) ?? allowed.get(name.replace(/_(bucket|sum|count)$/, "")) ?? [];
    expect(Object.keys(labels).filter((label) => label !== "le" && !own.includes(label))).toEqual([]);
  }
  const valueOf = (name: string, labels: Readonly<Record<string, string>>): number | undefined =>
    found.find((one) => one.name === name && Object.entries(labels).every(([key, value]) => one.labels[key] === value))
      ?.value;
  const published = valueOf("molva_log_published_total", { topic: "facts", lane: "backfill" }) ?? 0;
  // A fact for each review, and one more for each that turned out to head a group of copies.
  expect(published).toBeGreaterThan(REVIEWS.length);
  expect(published).toBeLessThan(2 * REVIEWS.length);
  for (const [stage, handled] of [
    ["classifier", REVIEWS.length],
    ["aggregator", published],
  ] as const) {
    expect(valueOf("molva_stage_messages_total", { stage, lane: "backfill", outcome: "done" })).toBe(handled);
    expect(valueOf("molva_log_lag_messages", { group: stage })).toBe(0);
    expect(valueOf("molva_log_oldest_unacknowledged_seconds", { group: stage })).toBe(0);
  }
  expect(valueOf("molva_verify_differences", {})).toBe(0);
  expect(valueOf("molva_build_info", { roles: "crawlers,classifier,aggregator,page,scheduler" })).toBe(1);
  expect(text).not.toMatch(/Ладья|O'Neil|Ужасное/);
  expect(text).toMatch(/^process_resident_memory_bytes /m);
});
