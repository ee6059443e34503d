import { z } from "zod";

/** What a source may tell or not: a field of another type than it should have is one it does not tell. */

/** Text or number as text; null when it is not told. An empty text stays one. */
export const toldText = z
  .union([z.string(), z.number().transform(String)])
  .nullable()
  .catch(null);

/** A number, or a text that is one. */
export const toldNumber = z
  .union([
    z.number(),
    z
      .string()
      .regex(/^\s*-?\d{1,15}(?:\.\d{1,20})?\s*$/)
      .transform(Number),
  ])
  .nullable()
  .catch(null);

/** True only where it is told: `true`, `1`, `"true"`. */
export const toldTrue = z
  .unknown()
  .optional()
  .transform((value) => value === true || value === 1 || value === "true" || value === "1");

/** The id of a mention at its source: what has none is not one. */
export const requiredId = z
  .union([z.string(), z.number().transform(String)])
  .pipe(z.string().trim().min(1).max(300))
  // oxlint-disable-next-line no-control-regex -- an id with control characters is an attack on whoever prints it
  .refine((id) => !/[\u0000-\u001f\u007f]/.test(id));

/** An object that may be missing. */
export const toldObject = <Shape extends z.ZodRawShape>(shape: Shape) => z.object(shape).nullable().catch(null);
