import type { TargetHealth } from "@molva/contracts";
import { z } from "zod";
import { brandNamed, defineCommand, JSON_FLAG, usageError } from "../command.ts";
import { readPublicRatings, type PublicRatingPoint } from "../public-ratings.ts";
import { readTargetHealth } from "../read-target-health.ts";
import { table } from "../table.ts";
import { targetKeys } from "../target-keys.ts";

const input = z.strictObject({
  brand: z.string().optional(),
  ratings: z.boolean().default(false),
  json: z.boolean().default(false),
});

const minute = (at: string | null): string => (at === null ? "never" : at.slice(0, 16).replace("T", " "));
const right = "right" as const;

const healthTable = (targets: readonly TargetHealth[]): string =>
  table(
    [
      { title: "source", most: 16 },
      { title: "target", most: 40 },
      { title: "state" },
      { title: "last success" },
      { title: "last new" },
      { title: "got 7 d", align: right },
      { title: "usual", align: right },
      { title: "refused since" },
      { title: "errors" },
    ],
    targets.map((one) => [
      one.source,
      one.title,
      one.quiet ? `${one.state}, too quiet` : one.state,
      minute(one.lastSuccessAt),
      minute(one.lastNewMentionAt),
      String(one.got),
      one.expected === null ? "" : String(one.expected),
      one.blockedSince === null ? "" : minute(one.blockedSince),
      [
        ...Object.entries(one.errorsByCode).map(([code, count]) => `${code} ${count}`),
        ...(one.unreadable === 0 ? [] : [`unreadable entries ${one.unreadable}`]),
      ].join(", "),
    ]),
  );

const ratingTable = (points: readonly PublicRatingPoint[]): string =>
  table(
    [
      { title: "brand", most: 20 },
      { title: "source", most: 16 },
      { title: "target", most: 40 },
      { title: "at" },
      { title: "mean", align: right },
      { title: "scale" },
      { title: "ratings", align: right },
    ],
    points.map((one) => [
      one.brand,
      one.source,
      one.title,
      minute(one.at),
      String(Math.round(one.mean * 1000) / 1000),
      `${one.min}–${one.max}`,
      one.count === null ? "" : String(one.count),
    ]),
  );

export const health = defineCommand({
  name: "health",
  summary: "how collection stands, target by target; or what the sources say of the whole",
  details: `"usual" is what a target's own history lets one expect for the seven days of "got"; it is told after two weeks. "too quiet": far fewer came, though no error tells why.
--ratings prints the series of each source's own public rating, on its own scale. It is no part of any number of ours.`,
  flags: [
    { flags: "--brand <brand>", help: "only this brand (id or title)" },
    { flags: "--ratings", help: "the series of the sources' own public ratings" },
    JSON_FLAG,
  ],
  examples: ["molva health", "molva health --brand aurora --ratings --json"],
  folder: "held",
  input,
  run: async (call, told) => {
    const { config } = await call.config();
    const chosen = told.brand === undefined ? undefined : brandNamed(config.brands, told.brand);
    if (told.brand !== undefined && chosen === undefined)
      throw usageError(`--brand: ${told.brand} is not in the configuration`);
    const brands = chosen === undefined ? config.brands : [chosen];
    const runtime = await call.runtime();
    if (told.ratings) {
      const points = await readPublicRatings(
        runtime.store,
        brands.map(({ id }) => id),
      );
      await call.io.out(told.json ? `${JSON.stringify(points, null, 2)}\n` : ratingTable(points));
      return 0;
    }
    const crawled = new Set(await targetKeys(brands));
    const targets = await readTargetHealth(runtime.checkpoints, crawled);
    await call.io.out(told.json ? `${JSON.stringify(targets, null, 2)}\n` : healthTable(targets));
    return 0;
  },
});
