import { authorHash, authorKey, createMetrics, meteredBus, openEmbeddedBus } from "@molva/platform";
import { MENTIONS, instantOf, mentionIdOf, type BrandId, type Observation, type SourceId } from "@molva/contracts";
import { afterEach, beforeEach, expect, it } from "vitest";
import { withRules } from "../src/rules/rule-bus.ts";
import { withoutSuppressed } from "../src/suppression.ts";
import { temporaryFolder } from "./support/molva.ts";

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
beforeEach(async () => {
  folder = await temporaryFolder();
});
afterEach(() => folder.remove());

const log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

const gone = (i: number): Observation => ({
  type: "gone",
  mentionId: mentionIdOf("aurora" as BrandId, "web" as SourceId, String(i)),
  brandId: "aurora" as BrandId,
  sourceId: "web" as SourceId,
  observedAt: instantOf(1_700_000_000_000 + i),
});

/** More than the log gives at once unless it is told otherwise. */
const MANY = 3_000;

it("the log behind rules, suppression and metrics gives batches of the size that a stage asks for", async () => {
  await using open = await openEmbeddedBus({ dir: folder.path });
  const { checkpoints } = open;
  const hashAuthor = authorHash(await authorKey(folder.path, undefined));
  const bus = withRules(withoutSuppressed(meteredBus(open, createMetrics({ defaults: false })), checkpoints, log), {
    brands: async () => [],
    hashAuthor,
    checkpoints,
    log,
  });
  await bus.publish(
    MENTIONS,
    "live",
    Array.from({ length: MANY }, (_, i) => gone(i)),
  );
  const sizes: number[] = [];
  await bus.subscribe(
    MENTIONS,
    "readers",
    async ({ messages }) => {
      sizes.push(messages.length);
      return [];
    },
    { batchMessages: 2 * MANY },
  );
  await bus.settled(MENTIONS, "readers");
  expect(sizes).toEqual([MANY]);
});
