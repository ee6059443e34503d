import {
  FACTS,
  MENTIONS,
  factSchema,
  inputOf,
  instantOf,
  mentionIdOf,
  observationSchema,
  type Batch,
  type BrandId,
  type Log,
  type Mention,
  type Observation,
  type SourceId,
} from "@molva/contracts";
import { describe, expect, it } from "vitest";
import { classifyStage, loadModel, type Model } from "../src/index.ts";
import { bareMention } from "./support/mention.ts";

const model = loadModel();
const noon = instantOf(Date.UTC(2026, 0, 31, 12));
const brandId = "aurora-bank" as BrandId;
const sourceId = "web-reviews" as SourceId;

const mention = (text: string, more: Partial<Mention> = {}): Mention => ({
  ...bareMention({
    mentionId: mentionIdOf(brandId, sourceId, text),
    brandId,
    sourceId,
    kind: "review",
    text,
    at: noon,
  }),
  ...more,
});
const seen = (text: string, more: Partial<Mention> = {}): Observation =>
  observationSchema.parse({ type: "seen", mention: mention(text, more), observedAt: noon });
const gone: Observation = {
  type: "gone",
  mentionId: mentionIdOf(brandId, sourceId, "x"),
  brandId,
  sourceId,
  observedAt: noon,
};
const batch = (values: readonly Observation[]): Batch<Observation> => ({
  lane: "live",
  partition: 0,
  messages: values.map((value, i) => ({ value, offset: BigInt(i), appendedAt: noon })),
});

const lines: string[] = [];
const write = (event: string, fields?: object): void => void lines.push(JSON.stringify({ event, ...fields }));
const log: Log = { debug: write, info: write, warn: write, error: write };
const signal = new AbortController().signal;

describe("the classifier's stage", () => {
  it("reads mentions and writes facts that fit their schema, one for each, in order", async () => {
    const stage = classifyStage({ model, log });
    expect([stage.name, stage.input.name, stage.output?.name]).toEqual(["classifier", MENTIONS.name, FACTS.name]);
    const values = [
      seen("Wonderful service, thank you!"),
      gone,
      seen("Ужасный банк, украли деньги"),
      seen("", { rating: { value: 1, min: 1, max: 5 } }),
      seen(""),
    ];
    const { outputs, rejections } = await stage.process(batch(values), signal);
    expect(rejections).toEqual([]);
    expect(outputs.map((fact) => factSchema.parse(fact))).toEqual(outputs);
    expect(
      outputs.map((fact) => (fact.type === "content" ? [fact.sentiment.label, fact.language] : fact.type)),
    ).toEqual([["positive", "en"], "gone", ["negative", "ru"], ["unscored", null], ["unscored", null]]);
  });

  it("says by whom and from what a label was made, and keeps the mention as it was seen", async () => {
    const value = seen("Not good at all, I am angry", { title: "Never again" });
    const { outputs } = await classifyStage({ model, log }).process(batch([value]), signal);
    const [fact] = outputs;
    if (value.type !== "seen") throw new Error("no mention");
    expect(fact).toMatchObject({
      type: "content",
      mention: value.mention,
      observedAt: noon,
      input: inputOf(value.mention),
      sentiment: { model: model.name },
      topics: [],
      group: null,
    });
    expect(model.name).toMatch(/^[a-z-]+@\d+\.\d+\.\d+$/);
  });

  it("rejects the one mention that a model cannot answer for, and lets the others pass", async () => {
    const fragile: Model = {
      ...model,
      score: (inputs) => {
        if (inputs.some((input) => input.text === "poison")) throw new TypeError("cannot read");
        return model.score(inputs);
      },
    };
    const { outputs, rejections } = await classifyStage({ model: fragile, log }).process(
      batch([seen("Great app"), seen("poison"), seen("Bad app")]),
      signal,
    );
    expect(outputs).toHaveLength(2);
    expect(rejections.map(({ index, error }) => [index, error.code, error.recovery])).toEqual([
      [1, "CONTRACT_VIOLATED", "dead-letter"],
    ]);
  });

  it("gives way to the event loop within a large batch, and stops when it is told to", async () => {
    const stop = new AbortController();
    const values = Array.from({ length: 2000 }, (_, i) => seen(`Review number ${i}: great service`));
    let turns = 0;
    const tick = (): void => {
      turns += 1;
      if (turns === 5) stop.abort(new Error("told to stop"));
      else setImmediate(tick);
    };
    setImmediate(tick);
    await expect(classifyStage({ model, log }).process(batch(values), stop.signal)).rejects.toThrow("told to stop");
  });

  it("logs one line a batch, without text", async () => {
    lines.length = 0;
    await classifyStage({ model, log }).process(
      batch([seen("Secret words about the manager"), seen("Other words")]),
      signal,
    );
    expect(lines).toHaveLength(1);
    expect(lines[0]).toContain('"mentions":2');
    expect(lines[0]).not.toContain("words");
  });
});
