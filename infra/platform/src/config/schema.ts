import { brandIdSchema, NOISE_MODES, type Brand, type SourceId } from "@molva/contracts";
import { z } from "zod";
import { DAY_MS, durationSchema, HOUR_MS } from "./duration.ts";
import { alertsSchema } from "./alerts.ts";
import { mailSchema } from "./mail.ts";
import { reportSchema } from "./report.ts";
import { busSchema, metricsSchema, storeSchema } from "./servers.ts";

/** What the configuration needs to know of a source: its id, the schema of its targets, and whether they hold one brand's mentions only. */
export interface SourceShape {
  readonly id: string;
  readonly title: string;
  readonly target: z.ZodObject;
  readonly match: "all" | "query";
}

const isZone = (zone: string): boolean => {
  try {
    return new Intl.DateTimeFormat("en", { timeZone: zone }).resolvedOptions().timeZone.length > 0;
  } catch {
    return false;
  }
};

export const zoneSchema = z.string().refine(isZone, "an IANA time zone, for example Europe/Moscow");

const everySchema = durationSchema(30_000, 7 * DAY_MS);

const targetSchema = (sources: readonly SourceShape[]) => {
  const shapes = sources.map((source) =>
    source.target.safeExtend({
      source: z.literal(source.id).describe(source.title),
      match: z
        .enum(["all", "query"])
        .default(source.match)
        .describe("all: everything there is about the brand; query: only what the brand's query finds."),
      every: everySchema.optional().describe("Pause between two rounds of this target, where it differs: 30s to 7d."),
    }),
  );
  return z.discriminatedUnion("source", shapes as unknown as [z.ZodObject<{ source: z.ZodLiteral<string> }>]);
};

const topicWords = z.array(z.string().trim().min(2).max(100)).max(1000).default([]);

/** The whole of `molva.yaml`. The JSON Schema, the reference page and the checks are all made from it. */
export const configSchema = (sources: readonly SourceShape[]) =>
  z.strictObject({
    timezone: zoneSchema
      .default("UTC")
      .describe("Zone of days, weeks and months, and of dates that name none (IANA name, for example Europe/Moscow)."),
    brands: z
      .array(
        z.strictObject({
          id: brandIdSchema.describe("Stable id; never change it, or its history starts anew."),
          title: z.string().min(1).max(200).describe("What people read. May change."),
          query: z
            .string()
            .min(1)
            .max(10_000)
            .nullable()
            .default(null)
            .describe(
              'What counts as a mention: words in every form, "exact phrases", AND, OR, NOT, groups, distances and filters (docs/queries.md). Default: the title in every form.',
            ),
          own: z
            .strictObject({
              authors: z
                .array(z.string().trim().min(1).max(1000))
                .max(1000)
                .default([])
                .describe("Names under which the brand itself writes, as the sources print them."),
              domains: z
                .array(
                  z
                    .string()
                    .regex(
                      /^[^\s/:@]+\.[^\s/:@]+(?:\/\S*)?$/,
                      "a host, or host and path without https://, for example t.me/velmora",
                    )
                    .max(300),
                )
                .max(1000)
                .default([])
                .describe("Hosts, or a host with the beginning of a path, where the brand itself writes."),
            })
            .prefault({})
            .describe("The brand's own posts and replies: kept, and not counted."),
          noise: z
            .enum(NOISE_MODES)
            .default("suggest")
            .describe(
              "Mentions that look like those a person marked irrelevant: left alone, shown by molva noise show, or taken out of the numbers (docs/queries.md).",
            ),
          timezone: zoneSchema.nullable().default(null).describe("Zone of dates at this brand that name none."),
          targets: z
            .array(targetSchema(sources))
            .max(10_000)
            .default([])
            .describe("Where the brand lives: one entry a place."),
        }),
      )
      .min(1, "at least one brand")
      .max(10_000)
      .describe("What is monitored."),
    crawl: z
      .strictObject({
        every: everySchema
          .prefault("15m")
          .describe(
            "Pause between two rounds of a target, give or take a tenth: 30s to 7d. One that fails is asked less and less often, once a day at least.",
          ),
        everyOfSource: z
          .record(z.string().min(1), everySchema)
          .refine(
            (told) => Object.keys(told).every((id) => sources.some((source) => source.id === id)),
            "names of sources, as `molva sources` lists them",
          )
          .default({})
          .describe("Source, and the pause between two rounds of its targets, where it differs."),
        requestsPerMinute: z
          .record(z.string().min(1), z.number().positive().max(60_000))
          .default({})
          .describe(
            "Host, or host:port, and how many requests a minute it may get. Other hosts: what each source allows.",
          ),
        allowPrivateHosts: z
          .array(z.string().min(1))
          .default([])
          .describe(
            "Private hosts the crawler may reach, as host:port, for example intranet.local:8080. All others are refused.",
          ),
        proxies: z
          .array(z.url({ protocol: /^http$/ }))
          .default([])
          .describe(
            "Ways out, as http://host:port, for machines that reach the web through a proxy. A host is visited through one of them for as long as a session lasts; none is changed to get around a refusal.",
          ),
        timeoutSeconds: z.int().min(1).max(600).default(30).describe("Longest wait for one page."),
        maxPageMegabytes: z.number().min(0.1).max(100).default(10).describe("Largest page that is read."),
      })
      .prefault({})
      .describe("How pages are collected."),
    classifier: z
      .strictObject({
        model: z
          .enum(["fast", "accurate", "cascade"])
          .default("fast")
          .describe(
            "What labels new mentions. fast: tens of thousands a second. accurate: a small transformer, some hundreds a second. cascade: the accurate one where the fast one is unsure. Brands for which a replay was switched on keep its model.",
          ),
      })
      .prefault({})
      .describe("How mentions are labelled."),
    topics: z
      .record(
        z
          .string()
          .regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, "kebab-case, for example parking")
          .max(64),
        z.strictObject({
          en: topicWords.describe(
            "English words and phrases, matched by their stems; word* by its beginning, =word as it stands.",
          ),
          ru: topicWords.describe("The same in Russian."),
        }),
      )
      .default({})
      .describe(
        "What mentions are about, besides the built-in words of delivery, price, staff, quality, app, payment, support, service, better-alternative, reputation and hard-to-reach: a built-in name adds to it, any other is a topic of its own. It tells of mentions that come from then on, and of history by a replay.",
      ),
    retention: z
      .strictObject({
        text: durationSchema(DAY_MS, 36_500 * DAY_MS)
          .prefault("400d")
          .describe("Texts, titles, author hashes and extra columns are cleared after this; counts stay."),
        log: durationSchema(HOUR_MS, 3_650 * DAY_MS)
          .prefault("30d")
          .describe("Messages that every stage has handled leave the log after this."),
        pages: durationSchema(HOUR_MS, 365 * DAY_MS)
          .prefault("14d")
          .describe("Pages that a source could no longer read are kept for its repair so long."),
      })
      .prefault({})
      .describe("How long things are kept."),
    server: z
      .strictObject({
        host: z
          .string()
          .min(1)
          .default("127.0.0.1")
          .describe("Address the page is bound to. Anything but the loopback needs MOLVA_PASSWORD."),
        port: z.int().min(0).max(65_535).default(7400).describe("Port of the page; 0 picks a free one."),
        publicUrl: z
          .url({ protocol: /^https?$/ })
          .optional()
          .describe(
            "Address at which people reach the page from their mail and chats, for example https://molva.example.org. Without it messages hold no links to the page.",
          ),
        metrics: metricsSchema.optional(),
      })
      .prefault({})
      .describe("The page."),
    alerts: alertsSchema,
    mail: mailSchema.optional(),
    report: reportSchema,
    bus: busSchema.optional(),
    store: storeSchema.optional(),
  });

type Parsed = z.output<ReturnType<typeof configSchema>>;

/** The configuration as the rest of the program reads it. Durations in milliseconds. */
export type Config = Omit<Parsed, "brands"> & { readonly brands: readonly Brand[] };

export const configOf = (parsed: Parsed): Config => ({
  ...parsed,
  brands: parsed.brands.map((brand) => ({
    ...brand,
    targets: brand.targets.map((target) => {
      const { source, match, every, ...options } = target as {
        source: string;
        match: "all" | "query";
        every?: number;
      } & Record<string, unknown>;
      return { source: source as SourceId, match, options, ...(every === undefined ? {} : { every }) };
    }),
  })),
});
