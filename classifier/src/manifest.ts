import { z } from "zod";

const sha256 = z.string().regex(/^[0-9a-f]{64}$/);

/** models/manifest.json: what the files are and what they were made from. */
export const manifestSchema = z.strictObject({
  name: z.string(),
  version: z.string(),
  seed: z.int(),
  files: z.record(
    z.enum(["en", "ru"]),
    z.strictObject({ file: z.string(), sha256, features: z.int(), bytes: z.int() }),
  ),
  /** By language and star: shifts of the three classes' log-odds; see `rating.ts`. */
  rating: z.record(z.enum(["en", "ru"]), z.array(z.tuple([z.number(), z.number(), z.number()])).length(5)),
  /** Texts read for training by set; the calibration texts among them were not fitted. */
  trainedOn: z.record(z.string(), z.int()),
  calibrationTexts: z.int(),
  droppedAsDevTexts: z.int(),
});
export type Manifest = z.infer<typeof manifestSchema>;
