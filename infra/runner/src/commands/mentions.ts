import { listMentions } from "@molva/aggregator";
import { GIVEN_LABELS, topicTitle, type ListedMention } from "@molva/contracts";
import { zoneSchema } from "@molva/platform";
import { z } from "zod";
import { defineCommand, JSON_FLAG, TZ_FLAG } from "../command.ts";
import { printable } from "../io.ts";
import { knownBrand } from "../known-brand.ts";
import { AS_OF_FLAG, pointOf } from "../as-of.ts";
import { momentOf } from "../moment.ts";

const input = z.strictObject({
  brand: z.string().optional(),
  source: z.string().optional(),
  label: z.enum(GIVEN_LABELS).optional(),
  from: z.string().optional(),
  to: z.string().optional(),
  search: z.string().min(1).max(500).optional(),
  sort: z.enum(["newest", "confidence"]).default("newest"),
  limit: z.coerce.number().int().min(1).max(10_000).default(20),
  asOf: z.string().optional(),
  tz: zoneSchema.optional(),
  json: z.boolean().default(false),
});

const SIGN: Readonly<Record<ListedMention["label"], string>> = {
  positive: "+",
  neutral: "·",
  negative: "−",
  unscored: "?",
};

const block = (m: ListedMention, columns: number): string => {
  const sure = m.confidence === null ? "" : ` ${Math.round(m.confidence * 100)} %`;
  const stars = m.rating === null ? "" : ` · ${m.rating} of ${m.ratingMax ?? "?"}`;
  const about =
    m.topics.length === 0
      ? ""
      : ` · ${m.topics.map(({ topic, label }) => `${printable(topicTitle(topic, "en"))} ${SIGN[label]}`).join(", ")}`;
  const words = printable([m.title, m.text].filter((part) => part !== null && part !== "").join(" — ")) || "(no words)";
  const cut = words.length > columns * 2 ? `${words.slice(0, columns * 2 - 1)}…` : words;
  return [
    `${SIGN[m.label]} ${m.label}${sure} · ${printable(m.provenance)}${m.onEarlierText ? " (set on an earlier text)" : ""} · ${printable(m.brand)} · ${m.source} · ${m.publishedAt.slice(0, m.precision === "second" || m.precision === "minute" ? 16 : 10)}${stars}${about}`,
    `  ${m.text === null ? "(text cleared)" : cut}`,
    `  ${m.id}${m.url === null ? "" : `  ${printable(m.url)}`}`,
    "",
  ].join("\n");
};

export const mentions = defineCommand({
  name: "mentions",
  summary: "list mentions with id, label, provenance and link",
  flags: [
    { flags: "--brand <brand>", help: "one brand, by id or title" },
    { flags: "--source <source>", help: "one source" },
    { flags: "--label <label>", help: "negative, neutral, positive or unscored" },
    { flags: "--from <time>", help: "first moment, e.g. 2025-01-01" },
    { flags: "--to <time>", help: "end, not included" },
    { flags: "--search <text>", help: "only those whose text or title holds it, letters' case aside" },
    { flags: "--sort <order>", help: "newest (default) or confidence: the least sure first" },
    { flags: "--limit <n>", help: "how many (default 20)" },
    AS_OF_FLAG,
    TZ_FLAG,
    JSON_FLAG,
  ],
  examples: [
    "molva mentions --brand aurora --label negative --limit 5",
    'molva mentions --search "комиссия" --sort confidence --json',
  ],
  folder: "held",
  input,
  run: async (call, told) => {
    const runtime = await call.runtime();
    const asOf = await pointOf(runtime, told.asOf);
    const zone = told.tz ?? (await call.zone());
    const rows = await listMentions(runtime.store, {
      brand: told.brand === undefined ? null : await knownBrand(call, told.brand),
      source: told.source ?? null,
      label: told.label ?? null,
      from: told.from === undefined ? null : momentOf(told.from, zone, "from"),
      to: told.to === undefined ? null : momentOf(told.to, zone, "to"),
      search: told.search ?? null,
      sort: told.sort,
      limit: told.limit,
      asOf,
    });
    if (told.json) await call.io.out(`${JSON.stringify(rows, null, 2)}\n`);
    else
      await call.io.out(
        rows.length === 0 ? "No mention fits.\n" : rows.map((row) => block(row, call.io.columns)).join("\n"),
      );
    if (asOf !== null) call.io.err(`as of ${asOf}\n`);
    return 0;
  },
});
