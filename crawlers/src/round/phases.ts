import type { Job } from "../crawl.ts";

/** Each host has its own queue, so that a slow or sick one stands before nobody; browser pages share one browser. */
export const runPhases = async <J extends Job>(
  first: readonly J[],
  deferred: J[],
  signal: AbortSignal,
  run: {
    http(jobs: readonly J[]): Promise<void>;
    browser(jobs: readonly J[]): Promise<void>;
    readonly hosts: number;
  },
): Promise<void> => {
  let jobs = first;
  while (jobs.length > 0) {
    const plain = jobs.filter(({ request }) => request.transport === "http");
    const rendered = jobs.filter(({ request }) => request.transport === "browser");
    const groups = new Map<string, J[]>();
    for (const job of plain) {
      const { host } = new URL(job.request.url);
      groups.set(host, [...(groups.get(host) ?? []), job]);
    }
    const byHost = [...groups.values()];
    const lanes = Array.from({ length: Math.min(run.hosts, byHost.length) }, async () => {
      for (let group = byHost.shift(); group !== undefined; group = byHost.shift()) await run.http(group);
    });
    await Promise.all([...lanes, ...(rendered.length > 0 ? [run.browser(rendered)] : [])]);
    jobs = signal.aborted ? [] : deferred.splice(0);
  }
};
