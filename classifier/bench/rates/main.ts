import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { ADJUSTED } from "@molva/numbers";
import { trainHeldOut } from "./held-out-models.ts";
import { createTelling } from "./telling.ts";
import { createRandom, trial, type Outcome, type Plan } from "./trials.ts";
import { readUnits, type UnitGroup } from "./units.ts";

/** `npm run bench:rates [-- --models DIR] [--trials N]`: how far the corrected rate is from the truth, on brands that the model has not seen. */
const dataDir = fileURLToPath(new URL("../../../../shared/data/sentiment", import.meta.url));
const optionOf = (name: string): string | null => {
  const at = process.argv.indexOf(`--${name}`);
  return at < 0 ? null : (process.argv[at + 1] ?? null);
};
const trials = Number(optionOf("trials") ?? "60");
const kept = optionOf("models");
const folder = kept ?? (await mkdtemp(join(tmpdir(), "molva-rates-")));

const PLANS: readonly (readonly [string, Plan])[] = [
  ["no audits", { kind: "none" }],
  ["30 in the brand", { kind: "unit", audits: 30 }],
  ["50 in the brand", { kind: "unit", audits: 50 }],
  ["100 in the brand", { kind: "unit", audits: 100 }],
  ["200 in the brand", { kind: "unit", audits: 200 }],
  ["30 in each", { kind: "each", audits: 30 }],
  ["50 in each", { kind: "each", audits: 50 }],
  ["100 in each", { kind: "each", audits: 100 }],
  ["100 over the brand's periods", { kind: "brand", audits: 100 }],
  ["100 pooled", { kind: "pooled", audits: 100 }],
  ["200 pooled", { kind: "pooled", audits: 200 }],
  ["400 pooled", { kind: "pooled", audits: 400 }],
];

const meanOf = (list: readonly number[]): number => list.reduce((a, b) => a + b, 0) / list.length;
const summary = (found: readonly Outcome[]): string =>
  `${meanOf(found.map((o) => o.error)).toFixed(1)} / ${(100 * meanOf(found.map((o) => (o.covered ? 1 : 0)))).toFixed(0)} / ${meanOf(found.map((o) => o.half)).toFixed(0)}`;

/** What issue 6 asks of four held-out groups; the others are printed beside them. */
const GATED: readonly string[] = [
  "sanders: brands",
  "trustpilot: brands",
  "sentirueval: brands",
  "sentirueval: brand-periods",
];
const errorOf = (found: readonly Outcome[]): number => meanOf(found.map((o) => o.error));
const coverageOf = (found: readonly Outcome[]): number => 100 * meanOf(found.map((o) => (o.covered ? 1 : 0)));

const run = (group: UnitGroup, plan: Plan): readonly Outcome[] => {
  const random = createRandom(20_261_122);
  const times = plan.kind === "none" ? 1 : trials;
  return Array.from({ length: times }, () => trial(group, plan, random)).flat();
};

try {
  await trainHeldOut(dataDir, folder, createTelling());
  const groups = await readUnits(dataDir, folder);
  console.log(
    `Mean absolute error / coverage of the 95 % interval, % / half-width, points; ${trials} draws; ${JSON.stringify(ADJUSTED)}`,
  );
  const found = new Map(
    PLANS.map(([name, plan]) => [name, new Map(groups.map((group) => [group.name, run(group, plan)]))]),
  );
  const outcomes = (plan: string, group: string): readonly Outcome[] => found.get(plan)?.get(group) ?? [];
  console.table(
    Object.fromEntries(
      PLANS.map(([name]) => [
        name,
        Object.fromEntries(
          groups.map((group) => [`${group.name} (${group.units.length})`, summary(outcomes(name, group.name))]),
        ),
      ]),
    ),
  );
  const worst = (plan: string, of: (o: readonly Outcome[]) => number, sign: 1 | -1, groupsOf = GATED): string =>
    (sign * Math.max(...groupsOf.map((group) => sign * of(outcomes(plan, group))))).toFixed(1);
  const periods = "sentirueval: brand-periods";
  const whole = GATED.filter((group) => group !== periods);
  console.log(`Worst of ${GATED.join(", ")}:`);
  console.log(`  100 in the brand: mean absolute error ${worst("100 in the brand", errorOf, 1)} (at most 3.7)`);
  console.log(
    `  200 pooled: mean absolute error ${worst("200 pooled", errorOf, 1, whole)} of brands, ${worst("200 pooled", errorOf, 1)} with their periods (at most 5.7)`,
  );
  console.log(
    `  brand-periods covered: ${["50 in the brand", "100 in the brand", "100 over the brand's periods", "200 pooled"].map((plan) => `${plan} ${coverageOf(outcomes(plan, periods)).toFixed(1)} %`).join(", ")} (93 to 98)`,
  );
  console.log(`  no audits: the width covers ${worst("no audits", coverageOf, -1)} % (at least 90)`);
} finally {
  if (kept === null) await rm(folder, { recursive: true, force: true });
}
