import { FACTS, type Batch, type Fact, type Log, type Rejection, type Stage, type Store } from "@molva/contracts";
import {
  choiceRowOf,
  factRowOf,
  idOf,
  isPlaceable,
  LIMBO,
  placeRowOf,
  textRowOf,
  type Logged,
  type MentionFact,
} from "./fact-row.ts";
import { misplaced, stepsOver, type BrandHour, type Moved, type Steps } from "./steps.ts";
import type { FactRow, PlaceRow } from "./tables.ts";

/** What was done last; a test parks or kills the aggregator there. */
export const STEP_NAMES = ["facts", "places", "choices", "texts", "moved", "copied", "reduced", "days"] as const;
export type StepName = (typeof STEP_NAMES)[number];

export interface StageOptions {
  readonly store: Store;
  readonly log?: Log;
  /** Called between every two steps, and after the last. */
  readonly onStep?: (step: StepName) => Promise<void> | void;
}

/**
 * Planning the statements of a batch costs as much as folding some thousand mentions, and an hour that several batches touch is folded by each of
 * them; where little waits, batches are as small as what came.
 */
const BATCH_MESSAGES = 40_000;

type Choice = Extract<Fact, { readonly type: "choice" }>;
type Content = Extract<Fact, { readonly type: "content" }>;

const isContent = (logged: Logged<MentionFact>): logged is Logged<Content> => logged.fact.type === "content";

interface Sorted {
  readonly mentions: readonly Logged<MentionFact>[];
  readonly choices: readonly Logged<Choice>[];
  readonly rejections: readonly Rejection[];
}

const sortedOf = ({ messages, lane }: Batch<Fact>): Sorted => {
  const mentions: Logged<MentionFact>[] = [];
  const choices: Logged<Choice>[] = [];
  const rejections: Rejection[] = [];
  for (let index = 0; index < messages.length; index += 1) {
    const message = messages[index] as (typeof messages)[number];
    const fact = message.value;
    if (fact.type === "choice") choices.push({ fact, message, lane });
    else if (isPlaceable(fact)) mentions.push({ fact, message, lane });
    else rejections.push({ index, error: misplaced(idOf(fact)) });
  }
  return { mentions, choices, rejections };
};

/** Every place once. */
const placesOf = (rows: readonly FactRow[]): readonly PlaceRow[] => {
  const byHour = new Map<number, Set<string>>();
  const places: PlaceRow[] = [];
  for (const row of rows) {
    const known = byHour.get(row.hour) ?? new Set();
    byHour.set(row.hour, known);
    if (known.has(row.id)) continue;
    known.add(row.id);
    places.push(placeRowOf(row));
  }
  return places;
};

const touchedBy = (
  rows: readonly FactRow[],
  moved: readonly Moved[],
  chosen: readonly BrandHour[],
): readonly BrandHour[] => {
  const byBrand = new Map<string, Set<number>>();
  const touch = (brand: string, hour: number): void => {
    const hours = byBrand.get(brand);
    if (hours === undefined) byBrand.set(brand, new Set([hour]));
    else hours.add(hour);
  };
  for (const { brand, hour } of rows) touch(brand, hour);
  for (const { brand, hours } of moved) for (const hour of hours) touch(brand, hour);
  for (const { brand, hour } of chosen) touch(brand, hour);
  return [...byBrand].flatMap(([brand, hours]) =>
    [...hours].filter((hour) => hour !== LIMBO).map((hour) => ({ brand, hour })),
  );
};

/** The stage over given steps: tests hand in broken ones to show that the tests would notice. */
export const stageOver = (steps: Steps, { log, onStep }: Omit<StageOptions, "store"> = {}): Stage<Fact, never> => ({
  name: "aggregator",
  input: FACTS,
  output: null,
  batchMessages: BATCH_MESSAGES,
  process: async (batch: Batch<Fact>) => {
    const started = performance.now();
    const done = async (step: StepName): Promise<void> => onStep?.(step);
    const { mentions, choices, rejections } = sortedOf(batch);
    const rows = mentions.map(factRowOf);

    await steps.insertFacts(rows);
    await done("facts");
    await steps.insertPlaces(placesOf(rows));
    await done("places");
    await steps.insertChoices(choices.map(choiceRowOf));
    await done("choices");
    await steps.insertTexts(mentions.filter(isContent).map(({ fact }) => textRowOf(fact)));
    await done("texts");
    // Only now, with all of the batch acknowledged: of two writers the later one to get here sees what both wrote.
    const moved = await steps.findMoved([...new Set(rows.map((row) => row.id))]);
    await done("moved");
    await steps.copy(moved);
    await done("copied");
    const chosen: BrandHour[] = [];
    for (const brand of new Set(choices.map((c) => c.fact.brandId)))
      chosen.push(...(await steps.hoursOf(brand)).map((hour) => ({ brand, hour })));
    const touched = touchedBy(rows, moved, chosen);
    await steps.reduce(touched);
    await done("reduced");
    // As with the hours: of two writers the later one to get here sees the buckets of both.
    await steps.foldDays(touched);
    await done("days");
    log?.debug("aggregator.batch", {
      lane: batch.lane,
      facts: batch.messages.length,
      rejected: rejections.length,
      moved: moved.length,
      buckets: touched.length,
      ms: Math.round(performance.now() - started),
    });
    return { outputs: [], rejections };
  },
});

/**
 * Facts → buckets. When `process` resolves, every number of the brands in the batch follows from all facts up to its end; killed anywhere
 * before, the same batch delivered again ends in the same numbers.
 * @throws {PipelineError} what the store throws: `STORE_UNAVAILABLE` (retry), `STORE_REJECTED` (dead-letter).
 */
export const aggregateStage = ({ store, ...rest }: StageOptions): Stage<Fact, never> =>
  stageOver(stepsOver(store), rest);
