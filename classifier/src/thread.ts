import { Worker } from "node:worker_threads";

const SOURCE = import.meta.url.endsWith(".ts");

/** A thread of this package that runs the module of this path below src, without ending. Nobody waits for it at the end of a process. */
export const startThread = (module: string, workerData: unknown): Worker => {
  const worker = SOURCE ? fromSource(module, workerData) : fromBuilt(module, workerData);
  worker.unref();
  return worker;
};

const fromBuilt = (module: string, workerData: unknown): Worker =>
  new Worker(new URL(`./${module}.js`, import.meta.url), { workerData });

/** What is built is run by Node alone; sources (tests, benches) need tsx, which has to be told anew in each thread. */
const fromSource = (module: string, workerData: unknown): Worker => {
  const tsx = JSON.stringify(import.meta.resolve("tsx/esm/api"));
  const entry = JSON.stringify(new URL(`./${module}.ts`, import.meta.url).href);
  return new Worker(`import(${tsx}).then((tsx) => { tsx.register(); return import(${entry}); });`, {
    eval: true,
    workerData,
  });
};
