import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { pythonWithClickHouse } from "@molva/testing";
import { describe, expect, it } from "vitest";
import { serve } from "./http-support/served.ts";

const TOUR = fileURLToPath(new URL("http-support/clickhouse_connect_tour.py", import.meta.url));

/** What it must print; null stands for a machine without Python, which a test in CI never is. */
const tour = async (python: string | null): Promise<unknown> => {
  if (python === null) return null;
  const served = await serve();
  try {
    const { stdout } = await promisify(execFile)(python, [TOUR, String(served.server.port)]);
    return JSON.parse(stdout) as unknown;
  } finally {
    await served.close();
  }
};

describe("Python's clickhouse-connect", () => {
  it(
    "connects, binds parameters, inserts, streams, keeps a session, compresses each way, and gets the engine's codes (left out where there is no Python, never in CI)",
    { timeout: 400_000 },
    async () => {
      const python = await pythonWithClickHouse(process.env["CI"] !== undefined);
      const expected = {
        version: true,
        timezone: "UTC",
        parameters: true,
        first: true,
        session: 7,
        setting: 77,
        "setting after": 0,
        streamed: 300_000,
        empty: 0,
        codes: [60, 62, 497, 395, 60],
        compressed: {
          lz4: [6_000, 6_000],
          zstd: [11_000, 11_000],
          gzip: [16_000, 16_000],
          False: [21_000, 21_000],
        },
        "reader reads": 21_000,
        "reader codes": [164, 164],
        "wrong password": 516,
      };
      expect(await tour(python)).toEqual(python === null ? null : expected);
    },
  );
});
