import { listBrands } from "@molva/aggregator";
import { millisOf, type Instant } from "@molva/contracts";
import { zoneSchema } from "@molva/platform";
import { z } from "zod";
import { AS_OF_FLAG, pointOf } from "../as-of.ts";
import { defineCommand, JSON_FLAG, TZ_FLAG, usageError, type Call } from "../command.ts";
import { printable } from "../io.ts";
import { knownBrand } from "../known-brand.ts";
import { momentOf } from "../moment.ts";
import { progressBar } from "../progress.ts";
import { modelToReplay, saveModel, type NamedModel } from "../replay/models.ts";
import { passOver, type Passed, type PassOptions } from "../replay/pass.ts";
import { brandReport, examplesOf, reportText } from "../replay/report.ts";
import { chooseModel } from "../replay/switch.ts";
import { settledWithBar } from "../settled.ts";

const input = z.strictObject({
  model: z.string({ error: "name the model: --model FOLDER, or its name@version" }).min(1),
  brand: z.string().optional(),
  from: z.string().optional(),
  to: z.string().optional(),
  dryRun: z.boolean().default(false),
  switch: z.boolean().default(false),
  force: z.boolean().default(false),
  by: z.string().trim().min(1).max(200).default("molva replay"),
  asOf: z.string().optional(),
  wait: z.boolean().default(true),
  tz: zoneSchema.optional(),
  json: z.boolean().default(false),
});
type Input = z.output<typeof input>;

interface Plan {
  readonly call: Call;
  readonly model: NamedModel["model"];
  readonly brands: readonly string[];
  readonly from: Instant | null;
  readonly to: Instant | null;
}

type PassedBrand = Passed & { readonly brand: string };

/** One pass over each brand, with one bar. */
const passAll = async (
  { call, model, brands, from, to }: Plan,
  mode: PassOptions["mode"],
  asOf: Instant,
  title: string,
): Promise<readonly PassedBrand[]> => {
  const runtime = await call.runtime();
  const found: PassedBrand[] = [];
  for (const [i, brand] of brands.entries()) {
    const bar = progressBar(call.io, title, "mentions");
    const note = `${printable(brand)}${brands.length > 1 ? `, ${i + 1} of ${brands.length} brands` : ""}`;
    try {
      const passed = await passOver({
        runtime,
        model,
        passage: { brand, from, to, asOf },
        mode,
        signal: call.io.signal,
        onProgress: (met, of) => bar.update(met, of, note),
      });
      found.push({ ...passed, brand });
    } finally {
      bar.end();
    }
  }
  return found;
};

const sum = (passed: readonly PassedBrand[], key: "labelled" | "taken"): number =>
  passed.reduce((all, { tally }) => all + tally[key], 0);

const horizonOf = async (call: Call): Promise<Instant> => {
  const point = await (await call.runtime()).horizon();
  if (point === null) throw usageError("nothing was ever collected here, so there is no history to label");
  return point;
};

/** How many mentions of all of history would keep another model's label after a switch. */
const leftOut = async (plan: Plan, passed: readonly PassedBrand[]): Promise<number> => {
  if (plan.from === null && plan.to === null) return sum(passed, "taken");
  const whole = { ...plan, from: null, to: null };
  return sum(await passAll(whole, "look", await horizonOf(plan.call), "Looking for what has no label"), "taken");
};

/** Null: refused. Else the brands for which the model's labels count since. */
const switchOver = async (
  plan: Plan,
  passed: readonly PassedBrand[],
  told: Input,
): Promise<ReadonlyMap<string, string | null> | null> => {
  const { call, model, brands } = plan;
  const left = await leftOut(plan, passed);
  if (left > 0 && !told.force) {
    call.io.err(
      `Not switched: ${left} mentions have no label by ${printable(model.name)} (${sum(passed, "taken")} of them because their text is gone, by retention or erasure).\n` +
        "They would keep the label they have, beside the new ones. Replay the rest, or say --force.\n",
    );
    return null;
  }
  const runtime = await call.runtime();
  const switched = await chooseModel(runtime, brands, model.name, told.by);
  await settledWithBar(runtime, call.io);
  // From here on the classifier asks for the chosen model; what it had in hand, and what came since the pass began, is labelled now.
  await passAll(plan, "label", await horizonOf(call), "Labelling what came since");
  await settledWithBar(runtime, call.io);
  return switched;
};

const run = async (call: Call, told: Input): Promise<number> => {
  const runtime = await call.runtime();
  const zone = told.tz ?? (await call.zone());
  const [from, to] = [
    told.from === undefined ? null : momentOf(told.from, zone, "from"),
    told.to === undefined ? null : momentOf(told.to, zone, "to"),
  ];
  if (from !== null && to !== null && millisOf(from) >= millisOf(to)) throw usageError("--from must lie before --to");
  if (told.dryRun && told.switch) throw usageError("--dry-run writes nothing, so it cannot --switch");
  if (told.asOf !== undefined && !told.dryRun) throw usageError("--as-of goes with --dry-run");
  if (told.switch && !told.wait) throw usageError("--switch waits for the labels, so it cannot be told --no-wait");
  const { model, files } = await modelToReplay(runtime.checkpoints, told.model, call.io.cwd);
  const brands =
    told.brand === undefined
      ? (await listBrands(runtime.store)).map(({ id }) => id)
      : [await knownBrand(call, told.brand)];
  const plan: Plan = { call, model, brands, from, to };
  if (!told.dryRun) {
    await runtime.settled(call.io.signal);
    await saveModel(runtime.checkpoints, model.name, files);
  }
  const asOf = (await pointOf(runtime, told.asOf)) ?? (await horizonOf(call));
  const passed = await passAll(plan, told.dryRun ? "try" : "label", asOf, told.dryRun ? "Asking" : "Labelling");
  if (!told.dryRun && told.wait) await settledWithBar(runtime, call.io);
  const switched = told.switch ? await switchOver(plan, passed, told) : NOBODY;
  const report = {
    model: model.name,
    dryRun: told.dryRun,
    switched: [...(switched?.keys() ?? [])],
    brands: passed.map((one) => brandReport(one.brand, { from, to }, one)),
    examples: await examplesOf(runtime.store, passed),
  };
  await call.io.out(told.json ? `${JSON.stringify(report, null, 2)}\n` : reportText(report));
  if (!told.json) call.io.err(footer(plan, await backText(switched ?? NOBODY), passed, told));
  return switched === null ? 1 : 0;
};

const NOBODY: ReadonlyMap<string, string | null> = new Map();

/** Which labels count now, and how they are taken back. */
const backText = async (switched: ReadonlyMap<string, string | null>): Promise<string> => {
  if (switched.size === 0) return "";
  const { loadModel } = await import("@molva/classifier");
  const before = [...new Set([...switched.values()].map((model) => model ?? loadModel().name))];
  const back = before.map((model) => `molva replay --model ${printable(model)} --switch`);
  return `The new labels count now for ${[...switched.keys()].map(printable).join(", ")}; back again: ${back.join(", or ")}\n`;
};

const footer = ({ model }: Plan, back: string, passed: readonly PassedBrand[], told: Input): string => {
  const name = printable(model.name);
  const taken = sum(passed, "taken");
  const end = told.switch
    ? back
    : told.dryRun
      ? "Nothing was written.\n"
      : `The old labels count as before; molva replay --model ${name} --switch makes the new ones count.\n`;
  return [
    taken === 0 ? "" : `${taken} mentions could not be labelled: their text is gone, by retention or erasure.\n`,
    `NSR = (P − N) / n × 100, 95 % adjusted Wald interval; as of ${[...new Set(passed.map(({ asOf }) => asOf))].join(", ")}\n`,
    end,
  ].join("");
};

export const replay = defineCommand({
  name: "replay",
  summary: "label history with another model, beside the old labels; compare, then switch",
  details: `Stored texts are labelled once more, oldest first, in the backfill lane: today's mentions go before. Numbers do not change until --switch says
which labels count; then new mentions are labelled by that model too. --dry-run writes nothing and prints what would change. A killed replay goes on
where it was when it is run again. A person's label stands whatever the models say. To go back: --switch to the old model.`,
  flags: [
    { flags: "--model <model>", help: "a folder that molva train wrote, or a known name@version" },
    { flags: "--brand <brand>", help: "one brand, by id or title (default: all)" },
    { flags: "--from <time>", help: "first date of the mentions, e.g. 2026-01-01 (default: the first)" },
    { flags: "--to <time>", help: "end, not included (default: after the last)" },
    { flags: "--dry-run", help: "compare and write nothing" },
    { flags: "--switch", help: "make the new labels count" },
    { flags: "--force", help: "switch although some of history has no label by the model" },
    { flags: "--by <who>", help: "who switches; stands in the record" },
    AS_OF_FLAG,
    { flags: "--no-wait", help: "end when the log has the labels; do not wait for them to be stored" },
    TZ_FLAG,
    JSON_FLAG,
  ],
  examples: [
    "molva replay --model my-model --dry-run",
    "molva replay --model my-model --brand aurora",
    "molva replay --model bank@1 --brand aurora --switch --by vera",
  ],
  folder: "held",
  input,
  run,
});
