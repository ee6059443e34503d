import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { PipelineError } from "@molva/contracts";
import { busContract, noteTopic, notes, record } from "@molva/testing";
import { openEmbeddedBus } from "../src/bus/embedded-bus.ts";
import { createMetrics, METRICS, meteredBus, meteredStore, metricsReference } from "../src/metrics/index.ts";
import { openStore } from "../src/store/index.ts";

const folder = mkdtempSync(join(tmpdir(), "molva-metrics-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const valuesOf = (text: string, name: string): Readonly<Record<string, number>> =>
  Object.fromEntries(
    [...text.matchAll(new RegExp(`^${name}(?:\\{(.*)\\})? (\\S+)$`, "gm"))].map((match) => [
      match[1] ?? "",
      Number(match[2]),
    ]),
  );

describe("what is scraped", () => {
  it("has the names and kinds of the list, and no value that nobody has told", async () => {
    const { text, contentType } = await createMetrics({ defaults: false }).scrape();
    expect(contentType).toContain("text/plain");
    const kinds = Object.fromEntries(
      [...text.matchAll(/^# TYPE (\S+) (\S+)$/gm)].map(([, name, kind]) => [name, kind]),
    );
    expect(kinds).toEqual(Object.fromEntries(Object.entries(METRICS).map(([name, { type }]) => [name, type])));
    expect(text).not.toMatch(/^[a-z]/m);
  });

  it("asks at every scrape what is only known when asked; a failing one spoils nothing", async () => {
    const metrics = createMetrics({ defaults: false });
    let asked = 0;
    metrics.onScrape(async () => {
      throw new Error("away");
    });
    metrics.onScrape(async () => metrics.set("molva_verify_differences", {}, (asked += 1)));
    await metrics.scrape();
    expect(valuesOf((await metrics.scrape()).text, "molva_verify_differences")).toEqual({ "": 2 });
    metrics.forget("molva_verify_differences", {});
  });

  it("takes a value away that is no longer known", async () => {
    const metrics = createMetrics({ defaults: false });
    const labels = { topic: "facts", group: "aggregator" };
    metrics.set("molva_log_lag_messages", labels, 7);
    expect(valuesOf((await metrics.scrape()).text, "molva_log_lag_messages")).toEqual({
      'topic="facts",group="aggregator"': 7,
    });
    metrics.forget("molva_log_lag_messages", labels);
    expect(valuesOf((await metrics.scrape()).text, "molva_log_lag_messages")).toEqual({});
  });

  it("is told in the reference, each with its labels", () => {
    const page = metricsReference();
    for (const [name, { labels }] of Object.entries(METRICS)) {
      expect(page).toContain(`| \`${name}\` |`);
      for (const label of labels) expect(page).toContain(`\`${label}\``);
    }
  });
});

describe("a log that is counted", () => {
  it("tells what was published, handled, rejected by which code, and failed", async () => {
    const metrics = createMetrics({ defaults: false });
    const bus = meteredBus(
      await openEmbeddedBus({ dir: join(folder, "counted"), backoff: { firstMs: 1, maxMs: 2 } }),
      metrics,
    );
    const topic = noteTopic("notes");
    const poison = new PipelineError("never", { code: "STORE_REJECTED", recovery: "dead-letter" });
    await bus.publish(topic, "backfill", notes(0, 5));
    const seen = record((_, call) => {
      if (call === 1) throw new PipelineError("later", { code: "STORE_UNAVAILABLE", recovery: "retry" });
      return [{ index: 1, error: poison }];
    });
    const reading = await bus.subscribe(topic, "reader", seen.handle);
    await bus.settled(topic, "reader");
    await reading.stop();
    await bus.close();
    const { text } = await metrics.scrape();
    expect(valuesOf(text, "molva_log_published_total")).toEqual({ 'topic="notes",lane="backfill"': 5 });
    expect(valuesOf(text, "molva_stage_messages_total")).toEqual({
      'stage="reader",lane="backfill",outcome="failed"': 5,
      'stage="reader",lane="backfill",outcome="done"': 4,
      'stage="reader",lane="backfill",outcome="rejected"': 1,
    });
    expect(valuesOf(text, "molva_dead_letters_total")).toEqual({ 'stage="reader",code="STORE_REJECTED"': 1 });
    expect(valuesOf(text, "molva_stage_batch_seconds_count")).toEqual({ 'stage="reader",lane="backfill"': 2 });
  });
});

it("a store that is counted tells each statement by its name, and failures by their code", async () => {
  const metrics = createMetrics({ defaults: false });
  await using opened = await openStore({ path: join(folder, "store"), migrations: [] });
  const store = meteredStore(opened, metrics);
  const params = z.strictObject({});
  const row = z.object({ one: z.number() });
  expect(await store.query({ name: "one", sql: "SELECT 1 AS one", params, row }, {})).toEqual([{ one: 1 }]);
  await expect(store.query({ name: "absent", sql: "SELECT one FROM absent", params, row }, {})).rejects.toThrow(
    /absent/,
  );
  const { text } = await metrics.scrape();
  expect(valuesOf(text, "molva_store_query_seconds_count")).toEqual({ 'query="one"': 1, 'query="absent"': 1 });
  expect(valuesOf(text, "molva_store_errors_total")).toEqual({ 'query="absent",code="STORE_REJECTED"': 1 });
});

let opened = 0;
busContract("The embedded log, counted", async (clock) => {
  const dir = join(folder, `contract-${(opened += 1)}`);
  const open = () => openEmbeddedBus({ dir, clock, backoff: { firstMs: 1, maxMs: 2 } });
  let inner = await open();
  const metrics = createMetrics({ defaults: false });
  return {
    bus: meteredBus(inner, metrics),
    reopen: async () => {
      await inner.close();
      inner = await open();
      return meteredBus(inner, metrics);
    },
    dispose: async () => inner.close(),
  };
});
