import type { ListedMention } from "@molva/contracts";
import { z } from "zod";
import { drawAudits } from "../../audits/draw.ts";
import { defineCommand, JSON_FLAG, usageError } from "../../command.ts";
import { printable } from "../../io.ts";
import { knownBrand } from "../../known-brand.ts";

const input = z.strictObject({
  brand: z.string().optional(),
  source: z.string().optional(),
  count: z.coerce.number().int().min(1).max(1000).default(10),
  again: z.boolean().default(false),
  by: z.string().trim().min(1).max(200).optional(),
  show: z.boolean().default(false),
  json: z.boolean().default(false),
});

/** What a person needs to judge, and nothing that a machine thinks. */
const blind = (m: ListedMention) => ({
  id: m.id,
  brand: m.brand,
  source: m.source,
  publishedAt: m.publishedAt,
  language: m.language,
  rating: m.rating,
  ratingMax: m.ratingMax,
  title: m.title,
  text: m.text,
  url: m.url,
});

const block = (m: ListedMention, show: boolean): string => {
  const stars = m.rating === null ? "" : ` · ${m.rating} of ${m.ratingMax ?? "?"}`;
  const words = printable([m.title, m.text].filter((part) => part !== null && part !== "").join(" — "));
  const sure = m.confidence === null ? "" : ` ${Math.round(m.confidence * 100)} %`;
  return [
    `${m.id} · ${printable(m.brand)} · ${m.source} · ${m.publishedAt.slice(0, 10)}${stars}`,
    `  ${m.text === null ? "(text cleared: leave it out)" : words || "(no words)"}`,
    ...(m.url === null ? [] : [`  ${printable(m.url)}`]),
    ...(show ? [`  ${printable(m.provenance)} says: ${m.label}${sure}`] : []),
    "",
  ].join("\n");
};

export const auditNext = defineCommand({
  name: "audit next",
  summary: "draws mentions at random for a person to label",
  details: `Every counted mention that nobody has audited is as likely as any other, so that the labels tell how often the model errs, and which way. What was drawn
and not labelled is drawn again. The model's own label is not shown: it would be believed. Label with molva audit label ID LABEL --by WHO; molva audit
status says what that buys.`,
  flags: [
    { flags: "--brand <brand>", help: "of one brand, by id or title (default: all)" },
    { flags: "--source <source>", help: "of one source" },
    { flags: "--count <n>", help: "how many (default 10)" },
    { flags: "--again", help: "what others have audited and you have not, to see how people agree; with --by" },
    { flags: "--by <who>", help: "who you are, for --again" },
    { flags: "--show", help: "print the model's label too" },
    JSON_FLAG,
  ],
  examples: ["molva audit next --brand aurora --count 20", "molva audit next --again --by vera"],
  folder: "held",
  input,
  run: async (call, told) => {
    if (told.again !== (told.by !== undefined)) throw usageError("--again and --by WHO go together");
    const drawn = await drawAudits(await call.runtime(), {
      brand: told.brand === undefined ? null : await knownBrand(call, told.brand),
      source: told.source ?? null,
      count: told.count,
      again: told.by ?? null,
    });
    if (told.json) {
      const rows = drawn.map((m) =>
        told.show ? { ...blind(m), label: m.label, confidence: m.confidence, provenance: m.provenance } : blind(m),
      );
      await call.io.out(`${JSON.stringify(rows, null, 2)}\n`);
      return 0;
    }
    await call.io.out(
      drawn.length === 0 ? "Nothing is left to audit.\n" : drawn.map((m) => block(m, told.show)).join("\n"),
    );
    if (drawn.length > 0) call.io.err("molva audit label ID negative|neutral|positive --by WHO\n");
    return 0;
  },
});
