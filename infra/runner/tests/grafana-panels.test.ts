import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { instantOf, millisOf, type Brand, type BrandId } from "@molva/contracts";
import { z } from "zod";
import { saveBrands } from "../src/brand-tables.ts";
import { demoFacts, openFactStore, plainFacts, type FactStore } from "./support/demo-store.ts";
import { expanded, readDashboard, type Asked, type Panel } from "./support/grafana.ts";

/** Every query of the committed dashboards, as Grafana and its plugin send it, on the demo's data. */
const NOW = instantOf(Date.UTC(2026, 5, 15, 12, 34, 56));
const BOBBY = `O'Neil"; DROP`;
const HOSTILE = [BOBBY, `a\\`, `b' --`, "$__toTime /* ${brand} [[source]] #"];
const DEMO = ["ostrimo", "velmora-bank", "zumbrik"];
const BRANDS = [...DEMO, "quiet", ...HOSTILE];

let opened: FactStore;
let keys: ReadonlyMap<string, string>;

interface Column {
  readonly name: string;
  readonly type: string;
}
interface Answer {
  readonly columns: readonly Column[];
  readonly rows: readonly Readonly<Record<string, unknown>>[];
}

const askOnce = async (sql: string): Promise<Answer> => {
  const query = <Row>(text: string, row: z.ZodType<Row>) =>
    opened.store.query({ name: "panel", sql: text, params: z.strictObject({}), row }, {});
  const columns = await query(`DESCRIBE (${sql})`, z.object({ name: z.string(), type: z.string() }));
  return { columns, rows: await query(sql, z.record(z.string(), z.unknown())) };
};

/** Nothing is written once the tests run, so a question that was asked has its answer. */
const answers = new Map<string, Promise<Answer>>();
const ask = async (sql: string): Promise<Answer> => {
  const answer = answers.get(sql) ?? askOnce(sql);
  answers.set(sql, answer);
  return answer;
};

const asked = (variables: Asked["variables"], days = 30): Asked => ({
  from: millisOf(NOW) / 1000 - days * 86_400,
  to: Math.floor(millisOf(NOW) / 1000),
  interval: 3600,
  variables: { window: "168", source: [""], label: "all", ...variables },
});

const keysOf = (brands: readonly string[]): readonly string[] => brands.map((brand) => keys.get(brand) as string);

beforeAll(async () => {
  opened = await openFactStore();
  await opened.tell(demoFacts(NOW));
  for (const brand of HOSTILE) await opened.tell(plainFacts(brand, 150, NOW));
  const brands = ["velmora-bank", "quiet"].map((id): Brand => {
    const title = id === "quiet" ? "Quiet" : "Velmora Bank";
    return { id: id as BrandId, title, query: null, timezone: null, targets: [] };
  });
  await saveBrands(opened.store, brands, () => NOW);
  const listed = await askOnce("SELECT id, key FROM brand_list");
  keys = new Map(listed.rows.map((row) => [String(row["id"]), String(row["key"])]));
});
afterAll(async () => opened[Symbol.asyncDispose]());

const LANGUAGES = ["en", "ru"] as const;
const dashboards = await Promise.all(
  LANGUAGES.flatMap((language) =>
    (["overview", "brand"] as const).map(async (name) => ({
      language,
      name,
      dashboard: await readDashboard(language, name),
    })),
  ),
);
const all = dashboards.flatMap(({ language, name, dashboard }) =>
  dashboard.panels
    .filter((panel) => panel.targets !== undefined)
    .map((panel) => ({ language, name, panel, what: `${language} ${name} ${panel.id}: ${panel.title}` })),
);

const sqlOf = (panel: Panel): string => panel.targets?.[0].rawSql ?? "";
/** Most panels ask the same in both languages: once is enough. */
const panels = all.filter(({ panel }, i) => all.findIndex((other) => sqlOf(other.panel) === sqlOf(panel)) === i);
const TIME = /^DateTime(64)?\b/;
const NUMBER = /^(Nullable\()?(U?Int(8|16|32|64)|Float(32|64)|Nothing)\)?$/;
const TEXT = /^(Nullable\()?(LowCardinality\()?(Nullable\()?String\)*$/;
const NULLABLE_TIME = /^(Nullable\()?DateTime(64)?\(/;

const isSeries = (panel: Panel): boolean => panel.type === "timeseries";

/** What the plugin can turn into a field, and what a time series needs: the time first, numbers, and text only as labels. */
const expectShape = (panel: Panel, columns: readonly Column[]): void => {
  const [first, ...rest] = columns;
  for (const { name, type } of columns)
    expect(
      [NUMBER, TEXT, NULLABLE_TIME].some((kind) => kind.test(type)),
      `${name} ${type}`,
    ).toBe(true);
  if (!isSeries(panel)) return;
  expect(first).toMatchObject({ name: "time", type: expect.stringMatching(TIME) as string });
  expect(rest.some(({ type }) => NUMBER.test(type))).toBe(true);
  expect(rest.filter(({ type }) => !NUMBER.test(type) && !TEXT.test(type))).toEqual([]);
};

const ascending = (rows: Answer["rows"]): void => {
  const times = rows.map((row) => Date.parse(String(row["time"])));
  expect(times).toEqual(times.toSorted((a, b) => a - b));
};

describe.each(panels)("$what", ({ name, panel }) => {
  const brandOf = (brands: readonly string[]): Asked["variables"] =>
    name === "overview" && !panel.title.includes("${brand:text}")
      ? { brand: keysOf(brands) }
      : { brand: keysOf(brands).slice(0, 1) };

  it("answers with the columns its fields name, in types that Grafana draws", async () => {
    const { columns, rows } = await ask(expanded(sqlOf(panel), asked(brandOf(DEMO))));
    expectShape(panel, columns);
    const named = new Set(columns.map((column) => column.name));
    const unknown = (panel.fieldConfig?.overrides ?? [])
      .map((o) => o.matcher.options)
      .filter((name) => !named.has(name));
    expect(unknown.filter((name) => !["window", "polar", "polar_low", "polar_high"].includes(name))).toEqual([]);
    if (isSeries(panel)) {
      expect(rows.length).toBeGreaterThan(10);
      ascending(rows);
    }
  });

  it("has the same columns and no number for a brand without a mention", async () => {
    const some = await ask(expanded(sqlOf(panel), asked(brandOf(DEMO))));
    const none = await ask(expanded(sqlOf(panel), asked({ brand: keysOf(["quiet"]) })));
    expect(none.columns).toEqual(some.columns);
    const rates = ["nsr", "nsr_low_base", "low", "high", "polar", "share", "share_low", "share_high"];
    for (const row of none.rows)
      for (const rate of rates) expect(row[rate] ?? null, `${rate} of ${panel.title}`).toBeNull();
    if (isSeries(panel)) expect(none.rows).toEqual([]);
  });

  it.each(HOSTILE)("takes a brand named %s for what it is", async (brand) => {
    const variables = { brand: keysOf([brand]), source: ["rss"] };
    const hostile = await ask(expanded(sqlOf(panel), asked(variables)));
    const plain = await ask(expanded(sqlOf(panel), asked(brandOf(DEMO))));
    expect(hostile.columns).toEqual(plain.columns);
    if (sqlOf(panel).includes("${brand:singlequote}") && !/brand_collection|adjusted_now/.test(sqlOf(panel)))
      expect(hostile.rows.length).toBeGreaterThan(0);
  });

  it("answers over an hour and over three years", async () => {
    const hour = await ask(expanded(sqlOf(panel), { ...asked(brandOf(DEMO), 1 / 24), interval: 3600 }));
    const years = await ask(expanded(sqlOf(panel), { ...asked(brandOf(DEMO), 1100), interval: 86_400 }));
    expectShape(panel, hour.columns);
    expect(years.columns).toEqual(hour.columns);
    expect(years.rows.length).toBeGreaterThanOrEqual(isSeries(panel) ? hour.rows.length : 0);
  });
});

describe.each(dashboards)("the variables of $language $name", ({ dashboard, language }) => {
  it("are filled from small tables: a value and what is shown", async () => {
    const queries = dashboard.templating.list.filter((variable) => variable.type === "query");
    expect(queries.length).toBeGreaterThanOrEqual(2);
    for (const variable of queries) {
      const { columns, rows } = await ask(expanded(variable.query, asked({ brand: keysOf(["velmora-bank"]) })));
      expect(columns.length, `columns of ${variable.name}`).toBeLessThanOrEqual(2);
      expect(columns.every(({ type }) => TEXT.test(type))).toBe(true);
      const shown = rows.map((row) => columns.map(({ name }) => row[name]));
      if (variable.name === "brand") {
        expect(shown).toContainEqual(["velmora-bank", "Velmora Bank"]);
        expect(shown).toContainEqual([BOBBY, BOBBY]);
        expect(new Set(shown.map(([, title]) => title))).toEqual(
          new Set(BRANDS.map((brand) => ({ quiet: "Quiet", "velmora-bank": "Velmora Bank" })[brand] ?? brand)),
        );
      }
      if (variable.name === "window")
        expect(shown).toEqual(
          language === "en"
            ? [
                ["24", "24 hours"],
                ["168", "7 days"],
                ["720", "30 days"],
                ["2160", "90 days"],
              ]
            : [
                ["24", "24 часа"],
                ["168", "7 дней"],
                ["720", "30 дней"],
                ["2160", "90 дней"],
              ],
        );
      if (variable.name === "source") expect(shown).toEqual([["rss"], ["web-reviews"]]);
    }
  });

  it("draw incidents and notes where there are any", async () => {
    for (const { target } of dashboard.annotations.list) {
      const { columns } = await ask(expanded(target.rawSql, asked({ brand: keysOf(DEMO) })));
      expect(columns.map((column) => column.name)).toEqual(["time", "timeEnd", "title", "text"]);
      expect(columns[0]?.type).toMatch(TIME);
    }
  });
});

it("leaves the store as it was, whatever the brands are called", async () => {
  const { rows } = await askOnce("SELECT toUInt32(uniqExact(brand)) AS brands FROM bucket");
  expect(rows).toEqual([{ brands: DEMO.length + HOSTILE.length }]);
});
