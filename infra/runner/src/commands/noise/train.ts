import type { StoredMention } from "@molva/aggregator";
import type { NoiseInput, NoisePoint } from "@molva/classifier";
import { z } from "zod";
import { defineCommand, JSON_FLAG, type Call } from "../../command.ts";
import { knownBrand } from "../../known-brand.ts";
import { eachStored } from "../../rules/each-stored.ts";
import { saveNoise } from "../../rules/noise-state.ts";
import { table } from "../../table.ts";
import { configuredBrand } from "../query/read.ts";

const input = z.strictObject({
  brand: z.string({ error: "name the brand: --brand B" }),
  precision: z.coerce.number().min(0.5, "0.5 to 1").max(1, "0.5 to 1").default(0.9),
  json: z.boolean().default(false),
});
type Input = z.output<typeof input>;

/** Unmarked mentions that are learned from, drawn evenly. */
const MOST_UNMARKED = 5_000;

export const noiseInputOf = ({ title, text, source, language }: StoredMention): NoiseInput => ({
  title,
  text,
  source,
  language,
});

/** `irrelevant`, and what a person added behind it. */
const isMarked = ({ exclusions }: StoredMention): boolean =>
  exclusions.some(({ reason }) => reason === "irrelevant" || reason.startsWith("irrelevant: "));

const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;

/** The table of a training. */
export const pointsTable = (points: readonly NoisePoint[]): string =>
  table(
    [
      { title: "score from", align: "right" },
      { title: "marked", align: "right" },
      { title: "unmarked", align: "right" },
      { title: "precision (95 %)", align: "right" },
      { title: "of all marked", align: "right" },
    ],
    points.map((point) => [
      point.threshold.toFixed(2),
      String(point.marked),
      String(point.unmarked),
      point.marked + point.unmarked === 0
        ? "—"
        : `${percent(point.precision)} (${percent(point.low)} … ${percent(point.high)})`,
      percent(point.recall),
    ]),
  );

const train = async (call: Call, told: Input): Promise<number> => {
  const brand = await knownBrand(call, told.brand);
  const marked: NoiseInput[] = [];
  let unmarked: NoiseInput[] = [];
  // Every so-many-th: when there are too many, every other one of those kept is let go.
  let every = 1;
  let count = 0;
  await eachStored(call, [{ brand, from: null, to: null }], "Reading what was marked", (mention) => {
    if (isMarked(mention)) marked.push(noiseInputOf(mention));
    else if (!mention.gone && mention.exclusions.length === 0) {
      if (count % every === 0) unmarked.push(noiseInputOf(mention));
      count += 1;
      if (unmarked.length > 2 * MOST_UNMARKED) {
        unmarked = unmarked.filter((_, i) => i % 2 === 0);
        every *= 2;
      }
    }
  });
  const { LEAST_MARKED, trainNoise } = await import("@molva/classifier");
  const trained = trainNoise(
    { marked, unmarked, unmarkedWeight: unmarked.length === 0 ? 1 : count / unmarked.length },
    told.precision,
  );
  if (trained === null) {
    call.io.err(
      `${marked.length} mentions of ${brand} are marked irrelevant, and ${count} count: at least ${LEAST_MARKED} of each are needed. molva mark ID irrelevant --by WHO marks one.\n`,
    );
    return 1;
  }
  const runtime = await call.runtime();
  const { model, points, chosen } = trained;
  const state = {
    trainedAt: runtime.clock(),
    marked: marked.length,
    unmarked: count,
    wanted: told.precision,
    points,
    chosen,
    model,
  };
  await saveNoise(runtime.checkpoints, brand, state);
  const mode = (await configuredBrand(call, brand))?.noise ?? "suggest";
  if (told.json) {
    const { model: _, ...shown } = state;
    await call.io.out(`${JSON.stringify({ brand, mode, ...shown }, null, 2)}\n`);
    return 0;
  }
  await call.io.out(
    `Learned from ${marked.length} marked mentions and ${unmarked.length} of ${count} others; each was scored by a model that had not seen it:\n\n${pointsTable(points)}\n${
      chosen === null
        ? `No score reaches a precision of ${percent(told.precision)}: nothing is taken out by itself. Unmarked noise counts against it: molva noise show --brand ${brand} lists what looks like noise, mark it and train again.\n`
        : `From ${chosen.threshold.toFixed(2)} on it ${mode === "exclude" ? "takes new mentions out" : mode === "off" ? "would act, but brands[].noise is off" : "suggests"}. molva noise show --brand ${brand} lists what it would take out, molva noise apply does it.\n`
    }`,
  );
  return 0;
};

export const noiseTrain = defineCommand({
  name: "noise train",
  summary: "learn from what was marked irrelevant, and measure how well",
  details: `A small linear model for one brand, over hashed stems; at least 20 marked and 20 other mentions. The precision is that of a five-fold
cross-validation on the brand's own mentions. With brands[].noise: exclude in the configuration new mentions above the threshold are kept and not
counted (reason "noise", molva noise undo); with suggest, the default, molva noise show lists them. Nothing stored changes by training.`,
  flags: [
    { flags: "--brand <brand>", help: "by id or title (required)" },
    { flags: "--precision <share>", help: "what the threshold must reach, 0.5 to 1 (default 0.9)" },
    JSON_FLAG,
  ],
  examples: ["molva noise train --brand aurora", "molva noise train --brand aurora --precision 0.97"],
  folder: "held",
  input,
  run: train,
});
