import { z } from "zod";

const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const three = z.tuple([z.number(), z.number(), z.number()]);

/** models/accurate/manifest.json: the files of the transformers, and how their scores become probabilities. */
export const accurateManifestSchema = z.strictObject({
  name: z.string(),
  version: z.string(),
  languages: z.record(
    z.enum(["en", "ru"]),
    z.strictObject({
      /** ONNX, weights in bytes. */
      file: z.string(),
      sha256,
      bytes: z.int(),
      /** A tokenizer.json of Hugging Face's `tokenizers`. */
      tokenizer: z.string(),
      tokenizerSha256: sha256,
      /** The pieces that stand before and after a text. */
      marks: z.tuple([z.string(), z.string()]),
      layers: z.int(),
      words: z.int(),
      /** Probabilities are softmax(transformer × scores + linear × fast scores + shift); fitted on texts kept from fitting. */
      transformer: z.number(),
      linear: z.number(),
      shift: three,
    }),
  ),
});
export type AccurateManifest = z.infer<typeof accurateManifestSchema>;
