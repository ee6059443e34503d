import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { relative } from "node:path";
import type { Reporter, TestModule } from "vitest/node";

const ROOT = import.meta.dirname;

interface Failure {
  readonly where: string;
  readonly errors: readonly string[];
}

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

/** What failed, kept in a file a package: `npm test` repeats it after the last line of all packages (scripts/test.mjs). */
export const keepFailures = (): Reporter => {
  const place = relative(ROOT, process.cwd());
  const folder = `${ROOT}/.setup/failures`;
  const file = `${folder}/${place.replaceAll("/", "-")}.json`;
  return {
    onTestRunStart: () => rmSync(file, { force: true }),
    onTestRunEnd: (modules, unhandled) => {
      const failures = modules.flatMap(ofModule);
      if (unhandled.length > 0) failures.push({ where: `outside of a test, in ${place}`, errors: unhandled.map(told) });
      if (failures.length === 0) return;
      mkdirSync(folder, { recursive: true });
      writeFileSync(file, JSON.stringify(failures));
    },
  };
};
