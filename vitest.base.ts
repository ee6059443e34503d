import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { relative } from "node:path";
import { defineConfig } from "vitest/config";
import type { Reporter, TestModule } from "vitest/node";

const ROOT = import.meta.dirname;

/** What failed, kept in a file a package: `npm test` repeats it after the last line of all packages (scripts/test.mjs). */
const keepFailures = (): Reporter => {
  const folder = `${ROOT}/.setup/failures`;
  const file = `${folder}/${relative(ROOT, process.cwd()).replaceAll("/", "-")}.json`;
  type Failure = { readonly where: string; readonly errors: readonly string[] };
  const told = (error: {
    readonly message: string;
    readonly stack?: string | undefined;
    readonly diff?: string | undefined;
  }): string => {
    const frames = (error.stack ?? "")
      .split("\n")
      .filter((line) => /^\s+at /.test(line) && !/node_modules|<anonymous>/.test(line));
    return [error.message, ...frames, ...(error.diff === undefined ? [] : [error.diff])].join("\n");
  };
  const ofModule = (module: TestModule): Failure[] => {
    const name = relative(ROOT, module.moduleId);
    const failed: Failure[] = [];
    if (module.errors().length > 0) failed.push({ where: name, errors: module.errors().map(told) });
    for (const suite of module.children.allSuites())
      if (suite.errors().length > 0)
        failed.push({ where: `${name} > ${suite.fullName}`, errors: suite.errors().map(told) });
    for (const test of module.children.allTests("failed"))
      failed.push({ where: `${name} > ${test.fullName}`, errors: (test.result().errors ?? []).map(told) });
    return failed;
  };
  return {
    onTestRunStart: () => rmSync(file, { force: true }),
    onTestRunEnd: (modules, unhandled) => {
      const failures = modules.flatMap(ofModule);
      if (unhandled.length > 0)
        failures.push({ where: `outside of a test, in ${relative(ROOT, process.cwd())}`, errors: unhandled.map(told) });
      if (failures.length === 0) return;
      mkdirSync(folder, { recursive: true });
      writeFileSync(file, JSON.stringify(failures));
    },
  };
};

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
