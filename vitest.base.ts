import { readFileSync } from "node:fs";
import { defineConfig } from "vitest/config";
import { keepFailures } from "./vitest.failures.ts";

const ROOT = import.meta.dirname;

/** Whether the package has property tests: the others need not load what they are made with. */
const hasProperties = (): boolean => readFileSync(`${process.cwd()}/package.json`, "utf8").includes('"fast-check"');

/** Tests read the packages' sources, not what was built: a stale `dist` can fool nobody. */
export const packageTests = (overrides: { readonly testTimeout?: number } = {}): ReturnType<typeof defineConfig> =>
  defineConfig({
    resolve: { conditions: ["source"] },
    ssr: { resolve: { conditions: ["source"] } },
    test: {
      include: ["tests/**/*.test.ts"],
      setupFiles: hasProperties() ? [`${ROOT}/vitest.cases.ts`] : [],
      // For what hangs: on a machine that many share, what is usual takes five times as long.
      testTimeout: overrides.testTimeout ?? 120_000,
      hookTimeout: 120_000,
      pool: "forks",
      maxWorkers: 2,
      reporters: ["default", keepFailures()],
    },
  });
