import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  DEAD_LETTERS,
  PipelineError,
  type Bus,
  type Log,
  type LogFields,
  type Stage,
  type StageResult,
} from "@molva/contracts";
import { createGate, idsIn, mentionIdOfNote, note, noteTopic, notes, readAll, type Note } from "@molva/testing";
import { openEmbeddedBus } from "../src/bus/embedded-bus.ts";
import { runStage } from "../src/run-stage.ts";

const INPUT = noteTopic("inputs");
const OUTPUT = noteTopic("outputs");
const never = (id: number): PipelineError =>
  new PipelineError(`Note ${id} can never succeed.`, { code: "STORE_REJECTED", recovery: "dead-letter" });

type Line = readonly [level: string, event: string, fields: LogFields | undefined];
const listeningLog = (): { readonly log: Log; readonly lines: Line[] } => {
  const lines: Line[] = [];
  const at = (level: string) => (event: string, fields?: LogFields) => void lines.push([level, event, fields]);
  return { lines, log: { debug: at("debug"), info: at("info"), warn: at("warn"), error: at("error") } };
};

let dir = "";
let bus: Bus;
/** Bytes free on the log's disk, as the bus is told. */
let free = 0;
beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), "molva-stage-"));
  free = Number.MAX_SAFE_INTEGER;
  bus = await openEmbeddedBus({ dir, freeBytes: () => free, backoff: { firstMs: 1, maxMs: 2 } });
});
afterEach(async () => {
  await bus.close();
  rmSync(dir, { recursive: true, force: true });
});

const stageOf = (
  process: (ids: readonly number[], call: number) => Partial<StageResult<Note>>,
  output: Stage<Note, Note>["output"] = OUTPUT,
) => {
  const calls: (readonly number[])[] = [];
  const stage: Stage<Note, Note> = {
    name: "relay",
    input: INPUT,
    output,
    process: async ({ messages }) => {
      const ids = messages.map(({ value }) => value.id);
      calls.push(ids);
      return { outputs: [], rejections: [], ...process(ids, calls.length) };
    },
  };
  return { stage, calls };
};

const letters = async () =>
  (await readAll(bus, DEAD_LETTERS, "live")).map(({ value }) => [
    value.code,
    value.stage,
    value.offset,
    value.mentionId,
  ]);

describe("A stage", () => {
  it("passes its outputs on in the lane their inputs came by, and is through only then", async () => {
    const { stage } = stageOf((ids) => ({ outputs: ids.map(note) }));
    const { log } = listeningLog();
    await bus.publish(INPUT, "live", notes(0, 2));
    await bus.publish(INPUT, "backfill", notes(10, 2));
    await runStage(stage, bus, log);
    await bus.settled(INPUT, "relay");
    expect([await idsIn(bus, OUTPUT, "live"), await idsIn(bus, OUTPUT, "backfill")]).toEqual([
      [0, 1],
      [10, 11],
    ]);
  });

  it("halves a batch that fails for good until the poison stands alone", async () => {
    const { stage, calls } = stageOf((ids) => {
      if (ids.includes(5)) throw never(5);
      return { outputs: ids.map(note) };
    });
    await bus.publish(INPUT, "live", notes(0, 8));
    await runStage(stage, bus, listeningLog().log);
    await bus.settled(INPUT, "relay");
    expect(await letters()).toEqual([["STORE_REJECTED", "relay", "5", mentionIdOfNote(5)]]);
    expect(await idsIn(bus, OUTPUT, "live")).toEqual([0, 1, 2, 3, 4, 6, 7]);
    expect(calls).toEqual([[0, 1, 2, 3, 4, 5, 6, 7], [0, 1, 2, 3], [4, 5, 6, 7], [4, 5], [4], [5], [6, 7]]);
  });

  it("names what a part of a halved batch rejected by its place in the whole", async () => {
    const { stage } = stageOf((ids) => {
      if (ids.length > 1 && ids.includes(0)) throw never(0);
      return {
        outputs: [],
        rejections: ids.flatMap((id, index) => (id % 2 === 1 ? [{ index, error: never(id) }] : [])),
      };
    });
    await bus.publish(INPUT, "live", notes(0, 6));
    await runStage(stage, bus, listeningLog().log);
    await bus.settled(INPUT, "relay");
    expect((await letters()).map(([, , offset]) => offset)).toEqual(["1", "3", "5"]);
  });

  it("sends the input whose output breaks the contract to the dead letters, and passes its neighbours on", async () => {
    const { stage } = stageOf((ids) => ({ outputs: ids.map((id) => (id === 2 ? { ...note(2), id: -2 } : note(id))) }));
    await bus.publish(INPUT, "live", notes(0, 4));
    await runStage(stage, bus, listeningLog().log);
    await bus.settled(INPUT, "relay");
    expect(await letters()).toEqual([["CONTRACT_VIOLATED", "relay", "2", mentionIdOfNote(2)]]);
    expect(await idsIn(bus, OUTPUT, "live")).toEqual([0, 1, 3]);
  });

  it("has a batch delivered again whole when it fails for now, and writes no dead letter", async () => {
    const { stage, calls } = stageOf((ids, call) => {
      if (call === 1) throw new PipelineError("The store is away.", { code: "STORE_UNAVAILABLE", recovery: "retry" });
      if (call === 2) throw new TypeError("a defect");
      return { outputs: ids.map(note) };
    });
    await bus.publish(INPUT, "live", notes(0, 3));
    await runStage(stage, bus, listeningLog().log);
    await bus.settled(INPUT, "relay");
    expect(calls).toEqual([
      [0, 1, 2],
      [0, 1, 2],
      [0, 1, 2],
    ]);
    expect([await letters(), await idsIn(bus, OUTPUT, "live")]).toEqual([[], [0, 1, 2]]);
  });

  it("that writes nothing has the next batch processed while the one before is published, and publishes in order", async () => {
    const seen: string[] = [];
    const second = createGate();
    const { stage } = stageOf((ids) => {
      seen.push(`processed ${ids.join()}`);
      if (ids.includes(2)) second.open();
      return { outputs: ids.map(note) };
    });
    const slow: Bus = {
      ...bus,
      publish: async (topic, lane, values) => {
        // Of the first batch nothing is written before the second is processed: without that this would wait for ever.
        await second.opened;
        await bus.publish(topic, lane, values);
        seen.push(`published ${values.length}, ${(await bus.progress(INPUT, "relay")).lag} wait`);
      },
    };
    await bus.close();
    bus = await openEmbeddedBus({ dir, limits: { maxMessages: 2 } });
    await bus.publish(INPUT, "live", notes(0, 6));
    await runStage({ ...stage, writesNothing: true }, { ...slow, subscribe: bus.subscribe }, listeningLog().log);
    await bus.settled(INPUT, "relay");
    expect(seen.slice(0, 3)).toEqual(["processed 0,1", "processed 2,3", "published 2, 6 wait"]);
    expect(seen.filter((what) => what.startsWith("published"))).toEqual([
      "published 2, 6 wait",
      "published 2, 4 wait",
      "published 2, 2 wait",
    ]);
    expect(await idsIn(bus, OUTPUT, "live")).toEqual([0, 1, 2, 3, 4, 5]);
  });

  it("that writes nothing keeps the order when a batch has to be published again, and drops what was begun when it stops", async () => {
    await bus.close();
    bus = await openEmbeddedBus({ dir, limits: { maxMessages: 2 }, backoff: { firstMs: 1, maxMs: 2 } });
    const { stage, calls } = stageOf((ids) => ({ outputs: ids.map(note) }));
    let tries = 0;
    const stopped = createGate();
    const failing: Bus = {
      ...bus,
      publish: async (topic, lane, values) => {
        tries += 1;
        if (tries === 1) throw new PipelineError("The disk is full.", { code: "BUS_FULL", recovery: "retry" });
        await bus.publish(topic, lane, values);
        if (tries === 3) stopped.open();
      },
    };
    await bus.publish(INPUT, "live", notes(0, 6));
    const subscription = await runStage({ ...stage, writesNothing: true }, failing, listeningLog().log);
    await stopped.opened;
    await subscription.stop();
    expect(calls.filter((ids) => ids.includes(0))).toHaveLength(2);
    expect(await idsIn(bus, OUTPUT, "live")).toEqual([0, 1, 2, 3]);
    expect((await bus.progress(INPUT, "relay")).lag).toBe(2);
    await runStage({ ...stage, writesNothing: true }, bus, listeningLog().log);
    await bus.settled(INPUT, "relay");
    expect(await idsIn(bus, OUTPUT, "live")).toEqual([0, 1, 2, 3, 4, 5]);
  });

  it("that writes nothing begins no history while live messages come: one that comes meanwhile is taken first", async () => {
    await bus.close();
    bus = await openEmbeddedBus({ dir, limits: { maxMessages: 2 } });
    const { stage, calls } = stageOf((ids) => ({ outputs: ids.map(note) }));
    let isFirst = true;
    const adding: Bus = {
      ...bus,
      publish: async (topic, lane, values) => {
        if (isFirst) {
          isFirst = false;
          await bus.publish(INPUT, "live", notes(2, 2));
        }
        await bus.publish(topic, lane, values);
      },
    };
    await bus.publish(INPUT, "live", notes(0, 2));
    await bus.publish(INPUT, "backfill", notes(10, 2));
    await runStage({ ...stage, writesNothing: true }, adding, listeningLog().log);
    await bus.settled(INPUT, "relay");
    expect(calls).toEqual([
      [0, 1],
      [2, 3],
      [10, 11],
    ]);
  });

  it("acknowledges nothing whose outputs found no room on the disk", async () => {
    const refused = createGate();
    const { stage, calls } = stageOf((ids) => ({ outputs: ids.map(note) }));
    const { log, lines } = listeningLog();
    await bus.publish(INPUT, "live", notes(0, 2));
    free = 0;
    const subscription = await runStage(stage, bus, {
      ...log,
      warn: (event, fields) => (log.warn(event, fields), refused.open()),
    });
    await refused.opened;
    await subscription.stop();
    expect(lines.map(([level, , fields]) => [level, fields?.["code"]])).toEqual([["warn", "BUS_FULL"]]);
    expect([(await bus.progress(INPUT, "relay")).lag, await idsIn(bus, OUTPUT, "live")]).toEqual([2, []]);
    free = Number.MAX_SAFE_INTEGER;
    await runStage(stage, bus, log);
    await bus.settled(INPUT, "relay");
    expect(await idsIn(bus, OUTPUT, "live")).toEqual([0, 1]);
    expect(calls).toHaveLength(2);
  });

  it("ends when its error says that it will not get better", async () => {
    const fatal = new PipelineError("The model is gone.", { code: "MODEL_MISSING", recovery: "exit" });
    const { stage } = stageOf(() => {
      throw fatal;
    });
    const { log, lines } = listeningLog();
    await bus.publish(INPUT, "live", [note(0)]);
    const subscription = await runStage(stage, bus, log);
    await expect(subscription.done).rejects.toBe(fatal);
    expect((await bus.progress(INPUT, "relay")).lag).toBe(1);
    expect(lines.map(([level, event, fields]) => [level, event, fields?.["code"]])).toEqual([
      ["error", "stage.batch.failed", "MODEL_MISSING"],
    ]);
  });

  it("may have no output", async () => {
    const { stage, calls } = stageOf(() => ({}), null);
    await bus.publish(INPUT, "live", notes(0, 3));
    await runStage(stage, bus, listeningLog().log);
    await bus.settled(INPUT, "relay");
    expect(calls).toEqual([[0, 1, 2]]);
  });

  it("writes one line a batch, with its place and its counts", async () => {
    const { stage } = stageOf((ids) => ({ outputs: ids.map(note), rejections: [{ index: 1, error: never(1) }] }));
    const { log, lines } = listeningLog();
    await bus.publish(INPUT, "backfill", notes(0, 3));
    let now = 0;
    await runStage(stage, bus, log, { clock: () => (now += 7) });
    await bus.settled(INPUT, "relay");
    expect(lines).toEqual([
      [
        "info",
        "stage.batch",
        {
          stage: "relay",
          lane: "backfill",
          partition: 0,
          from: "0",
          messages: 3,
          outputs: 3,
          rejected: 1,
          codes: "STORE_REJECTED:1",
          ms: 7,
        },
      ],
    ]);
  });

  it("keeps what a foreign error quotes out of the log", async () => {
    const { stage } = stageOf((_, call) => {
      if (call === 1) throw new SyntaxError("Unexpected token in: somebody's private words");
      return {};
    });
    const { log, lines } = listeningLog();
    await bus.publish(INPUT, "live", [note(0)]);
    await runStage(stage, bus, log);
    await bus.settled(INPUT, "relay");
    expect(lines[0]?.slice(0, 2)).toEqual(["warn", "stage.batch.failed"]);
    expect(lines[0]?.[2]).toMatchObject({ code: null, reason: "SyntaxError" });
    expect(JSON.stringify(lines)).not.toContain("private words");
  });
});
