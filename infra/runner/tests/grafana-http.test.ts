import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { instantOf, millisOf } from "@molva/contracts";
import { serveClickHouse, type ClickHouseServer } from "@molva/platform";
import { z } from "zod";
import { saveBrands } from "../src/brand-tables.ts";
import { demoFacts, openFactStore, type FactStore } from "./support/demo-store.ts";
import { expanded, readDashboard } from "./support/grafana.ts";

/** The panels through Molva's own ClickHouse port, as a user who reads alone, with what Grafana's plugin sends beside the query. */
const READER = { name: "reader", password: "a password of tests", readonly: true } as const;
const NOW = instantOf(Date.UTC(2026, 5, 15, 12));

let opened: FactStore;
let server: ClickHouseServer;

beforeAll(async () => {
  opened = await openFactStore();
  await opened.tell(demoFacts(NOW));
  await saveBrands(opened.store, [], () => NOW);
  server = await serveClickHouse({ store: opened.store, port: 0, users: [READER] });
});
afterAll(async () => {
  await server.close();
  await opened[Symbol.asyncDispose]();
});

/** What clickhouse-go puts into the address, and the plugin's own settings. */
const PLUGIN = {
  database: "molva",
  max_execution_time: "60",
  client_protocol_version: "54460",
  enable_http_compression: "1",
};

const post = async (sql: string, more: Readonly<Record<string, string>>): Promise<Response> =>
  fetch(`${server.url}/?${new URLSearchParams({ ...PLUGIN, ...more }).toString()}`, {
    method: "POST",
    body: sql,
    headers: { "X-ClickHouse-User": READER.name, "X-ClickHouse-Key": READER.password, "Accept-Encoding": "gzip" },
  });

const panels = (
  await Promise.all(["overview" as const, "brand" as const].map(async (name) => readDashboard("en", name)))
)
  .flatMap((dashboard) => dashboard.panels)
  .filter((panel) => panel.targets !== undefined);

const to = millisOf(NOW) / 1000;
const asked = {
  from: to - 30 * 86_400,
  to,
  interval: 86_400,
  variables: { brand: ["velmora-bank"], window: "168", source: ["rss"], label: "all" },
};

describe("Grafana's reader", () => {
  it.each(panels)("gets $title as the store itself gives it", async (panel) => {
    const sql = expanded(panel.targets?.[0].rawSql ?? "", asked);
    const direct = await opened.store.query(
      { name: "panel", sql, params: z.strictObject({}), row: z.record(z.string(), z.unknown()) },
      {},
    );
    const answer = await post(sql, { default_format: "JSONEachRow", date_time_output_format: "iso" });
    const text = await answer.text();
    expect(answer.status, `it said ${text.slice(0, 300)}`).toBe(200);
    const rows =
      text === ""
        ? []
        : text
            .trimEnd()
            .split("\n")
            .map((line) => JSON.parse(line) as object);
    const plain = (row: object): unknown => JSON.parse(JSON.stringify(row).replace(/"(-?\d+)"/g, "$1"));
    expect(rows.map(plain)).toEqual(direct.map(plain));
  });

  it("gets the plugin's own format", async () => {
    const sql = expanded(panels[0]?.targets?.[0].rawSql ?? "", asked);
    const answer = await post(sql, { default_format: "Native" });
    expect([answer.status, answer.headers.get("x-clickhouse-format")]).toEqual([200, "Native"]);
  });

  it("writes nothing", async () => {
    const answer = await post("INSERT INTO brand_title (brand, title, ver) VALUES ('x', 'x', 1)", {});
    expect([answer.status < 400, answer.headers.get("x-clickhouse-exception-code")]).toEqual([false, "164"]);
  });
});
