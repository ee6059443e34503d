import { defineConfig } from "vitest/config";

/** Tests read the packages' sources, not what was built: a stale `dist` can fool nobody. */
export const packageTests = (overrides: { readonly testTimeout?: number } = {}): ReturnType<typeof defineConfig> =>
  defineConfig({
    resolve: { conditions: ["source"] },
    ssr: { resolve: { conditions: ["source"] } },
    test: {
      include: ["tests/**/*.test.ts"],
      testTimeout: overrides.testTimeout ?? 30_000,
      hookTimeout: 60_000,
      pool: "forks",
      maxWorkers: 2,
    },
  });
