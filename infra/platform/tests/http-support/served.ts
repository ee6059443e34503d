import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  openStore,
  serveClickHouse,
  type ClickHouseServer,
  type EmbeddedStore,
  type HttpLimits,
} from "../../src/index.ts";

export const WRITER = { name: "molva", password: "a password of tests", readonly: false } as const;
export const READER = { name: "reader", password: "another password", readonly: true } as const;

export interface Served {
  readonly server: ClickHouseServer;
  readonly store: EmbeddedStore;
  /** The store's folder. */
  readonly path: string;
  close(): Promise<void>;
}

/** An engine in a folder of its own, its database `molva`, and the HTTP interface in front of it with a writer and a reader. */
export const serve = async (limits: Partial<HttpLimits> = {}): Promise<Served> => {
  const path = mkdtempSync(join(tmpdir(), "molva-http-"));
  const store = await openStore({ path, migrations: [] });
  const server = await serveClickHouse({ store, port: 0, users: [WRITER, READER], limits });
  return {
    server,
    store,
    path,
    close: async () => {
      await server.close();
      await store.close();
      rmSync(path, { recursive: true, force: true });
    },
  };
};

export const as = (user: { readonly name: string; readonly password: string }): Readonly<Record<string, string>> => ({
  "X-ClickHouse-User": user.name,
  "X-ClickHouse-Key": user.password,
});

export interface Answered {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** Of the header: null when it is no error. */
  readonly code: number | null;
}

/** One request; `search` is what stands behind the `?`. */
export const ask = async (
  server: ClickHouseServer,
  search: Readonly<Record<string, string>>,
  init: RequestInit = {},
): Promise<Answered> => {
  const response = await fetch(`${server.url}/?${new URLSearchParams(search).toString()}`, init);
  const code = response.headers.get("x-clickhouse-exception-code");
  return {
    status: response.status,
    headers: response.headers,
    text: await response.text(),
    code: code === null ? null : Number(code),
  };
};
