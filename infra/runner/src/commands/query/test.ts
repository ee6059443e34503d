import type { StoredMention } from "@molva/aggregator";
import type { Brand } from "@molva/contracts";
import { zoneSchema } from "@molva/platform";
import { indexText, matches } from "@molva/text";
import { z } from "zod";
import { brandQuery, matchesBrand } from "../../brand-query.ts";
import { defineCommand, JSON_FLAG, TZ_FLAG, type Call } from "../../command.ts";
import { printable } from "../../io.ts";
import { momentOf } from "../../moment.ts";
import { eachStored } from "../../rules/each-stored.ts";
import { excludedByPerson } from "../../rules/decide-many.ts";
import { brandsAsked, configuredBrand, readQuery } from "./read.ts";
import { reservoir, type Reservoir } from "./sample.ts";

const input = z.strictObject({
  query: z.string(),
  brand: z.string().optional(),
  from: z.string().optional(),
  to: z.string().optional(),
  limit: z.coerce.number().int().min(0).max(1000).default(5),
  tz: zoneSchema.optional(),
  json: z.boolean().default(false),
});
type Input = z.output<typeof input>;

const shown = (mention: StoredMention) => ({
  id: mention.id,
  brand: mention.brand,
  source: mention.source,
  publishedAt: mention.publishedAt,
  language: mention.language,
  region: mention.region,
  title: mention.title,
  text: mention.text,
  url: mention.url,
});

const sampleText = (title: string, sample: Reservoir, columns: number): string => {
  const lines = sample.mentions().map((mention) => {
    const words = printable([mention.title, mention.text].filter((part) => part !== null && part !== "").join(" — "));
    const cut = words.length > columns * 2 ? `${words.slice(0, columns * 2 - 1)}…` : words;
    return `  ${cut || "(no words)"}\n    ${mention.id} · ${printable(mention.brand)} · ${mention.source} · ${mention.publishedAt.slice(0, 10)}${mention.url === null ? "" : ` · ${printable(mention.url)}`}\n`;
  });
  return lines.length === 0 ? "" : `\n${title} (${lines.length} of ${sample.count()})\n${lines.join("")}`;
};

const share = (part: number, whole: number): string => (whole === 0 ? "" : ` (${((100 * part) / whole).toFixed(1)} %)`);

const testQuery = async (call: Call, told: Input): Promise<number> => {
  const query = readQuery(told.query);
  const zone = told.tz ?? (await call.zone());
  const from = told.from === undefined ? null : momentOf(told.from, zone, "from");
  const to = told.to === undefined ? null : momentOf(told.to, zone, "to");
  const ids = await brandsAsked(call, told.brand);
  const brands = new Map<string, Brand | null>();
  for (const id of ids) brands.set(id, await configuredBrand(call, id));
  const present = matchesBrand();
  const [found, missed, gained, lost] = [told.limit, told.limit, told.limit, told.limit].map((size) =>
    reservoir(size),
  ) as [Reservoir, Reservoir, Reservoir, Reservoir];
  const bySource = new Map<string, { found: number; missed: number }>();
  let compared = 0;
  const questions = ids.map((brand) => ({ brand, from, to }));
  await eachStored(call, questions, "Asking the stored mentions", (mention) => {
    if (mention.gone || excludedByPerson(mention)) return;
    const text = indexText(mention);
    const finds = matches(query, text);
    (finds ? found : missed).add(mention);
    const source = bySource.get(mention.source) ?? { found: 0, missed: 0 };
    source[finds ? "found" : "missed"] += 1;
    bySource.set(mention.source, source);
    const brand = brands.get(mention.brand) ?? null;
    if (brand === null) return;
    compared += 1;
    if (present(brand, text) !== finds) (finds ? gained : lost).add(mention);
  });
  const all = found.count() + missed.count();
  const sources = [...bySource]
    .map(([source, counts]) => ({ source, ...counts }))
    .toSorted((a, b) => b.found - a.found);
  const presentQueries = [...brands].flatMap(([id, brand]) =>
    brand === null ? [] : [{ brand: id, query: brandQuery(brand) }],
  );
  if (told.json) {
    const side = (sample: Reservoir) => ({ count: sample.count(), sample: sample.mentions().map(shown) });
    const answer = {
      query: told.query,
      brands: ids,
      mentions: all,
      found: side(found),
      missed: side(missed),
      sources,
      present: compared === 0 ? null : { queries: presentQueries, compared, gained: side(gained), lost: side(lost) },
    };
    await call.io.out(`${JSON.stringify(answer, null, 2)}\n`);
    return 0;
  }
  const { columns } = call.io;
  await call.io.out(
    [
      `${all} stored mentions of ${ids.length === 1 ? printable(ids[0] ?? "") : `${ids.length} brands`}: found ${found.count()}${share(found.count(), all)}, missed ${missed.count()}.\n`,
      ...sources.map((one) => `  ${one.source}: found ${one.found} of ${one.found + one.missed}\n`),
      compared === 0
        ? ""
        : `Against the present ${presentQueries.length === 1 ? `query ${printable(presentQueries[0]?.query ?? "")}` : "queries"}: ${gained.count()} more, ${lost.count()} no longer.\n`,
      sampleText("Found", found, columns),
      sampleText("Missed", missed, columns),
      sampleText("Found now, and not by the present query", gained, columns),
      sampleText("Found by the present query, and no longer", lost, columns),
    ].join(""),
  );
  return 0;
};

export const queryTest = defineCommand({
  name: "query test",
  summary: "what a query finds and misses among stored mentions, beside the brand's present query",
  details: `Nothing is changed. Mentions that are gone at their source, or that a person took out, are left aside. The samples are drawn at random and are the
same at each call. docs/queries.md has the language: words in every form, "exact phrases", AND, OR, NOT, ( ), delive*, "late delivery"~5,
#tag, @handle, lang:en, source:telegram, near:"Moscow". What is stored was collected by earlier queries: no query finds what was never collected.`,
  arguments: [{ flags: "<query>", key: "query", help: "in quotes of your shell" }],
  flags: [
    { flags: "--brand <brand>", help: "one brand, by id or title (default: all)" },
    { flags: "--from <time>", help: "first moment of publication" },
    { flags: "--to <time>", help: "end, not included" },
    { flags: "--limit <n>", help: "mentions in each sample (default 5)" },
    TZ_FLAG,
    JSON_FLAG,
  ],
  examples: [
    `molva query test '(aurora OR аврора) NOT крейсер' --brand aurora`,
    `molva query test '"late delivery"~5 lang:en source:app-store' --limit 20 --json`,
  ],
  folder: "held",
  input,
  run: testQuery,
});
