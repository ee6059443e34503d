import type { NoisePoint, NoiseWeights } from "@molva/classifier";
import { instantSchema, type Checkpoints, type Instant } from "@molva/contracts";
import { z } from "zod";

const pointSchema = z.object({
  threshold: z.number(),
  marked: z.number(),
  unmarked: z.number(),
  precision: z.number(),
  low: z.number(),
  high: z.number(),
  recall: z.number(),
});
const stateSchema = z.object({
  trainedAt: instantSchema,
  marked: z.number(),
  unmarked: z.number(),
  wanted: z.number(),
  points: z.array(pointSchema),
  chosen: pointSchema.nullable(),
  model: z.object({ bias: z.number(), weights: z.record(z.string(), z.number()) }),
});

/** What was learned of a brand's noise: hashed weights, no words. */
interface NoiseState {
  readonly trainedAt: Instant;
  readonly marked: number;
  readonly unmarked: number;
  /** The precision that was asked for, 0…1. */
  readonly wanted: number;
  readonly points: readonly NoisePoint[];
  readonly chosen: NoisePoint | null;
  readonly model: NoiseWeights;
}

const keyOf = (brand: string): string => `noise/${brand}`;

export const readNoise = async (checkpoints: Checkpoints, brand: string): Promise<NoiseState | null> => {
  const read = stateSchema.safeParse(await checkpoints.read(keyOf(brand)));
  return read.success ? read.data : null;
};

export const saveNoise = async (checkpoints: Checkpoints, brand: string, state: NoiseState): Promise<void> =>
  checkpoints.write({ [keyOf(brand)]: state });
