import type { Delivered, Fact } from "@molva/contracts";
import { deliveriesOf, storyOf } from "./story.ts";

export const KILLED_BRAND = "aurora";

/** The batches that are applied while the aggregator is killed again and again: the same in parent and child. */
export const killedBatches = (): readonly (readonly Delivered<Fact>[])[] =>
  deliveriesOf(storyOf(21, { brand: KILLED_BRAND, facts: 120, mentions: 20, days: 2 }), 21, 15);
