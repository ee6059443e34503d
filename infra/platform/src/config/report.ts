import { z } from "zod";
import { bouncesSchema } from "./bounces.ts";
import { DAY_MS, durationSchema, HOUR_MS } from "./duration.ts";

const WEEKDAYS = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"] as const;

const ids = z.array(z.string().min(1)).max(10_000).default([]);

/** The weekly report: to whom it goes, and when. */
export const reportSchema = z
  .strictObject({
    day: z.enum(WEEKDAYS).default("monday").describe("Day on which the week before is reported, in the brand's zone."),
    hour: z.int().min(0).max(23).default(8).describe("Hour of that day, in the brand's zone."),
    catchUp: durationSchema(HOUR_MS, 7 * DAY_MS)
      .prefault("3d")
      .describe(
        "A report that could not go out in time (Molva was off, the mail server was away) still goes out so late.",
      ),
    pdf: z.boolean().default(false).describe("Attach the same as PDF. Needs a Chromium (molva doctor tells)."),
    recipients: z
      .array(
        z.strictObject({
          address: z.email().max(320).describe("Who gets it."),
          language: z.enum(["en", "ru"]).default("en").describe("Language of the report."),
          brands: ids.describe("Ids of the brands whose reports go there; empty: all."),
          reports: z
            .enum(["brands", "summary", "both"])
            .default("brands")
            .describe("What goes there: a report of each brand, one summary with these brands side by side, or both."),
        }),
      )
      .max(1_000)
      .default([])
      .describe("Who gets the report by e-mail. The server is in the mail section."),
    channels: z
      .array(z.string().min(1))
      .max(50)
      .default([])
      .describe("Ids of alerts.channels that get a short form of it."),
    bounces: bouncesSchema.optional(),
    competitors: z
      .record(z.string().min(1), ids)
      .default({})
      .describe(
        "Brand, and the brands it is compared with. A brand that is not named here is compared with all others of this file when there are at most ten; [] compares with none.",
      ),
  })
  .prefault({})
  .describe("The weekly report.");
