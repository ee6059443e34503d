import { readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { instantSchema, type Brand, type Clock } from "@molva/contracts";
import type { DemoSite } from "@molva/demo";
import type { Config } from "@molva/platform";
import { z } from "zod";

const stateSchema = z.object({ anchor: instantSchema, port: z.int().min(1).max(65_535) });
const STATE_FILE = "demo.json";

/** The demo's brands, without their little web being served: for commands that only name them. */
export const demoBrands = async (): Promise<readonly Brand[]> =>
  (await import("@molva/demo")).brandsAt("http://127.0.0.1");

const demoConfigAt = (site: Pick<DemoSite, "brands" | "port">): Config => ({
  timezone: "UTC",
  brands: site.brands,
  crawl: {
    every: 20_000,
    everyOfSource: {},
    proxies: [],
    requestsPerMinute: { [`127.0.0.1:${site.port}`]: 6_000 },
    allowPrivateHosts: [`127.0.0.1:${site.port}`],
    timeoutSeconds: 30,
    maxPageMegabytes: 10,
  },
  classifier: { model: "fast" },
  topics: {},
  retention: { text: 400 * 86_400_000, log: 30 * 86_400_000, pages: 14 * 86_400_000 },
  server: { host: "127.0.0.1", port: 7400 },
  alerts: {
    every: 20_000,
    fresh: 6 * 3_600_000,
    warningsPerWeek: 2,
    digestHour: 9,
    closeAfter: 6 * 3_600_000,
    criticalReach: 100_000,
    words: { safety: [], law: [] },
    channels: [],
  },
  report: {
    day: "monday",
    hour: 8,
    catchUp: 3 * 86_400_000,
    pdf: false,
    recipients: [],
    channels: [],
    competitors: {},
  },
});

/**
 * The demo's web, opened when it is first asked for. Its ninety days end when the data folder first saw it, and it comes
 * back at the same port, so that started again it shows the same mentions at the same addresses.
 */
export const openDemo = ({ dataDir, clock }: { readonly dataDir: string; readonly clock: Clock }) => {
  const file = join(dataDir, STATE_FILE);
  let opening: Promise<DemoSite> | null = null;
  const open = async (): Promise<DemoSite> => {
    const text = await readFile(file, "utf8").catch(() => null);
    const known = text === null ? null : stateSchema.safeParse(JSON.parse(text)).data;
    const anchor = known?.anchor ?? clock();
    const { startDemoSite } = await import("@molva/demo");
    const site = await startDemoSite({ anchor, clock, port: known?.port ?? 0 }).catch((error: unknown) => {
      if (known === undefined || known === null) throw error;
      return startDemoSite({ anchor, clock }); // its port was taken meanwhile; identities do not hold it
    });
    await writeFile(`${file}.new`, `${JSON.stringify({ anchor, port: site.port })}\n`, { flush: true });
    await rename(`${file}.new`, file);
    return site;
  };
  return {
    config: async (): Promise<Config> => demoConfigAt(await (opening ??= open())),
    close: async (): Promise<void> => {
      const site = await opening?.catch(() => null);
      await site?.close();
    },
  };
};
