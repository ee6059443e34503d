import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { listAlerts, listIncidents } from "@molva/aggregator";
import { ALERTS, instantOf, MENTIONS, type Alert, type Incident, type TargetHealth } from "@molva/contracts";
import type { Config } from "@molva/platform";
import { z } from "zod";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createWatch, type WatchParts } from "../src/alerts/watch-brands.ts";
import { configFrom } from "../src/settings.ts";
import { targetKeys } from "../src/target-keys.ts";
import { brandOf, stormOf, usualOf } from "../bench/alerts/say.ts";
import { openInProcess, type InProcess } from "./support/in-process.ts";

const HOUR = 3_600_000;
const NOW = Date.now();
const EVER = { from: instantOf(0), to: instantOf(NOW + 1_000 * HOUR) };

/** So many mentions of one tone, evenly spread over days before now. */
const said = (brand: string, tone: "good" | "bad", count: number, fromDay: number, toDay: number): string =>
  Array.from({ length: count }, (_, i) => {
    const at = NOW - (fromDay + ((toDay - fromDay) * (i + 0.5)) / count) * 24 * HOUR;
    const text =
      tone === "good"
        ? "Great service, the courier was early and friendly."
        : "Awful, the parcel arrived broken and late.";
    return `${JSON.stringify({ id: `${tone}-${i}`, brand, text: `${text} Order ${i}.`, rating: tone === "good" ? 5 : 1, publishedAt: new Date(at).toISOString() })}\n`;
  }).join("");

let molva: InProcess;
let config: Config;
beforeAll(async () => {
  molva = await openInProcess("evaluator");
  const path = join(molva.folder, "molva.yaml");
  const brands = ["storm-0", "storm-1", "storm-2", "glum", "shift"];
  await writeFile(
    path,
    `brands:\n${brands.map((id) => `  - {id: ${id}, title: ${id}, query: x, targets: [{source: rss, url: "https://feeds.example/${id}.xml"}]}\n`).join("")}`,
  );
  config = await configFrom(path, "molva.yaml");
  const history = [
    usualOf([brandOf(0), brandOf(1), brandOf(2)], 14, NOW),
    said("glum", "bad", 130, 0.5, 25),
    said("shift", "good", 220, 7.2, 34),
    said("shift", "bad", 220, 0.1, 6.9),
  ].join("");
  const imported = await molva.run(["import", "-", "--source", "reviews", "--format", "jsonl"], { stdin: history });
  if (imported.code !== 0) throw new Error(imported.err);
});
afterAll(() => molva[Symbol.asyncDispose]());

const watchWith = (changes: Partial<WatchParts> = {}) => createWatch({ runtime: molva.runtime, config, ...changes });
const logged = async (brand: string): Promise<readonly Alert[]> => {
  const found: Alert[] = [];
  for await (const { value } of molva.runtime.bus.read(ALERTS, "live")) if (value.brandId === brand) found.push(value);
  return found;
};
const incidentsOf = async (brand: string): Promise<readonly Incident[]> =>
  listIncidents(molva.runtime.store, { brand, ...EVER });
const storm = async (number: number): Promise<void> => {
  await molva.runtime.bus.publish(MENTIONS, "live", stormOf(brandOf(number), 40, Date.now()));
  await molva.runtime.settled();
};

describe("an evaluator", () => {
  it("looks at once at what was counted anew in the last hours, and at nothing else", async () => {
    const watch = watchWith();
    await watch.look();
    expect(await logged("storm-0")).toEqual([]);
    await storm(0);
    await molva.run(["import", "-", "--source", "old", "--format", "jsonl"], {
      stdin: said("storm-1", "bad", 60, 400, 500),
    });
    await watch.lookAtChanged();
    const alerts = await logged("storm-0");
    expect(alerts.map(({ kind, event, severity }) => [kind, event, severity])).toContainEqual([
      "negative-spike",
      "opened",
      "critical",
    ]);
    expect(alerts[0]?.mentions.length).toBeGreaterThanOrEqual(40);
    expect(await logged("storm-1")).toEqual([]);
    await watch.lookAtChanged();
    await watch.look();
    expect(await logged("storm-0")).toHaveLength(alerts.length);
  }, 180_000);

  it("decides the same as another one beside it: the same ids, so that each is sent once", async () => {
    const [one, other] = [watchWith(), watchWith()];
    await Promise.all([one.look(), other.look()]);
    await storm(1);
    await Promise.all([one.look(), other.look()]);
    const ids = (await logged("storm-1")).map(({ alertId }) => alertId);
    const kept = await listAlerts(molva.runtime.store, { brand: "storm-1", ...EVER });
    expect(kept.map(({ alertId }) => alertId).toSorted()).toEqual([...new Set(ids)].toSorted());
    const spikes = (await incidentsOf("storm-1")).filter(
      ({ kind, held }) => kind === "negative-spike" && held === null,
    );
    expect(spikes).toHaveLength(1);
    expect(new Set((await logged("storm-1")).map(({ incidentId }) => incidentId)).size).toBe(new Set(ids).size);
  }, 180_000);

  it("that dies between any two steps is followed by one that decides the same, under the same ids", async () => {
    await watchWith().look();
    await storm(2);
    for (const step of ["decided", "told"] as const) {
      const dying = watchWith({
        onStep: (reached) => {
          if (reached === step) throw new Error(`dies when ${step}`);
        },
      });
      await expect(dying.look()).rejects.toThrow(/dies when/);
    }
    await watchWith().look();
    const ids = (await logged("storm-2")).map(({ alertId }) => alertId);
    expect(ids.length).toBeGreaterThan(new Set(ids).size);
    const kept = await listAlerts(molva.runtime.store, { brand: "storm-2", ...EVER });
    expect(kept.map(({ alertId }) => alertId).toSorted()).toEqual([...new Set(ids)].toSorted());
    // And nothing more is decided by one that starts later.
    await watchWith().look();
    expect(await logged("storm-2")).toHaveLength(ids.length);
  }, 180_000);
});

describe("what stands at a brand beside its spikes", () => {
  const health = (target: string, changes: Partial<TargetHealth>): TargetHealth => ({
    target,
    source: "rss",
    brands: ["glum"],
    title: "https://feeds.example/glum.xml",
    state: "ok",
    lastAttemptAt: instantOf(NOW),
    lastSuccessAt: instantOf(NOW),
    lastNewMentionAt: instantOf(NOW - 80 * HOUR),
    pages: 1,
    new: 0,
    changed: 0,
    unchanged: 0,
    removed: 0,
    errors: 0,
    errorCode: null,
    errorMessage: null,
    consecutiveFailures: 0,
    nextAttemptAt: null,
    blockedSince: null,
    errorsByCode: {},
    unreadable: 0,
    got: 1,
    expected: 24,
    quiet: true,
    publicRating: null,
    ...changes,
  });

  it("is told: a rate and an NPS below zero, a rating that fell, a source that is silent, labels that drifted", async () => {
    const { runtime } = molva;
    const [target] = await targetKeys(config.brands.filter(({ id }) => id === "glum"));
    await runtime.checkpoints.write({
      "health/mine": health(target ?? "", {}),
      "health/gone": health("a target that is configured no more", { source: "app-store" }),
    });
    const ratings = [72, 1].map(
      (hours, i) =>
        `('place', fromUnixTimestamp64Milli(toInt64(${NOW - hours * HOUR})), 'google-maps', ['glum'], 'Glum', ${4.4 - i * 0.3}, 1, 5, 900, ${i + 1})`,
    );
    await runtime.store.execute(
      {
        name: "test-ratings",
        sql: `INSERT INTO public_rating (target, at, source, brands, title, mean, min, max, count, ver) VALUES ${ratings.join(", ")}`,
        params: z.strictObject({}),
      },
      {},
    );
    const answers = Array.from(
      { length: 120 },
      (_, i) => `p${i},${new Date(NOW - 5 * 24 * HOUR).toISOString()},${i % 4 === 0 ? 10 : 2}`,
    );
    await writeFile(join(molva.folder, "nps.csv"), ["respondent,date,score", ...answers].join("\n"));
    expect((await molva.run(["survey", "import", "nps.csv", "--brand", "glum", "--metric", "nps"])).code).toBe(0);
    await watchWith().look();
    const open = (await incidentsOf("glum")).filter(({ closedAt }) => closedAt === null);
    const found = open.map(({ kind, source, severity }) => `${kind} ${source ?? "-"} ${severity}`).toSorted();
    expect(found).toEqual([
      "level - warning",
      "level nps warning",
      "rating-drop google-maps warning",
      "silence rss warning",
    ]);
    const level = open.find(({ kind, source }) => kind === "level" && source === "nps");
    expect(level?.numbers.level?.value).toBeCloseTo(-50, 5);
    expect(level?.numbers.level?.high).toBeLessThan(0);
    // Two warnings a week by default: the others wait for the digest.
    expect(open.filter(({ held }) => held === "budget")).toHaveLength(2);
    expect(open.filter(({ held }) => held === null)).toHaveLength(2);
    const drift = (await incidentsOf("shift")).find(({ kind }) => kind === "drift");
    expect(drift).toMatchObject({ severity: "info", closedAt: null });
    expect(drift?.numbers.n).toBeGreaterThanOrEqual(200);
  }, 180_000);

  it("is answered by `alerts why`, beside what each rule said", async () => {
    const told = await molva.json<{
      readonly rules: readonly { readonly kind: string }[];
      readonly conditions: readonly { readonly kind: string; readonly source: string | null; readonly why: string }[];
    }>([
      "alerts",
      "why",
      "--brand",
      "glum",
      "--at",
      new Date().toISOString(),
      "--config",
      join(molva.folder, "molva.yaml"),
    ]);
    expect(told.conditions.map(({ kind, source }) => [kind, source])).toEqual(
      expect.arrayContaining([
        ["level", null],
        ["level", "nps"],
        ["silence", "rss"],
        ["rating-drop", "google-maps"],
      ]),
    );
    expect(told.conditions.find(({ kind }) => kind === "level")?.why).toMatch(/below zero/);
    const shift = await molva.json<typeof told>([
      "alerts",
      "why",
      "--brand",
      "storm-0",
      "--at",
      new Date().toISOString(),
    ]);
    expect(shift.conditions.find(({ kind, source }) => kind === "level" && source === null)?.why).toMatch(
      /reaches|n <|above/,
    );
  }, 180_000);
});
