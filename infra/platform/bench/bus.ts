import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import {
  MENTIONS,
  instantOf,
  mentionIdOf,
  type BrandId,
  type Bus,
  type Observation,
  type SourceId,
} from "@molva/contracts";
import { openEmbeddedBus } from "../src/bus/embedded-bus.ts";

/** One measured way of using the log: what was done, and how many messages a second went through. */
export interface BusMeasure {
  readonly what: string;
  readonly messages: number;
  readonly perSecond: number;
}

const TEXT = "The parcel came two days late, and nobody at the desk could say why; the refund took one call. ".repeat(
  4,
);

/** A review of about 900 bytes as JSON, as the crawlers publish it. */
const observation = (index: number): Observation => {
  const [brandId, sourceId] = ["brand" as BrandId, "bench" as SourceId];
  const at = instantOf(Date.parse("2026-03-01T12:00:00.000Z") + index);
  return {
    type: "seen",
    observedAt: at,
    mention: {
      mentionId: mentionIdOf(brandId, sourceId, String(index)),
      brandId,
      sourceId,
      kind: "review",
      url: `https://reviews.example/brand/${index}`,
      title: "Late, then fine",
      text: TEXT,
      rating: { value: 4, min: 1, max: 5 },
      language: "en",
      region: null,
      authorHash: null,
      reach: null,
      reply: null,
      publishedAt: { at, precision: "second", from: "source", clamped: false },
      editedAt: null,
      extra: {},
    },
  };
};

const measure = async (what: string, messages: number, work: () => Promise<void>): Promise<BusMeasure> => {
  const started = performance.now();
  await work();
  return { what, messages, perSecond: Math.round(messages / ((performance.now() - started) / 1_000)) };
};

const publishInCalls = async (bus: Bus, values: readonly Observation[], size: number): Promise<void> => {
  for (let from = 0; from < values.length; from += size)
    await bus.publish(MENTIONS, "live", values.slice(from, from + size));
};

/**
 * Messages a second through the embedded log, schema checks and fsync included. One call waits for the one before it, but for the line that
 * says otherwise; the folder is a temporary one, so the numbers are those of that disk.
 */
export const benchBus = async (): Promise<readonly BusMeasure[]> => {
  const dir = mkdtempSync(join(tmpdir(), "molva-bench-bus-"));
  const values = Array.from({ length: 20_000 }, (_, index) => observation(index));
  const bus = await openEmbeddedBus({ dir });
  try {
    await publishInCalls(bus, values.slice(0, 2_000), 100);
    const few = values.slice(0, 500);
    const some = values.slice(0, 5_000);
    const measures = [
      await measure("publish, 1 a call", few.length, () => publishInCalls(bus, few, 1)),
      await measure("publish, 1 a call, 100 callers at once", some.length, async () => {
        const share = some.length / 100;
        await Promise.all(
          Array.from({ length: 100 }, async (_, caller) =>
            publishInCalls(bus, some.slice(caller * share, (caller + 1) * share), 1),
          ),
        );
      }),
      await measure("publish, 100 a call", values.length, () => publishInCalls(bus, values, 100)),
      await measure("publish, 1000 a call", values.length, () => publishInCalls(bus, values, 1_000)),
    ];
    const { lag } = await bus.progress(MENTIONS, "bench");
    const consumed = await measure("consume and acknowledge, batches of up to 2000", lag, async () => {
      await bus.subscribe(MENTIONS, "bench", async () => []);
      await bus.settled(MENTIONS, "bench");
    });
    return [...measures, consumed];
  } finally {
    await bus.close();
    rmSync(dir, { recursive: true, force: true });
  }
};

export const busBenchLines = (measures: readonly BusMeasure[]): readonly string[] =>
  measures.map(
    ({ what, messages, perSecond }) =>
      `${what.padEnd(48)} ${String(perSecond).padStart(9)} messages/s  (${messages} messages)`,
  );

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const line of busBenchLines(await benchBus())) console.log(line);
}
