import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { FACTS, instantOf, millisOf, type Instant, type TargetHealth } from "@molva/contracts";
import { openEmbeddedBus, type EmbeddedBus } from "@molva/platform";
import { z } from "zod";
import { saveProgress } from "../src/stage-progress.ts";
import { saveTargetHealth } from "../src/target-health.ts";
import { saveVerification } from "../src/verify-runs.ts";
import { openFactStore, plainFacts, type FactStore } from "./support/demo-store.ts";
import { expanded, readRules, type Rule } from "./support/grafana.ts";

/** The alert rules as Grafana evaluates them: the query, the last value of each series, the threshold. */
let opened: FactStore;
let bus: EmbeddedBus;
let logFolder: string;

beforeAll(async () => {
  opened = await openFactStore();
  logFolder = await mkdtemp(join(tmpdir(), "molva-rules-"));
  bus = await openEmbeddedBus({ dir: logFolder });
});
afterAll(async () => {
  await bus.close();
  await opened[Symbol.asyncDispose]();
  await rm(logFolder, { recursive: true, force: true });
});

const HOUR = 3_600_000;
const now = (): Instant => instantOf(Date.now());
const ago = (hours: number): Instant => instantOf(Date.now() - hours * HOUR);

const rules = await readRules();
const ruleOf = (uid: string): Rule => rules.find((rule) => rule.uid === uid) as Rule;
type Row = Readonly<Record<string, unknown>>;

const lastNumber = (rows: readonly Row[]): number | null =>
  rows.map((row) => row["value"]).findLast((value): value is number => typeof value === "number") ?? null;

const exceeds = (
  value: number,
  { type, params: [limit] }: { readonly type: string; readonly params: readonly [number] },
) => (type === "gt" ? value > limit : type === "gte" ? value >= limit : type === "lt" ? value < limit : value <= limit);

/** The labels of the series that fire; `NoData` when the query answers nothing. */
const evaluate = async (rule: Rule): Promise<"NoData" | readonly Readonly<Record<string, unknown>>[]> => {
  const [query, reduce, threshold] = rule.data;
  const at = Math.floor(Date.now() / 1000);
  const sql = expanded(query?.model.rawSql ?? "", { from: at - 600, to: at, interval: 60, variables: {} });
  const rows = await opened.store.query(
    { name: "rule", sql, params: z.strictObject({}), row: z.record(z.string(), z.unknown()) },
    {},
  );
  expect([reduce?.model.reducer, threshold?.refId]).toEqual(["last", rule.condition]);
  if (rows.length === 0) return "NoData";
  const series = new Map<string, Row[]>();
  for (const { time: _, value, ...labels } of rows) {
    expect(Object.values(labels).every((label) => typeof label === "string")).toBe(true);
    const key = JSON.stringify(labels);
    series.set(key, [...(series.get(key) ?? []), { value }]);
  }
  const evaluator = threshold?.model.conditions?.[0].evaluator;
  return [...series]
    .filter(([, points]) => {
      const last = lastNumber(points);
      return last !== null && evaluator !== undefined && exceeds(last, evaluator);
    })
    .map(([labels]) => JSON.parse(labels) as Row);
};

const health = (target: string, told: Partial<TargetHealth>): TargetHealth => ({
  target,
  source: "rss",
  brands: ["aurora"],
  title: `https://${target}.example/`,
  state: "ok",
  lastAttemptAt: ago(0.2),
  lastSuccessAt: ago(0.2),
  lastNewMentionAt: null,
  pages: 1,
  new: 0,
  changed: 0,
  unchanged: 3,
  removed: 0,
  errors: 0,
  errorCode: null,
  errorMessage: null,
  consecutiveFailures: 0,
  nextAttemptAt: instantOf(Date.now() + HOUR),
  blockedSince: null,
  errorsByCode: {},
  unreadable: 0,
  got: 0,
  expected: null,
  quiet: false,
  publicRating: null,
  ...told,
});

const save = async (targets: readonly TargetHealth[], clock = now): Promise<void> =>
  saveTargetHealth(
    opened.store,
    { reports: targets.map((told) => ({ health: told, outcome: "done" as const })), whole: true },
    clock,
  );

const write = async (sql: string): Promise<void> =>
  opened.store.execute({ name: "test-write", sql, params: z.strictObject({}) }, {});

describe("collection is silent", () => {
  const rule = ruleOf("molva-collection-silent");
  const silent = async () => {
    const found = await evaluate(rule);
    return found === "NoData" ? found : found.map((labels) => labels["target"]);
  };

  it("has nothing to say where nothing is crawled", async () => {
    expect([await silent(), rule.noDataState]).toEqual(["NoData", "OK"]);
  });

  it("does not fire while targets work, also the rarely crawled, nor at the first failures", async () => {
    const daily = health("daily", { lastSuccessAt: ago(20), nextAttemptAt: instantOf(Date.now() + 4 * HOUR) });
    const failing = health("failing", { state: "failing", lastSuccessAt: ago(5), consecutiveFailures: 4 });
    await save([health("fine", {}), daily, failing]);
    expect(await silent()).toEqual([]);
  });

  it("fires for a target that fails for long, one that nobody crawls any more, and one that never delivered", async () => {
    await save([health("new", { state: "never", lastSuccessAt: null, lastAttemptAt: null })], () => ago(7));
    await save([
      health("fine", {}),
      health("failing", { state: "blocked", lastSuccessAt: ago(6.5), errorCode: "SOURCE_BLOCKED", errors: 1 }),
      health("forgotten", { lastSuccessAt: ago(9), nextAttemptAt: ago(8) }),
      health("new", { state: "never", lastSuccessAt: null, lastAttemptAt: null }),
    ]);
    expect((await silent()) as readonly string[]).toEqual([
      "https://failing.example/",
      "https://forgotten.example/",
      "https://new.example/",
    ]);
  });

  it("forgets a target that was taken out of the configuration", async () => {
    await save([health("fine", {})]);
    expect(await silent()).toEqual([]);
  });
});

describe("the pipeline is stalled", () => {
  const rule = ruleOf("molva-pipeline-stalled");

  it("fires when nobody ever told", async () => {
    expect([await evaluate(rule), rule.noDataState]).toEqual(["NoData", "Alerting"]);
  });

  it("does not fire while all is applied", async () => {
    await saveProgress(bus, opened.store, now);
    expect(await evaluate(rule)).toEqual([]);
  });

  it("fires when messages have waited for long, and when nobody has told for long", async () => {
    await bus.publish(FACTS, "live", plainFacts("waiting", 3, now()));
    await saveProgress(bus, opened.store, now);
    expect(await evaluate(rule)).toEqual([]);
    const waited = ago(0.6).slice(0, -1).replace("T", " ");
    await write(
      `INSERT INTO stage_progress (stage, at, horizon, lag, ver) VALUES ('aggregator', now64(3), '${waited}', 3, ${Date.now() + 1})`,
    );
    expect(await evaluate(rule)).toEqual([{}]);
    const told = instantOf(millisOf(now()) - 2000);
    await write(
      `INSERT INTO stage_progress (stage, at, horizon, lag, ver) VALUES ('aggregator', '${waited}', '${told.slice(0, -1).replace("T", " ")}', 0, ${Date.now() + 2})`,
    );
    expect(await evaluate(rule)).toEqual([{}]);
  });
});

describe("a recount differs", () => {
  const rule = ruleOf("molva-verify-failed");

  it("is silent before the first recount and after one that agrees, and fires after one that does not", async () => {
    expect([await evaluate(rule), rule.noDataState]).toEqual(["NoData", "OK"]);
    await saveVerification(opened.store, { buckets: 900, differences: [] }, ago(1), () => ago(1));
    expect(await evaluate(rule)).toEqual([]);
    const difference = { brand: "aurora", hour: ago(30), what: "positive", stored: 3, recounted: 4 };
    await saveVerification(opened.store, { buckets: 900, differences: [difference as never] }, now(), now);
    expect(await evaluate(rule)).toEqual([{}]);
  });
});

describe("an incident is open", () => {
  const rule = ruleOf("molva-incident-open");
  const incident = (id: string, closed: boolean, kind = "level", held: string | null = null): string =>
    `('${id}', 'aurora', now64(3) - 7200, ${closed ? "now64(3)" : "NULL"}, 'Delivery', 'Доставка', ${Date.now() + (closed ? 1 : 0)}, '${JSON.stringify({ kind, held, severity: "warning" })}')`;
  const tell = async (...rows: readonly string[]): Promise<void> =>
    write(
      `INSERT INTO incident (id, brand, opened, closed, summary_en, summary_ru, ver, body) VALUES ${rows.join(", ")}`,
    );

  it("fires for each that is open, with its words in both languages, until it is closed", async () => {
    expect([await evaluate(rule), rule.noDataState]).toEqual(["NoData", "OK"]);
    await tell(incident("one", false), incident("two", false));
    await tell(incident("two", true));
    expect(await evaluate(rule)).toMatchObject([{ incident: "one", summary: "Delivery", summary_ru: "Доставка" }]);
    await tell(incident("one", true));
    expect(await evaluate(rule)).toEqual("NoData");
  });

  it("leaves spikes to Molva's own messages, and what nobody was to be told of to nobody", async () => {
    await tell(
      incident("spike", false, "negative-spike"),
      incident("planned", false, "level", "planned"),
      incident("part", false, "level", "inhibited"),
    );
    expect(await evaluate(rule)).toEqual("NoData");
    const shown = await opened.store.query(
      {
        name: "shown",
        sql: "SELECT id FROM incident_list",
        params: z.strictObject({}),
        row: z.object({ id: z.string() }),
      },
      {},
    );
    expect(shown.map(({ id }) => id).toSorted()).toEqual(["one", "spike", "two"]);
  });
});

it("is all that the file has: every rule is evaluated here", () => {
  expect(rules.map((rule) => rule.uid)).toEqual([
    "molva-collection-silent",
    "molva-pipeline-stalled",
    "molva-verify-failed",
    "molva-incident-open",
  ]);
});
