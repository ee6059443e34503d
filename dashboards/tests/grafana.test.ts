import { readdir, readFile } from "node:fs/promises";
import type { Dashboard, GridPos, Panel, RowPanel } from "@grafana/schema";
import { grafanaFiles } from "@molva/dashboards/grafana";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";

/** How the dashboards are made; what their queries answer is tested where store and demo are (infra/runner/tests/grafana-panels.test.ts). */
const files = grafanaFiles().map(({ path, content }) => ({ path, dashboard: JSON.parse(content) as Dashboard }));
const isPanel = (panel: Panel | RowPanel): panel is Panel => panel.type !== "row";
const panelsOf = (dashboard: Dashboard): readonly Panel[] => (dashboard.panels ?? []).filter(isPanel);
const cyrillic = /[а-яё]/i;

const cells = ({ x, y, w, h }: GridPos): readonly string[] =>
  Array.from({ length: w * h }, (_, i) => `${x + (i % w)},${y + Math.floor(i / w)}`);

/** Every query of a dashboard: panels, variables, annotations. */
const queriesOf = (dashboard: Dashboard): readonly string[] => [
  ...panelsOf(dashboard).map((panel) => String(panel.targets?.[0]?.["rawSql"])),
  ...(dashboard.templating?.list ?? []).filter((v) => v.type === "query").map((v) => String(v.query)),
  ...(dashboard.annotations?.list ?? []).map((a) => (a.target as unknown as { rawSql: string }).rawSql),
];

const sqlFolder = new URL("../../infra/platform/sql/", import.meta.url);
const migrations = await Promise.all(
  (await readdir(sqlFolder)).map((name) => readFile(new URL(name, sqlFolder), "utf8")),
);
const named = (pattern: RegExp): readonly string[] =>
  migrations.flatMap((sql) => [...sql.matchAll(pattern)].map((match) => match[1] ?? ""));
const tables = named(/CREATE TABLE IF NOT EXISTS (\w+)/g);
const views = named(/CREATE OR REPLACE VIEW (\w+)/g);

it("there are two dashboards in each of two languages, each under an address of its own", () => {
  expect(files.map(({ dashboard }) => dashboard.uid)).toEqual([
    "molva-overview-en",
    "molva-brand-en",
    "molva-overview-ru",
    "molva-brand-ru",
  ]);
});

describe.each(files)("$path", ({ path, dashboard }) => {
  const russian = path.includes("/ru/");

  it("is classic JSON that Grafana 10 to 13 load", () => {
    expect(dashboard).toMatchObject({ schemaVersion: 42, id: null, tags: ["molva", russian ? "ru" : "en"] });
    expect(dashboard).not.toHaveProperty("elements");
  });

  it("speaks one language, and tells of each panel what its number is", () => {
    for (const panel of panelsOf(dashboard)) {
      const told = `${panel.title} ${panel.description}`;
      expect(cyrillic.test(told), `language of ${told}`).toBe(russian);
      expect(panel.description, `description of ${panel.title}`).toMatch(/\bn\b/);
      expect(String(panel.description).length).toBeGreaterThan(60);
    }
    const shown = JSON.stringify(dashboard.panels).match(/"displayName":.*?"value":"[^"]*"/g) ?? [];
    expect(shown.filter((text) => !russian && cyrillic.test(text))).toEqual([]);
    expect(cyrillic.test(String(dashboard.description))).toBe(russian);
  });

  it("names the formula in the legend or the description of every rate, with percent and n beside it", () => {
    const rates = panelsOf(dashboard).filter((panel) => /brand_rolling|brand_now/.test(JSON.stringify(panel.targets)));
    expect(rates.length).toBeGreaterThanOrEqual(3);
    for (const panel of rates) {
      const text = JSON.stringify(panel.fieldConfig);
      expect(`${text} ${panel.description}`).toMatch(/\(P − N\) \/ (n|\(P \+ N\)) × 100|N \/ n × 100/);
      expect(text).toContain('"percent"');
      const columns = (panel.fieldConfig?.overrides ?? []).map((override) => String(override.matcher.options));
      expect(columns).toContain("n");
      expect(String(panel.description)).toMatch(/95 %/);
    }
  });

  it("draws a low base in grey and leaves gaps open", () => {
    const series = panelsOf(dashboard).filter((panel) => panel.type === "timeseries");
    for (const panel of series) expect(panel.fieldConfig?.defaults.custom?.["spanNulls"]).toBe(false);
    const grey = { mode: "fixed", fixedColor: "#7b8694" };
    const lowBase = series.flatMap((panel) =>
      (panel.fieldConfig?.overrides ?? []).filter((o) => String(o.matcher.options).endsWith("_low_base")),
    );
    expect(lowBase.length).toBeGreaterThanOrEqual(2);
    for (const { properties } of lowBase) expect(properties).toContainEqual({ id: "color", value: grey });
  });

  it("has panels with ids of their own that do not lie on each other", () => {
    const all = dashboard.panels ?? [];
    expect(new Set(all.map((panel) => panel.id)).size).toBe(all.length);
    const taken = all.flatMap((panel) => cells(panel.gridPos as GridPos));
    expect(new Set(taken).size).toBe(taken.length);
    for (const { gridPos } of all) expect((gridPos?.x ?? 0) + (gridPos?.w ?? 0)).toBeLessThanOrEqual(24);
  });

  it("asks whatever data source the variable names, views alone, and lets no variable in unquoted", () => {
    for (const panel of panelsOf(dashboard)) {
      expect(panel.datasource?.uid).toBe("${datasource}");
      expect(panel.targets?.[0]?.["datasource"]).toEqual(panel.datasource);
    }
    for (const sql of queriesOf(dashboard)) {
      const read = [...sql.matchAll(/\b(?:FROM|JOIN) (\w+)/g)].map((match) => match[1] ?? "");
      expect(read.length).toBeGreaterThan(0);
      expect(read.filter((name) => tables.includes(name) || !views.includes(name))).toEqual([]);
      expect([...sql.matchAll(/\$\{[^}]*\}/g)].filter(([variable]) => !variable.endsWith(":singlequote}"))).toEqual([]);
      // What the plugin takes for a comment is blanked before it is sent.
      expect(sql).not.toMatch(/--|\/\*|#/);
    }
  });

  it("shows collection health and how far the numbers are beside them", () => {
    const asked = queriesOf(dashboard).join("\n");
    expect(asked).toMatch(/FROM (collection_health|brand_collection)/);
    expect(asked).toContain("FROM pipeline_progress");
  });
});

it("the languages differ in words alone", () => {
  const skeleton = (dashboard: Dashboard | undefined): unknown =>
    dashboard?.panels?.map((panel) => [
      panel.id,
      panel.type,
      panel.gridPos,
      isPanel(panel)
        ? String(panel.targets?.[0]?.["rawSql"]).replace(
            /'[^']*' AS window|, \['[^\]]*\], (topic|toString\(hours\))\)/g,
            "",
          )
        : null,
    ]);
  expect(skeleton(files[0]?.dashboard)).toEqual(skeleton(files[2]?.dashboard));
  expect(skeleton(files[1]?.dashboard)).toEqual(skeleton(files[3]?.dashboard));
});

describe("provisioning", () => {
  const folder = new URL("../grafana/provisioning/", import.meta.url);
  const read = async (path: string): Promise<unknown> => parse(await readFile(new URL(path, folder), "utf8"));

  it("has the store over HTTP and over the native protocol, with no secret in it", async () => {
    const sources = await Promise.all(
      ["http", "native"].map(
        async (protocol) =>
          (
            (await read(`datasources/molva-${protocol}.yaml`)) as {
              datasources: { uid: string; type: string; jsonData: Record<string, unknown>; secureJsonData: object }[];
            }
          ).datasources,
      ),
    );
    expect(sources.flat().map(({ uid, type }) => [uid, type])).toEqual([
      ["molva", "grafana-clickhouse-datasource"],
      ["molva-native", "grafana-clickhouse-datasource"],
    ]);
    expect(sources.flat().map(({ jsonData }) => jsonData["protocol"])).toEqual(["http", "native"]);
    for (const { secureJsonData, jsonData } of sources.flat()) {
      expect(secureJsonData).toEqual({ password: "$MOLVA_STORE_HTTP_PASSWORD" });
      expect(jsonData["enableRowLimit"]).toBe(false);
    }
  });

  it("puts each language's dashboards into a folder of its own", async () => {
    const { providers } = (await read("dashboards/molva.yaml")) as {
      providers: { folder: string; options: { path: string } }[];
    };
    expect(providers.map(({ folder, options }) => [folder, options.path])).toEqual([
      ["Molva", "/etc/grafana/molva/en"],
      ["Молва", "/etc/grafana/molva/ru"],
    ]);
    for (const { options } of providers) {
      const language = options.path.slice(-2);
      expect(files.filter(({ path }) => path.startsWith(`dashboards/grafana/dashboards/${language}/`)).length).toBe(2);
    }
  });

  it("finds in Grafana's container what its files name: the dashboards' folder and every variable", async () => {
    const compose = parse(await readFile(new URL("../../infra/compose/compose.yaml", import.meta.url), "utf8")) as {
      services: { grafana: { environment: Record<string, string>; volumes: string[] } };
    };
    const { environment, volumes } = compose.services.grafana;
    expect(volumes).toContain("../../dashboards/grafana/provisioning:/etc/grafana/provisioning:ro");
    expect(volumes).toContain("../../dashboards/grafana/dashboards:/etc/grafana/molva:ro");
    for (const protocol of ["http", "native"]) {
      const text = await readFile(new URL(`datasources/molva-${protocol}.yaml`, folder), "utf8");
      const asked = [...text.matchAll(/: \$(\w+)/g)].map((match) => match[1] ?? "");
      expect(asked.length).toBeGreaterThanOrEqual(5);
      expect(asked.filter((name) => environment[name] === undefined)).toEqual([]);
    }
  });

  it("has rules whose panels exist, whose words are in both languages, and in which Grafana expands nothing", async () => {
    const text = await readFile(new URL("alerting/molva.yaml", folder), "utf8");
    const { groups } = parse(text) as {
      groups: {
        rules: { dashboardUid: string; panelId: number; title: string; annotations: Record<string, string> }[];
      }[];
    };
    for (const rule of groups.flatMap((group) => group.rules)) {
      const dashboard = files.find((file) => file.dashboard.uid === rule.dashboardUid)?.dashboard;
      expect(panelsOf(dashboard as Dashboard).map((panel) => panel.id)).toContain(rule.panelId);
      const { summary, description, ...others } = rule.annotations;
      expect([summary, description].some((words) => cyrillic.test(words ?? ""))).toBe(false);
      expect(Object.keys(others)).toEqual(["summary_ru", "description_ru"]);
      expect(Object.values(others).filter((words) => !cyrillic.test(words) && !words.includes("_ru"))).toEqual([]);
      expect(JSON.stringify([rule.title, rule.annotations])).not.toContain("$");
    }
  });
});
