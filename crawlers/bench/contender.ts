import { crawlByCrawlee, crawlByMolva, withSite } from "./site.ts";

/** One contender in a process of its own, for its memory to be its own: `molva`, `crawlee`, or `limited`. Prints one line of JSON. */
const PAGES = 300;
/** Requests a minute that `limited` may make: what it reaches is set against it. */
const LIMIT = 1500;
const contender = process.argv[2];
const pages = contender === "limited" ? 200 : PAGES;
await withSite(pages, async (site, urls) => {
  const crawl = async (some: readonly string[]): Promise<number> =>
    contender === "crawlee"
      ? crawlByCrawlee(site, some)
      : crawlByMolva(site, some, contender === "limited" ? LIMIT : Infinity);
  await crawl(urls.slice(0, 20)); // loading and compiling are not what is measured
  const asked = site.requests.length;
  const began = performance.now();
  const mentions = await crawl(urls);
  const seconds = (performance.now() - began) / 1000;
  const peakMemory = Math.round(process.resourceUsage().maxRSS / 1024);
  const times = site.requests.slice(asked).filter(({ path }) => path !== "/robots.txt");
  const between = ((times.at(-1)?.at ?? 0) - (times[0]?.at ?? 0)) / 1000 / Math.max(1, times.length - 1);
  const ofLimit = contender === "limited" ? { limit: LIMIT / 60, reached: 1 / between } : {};
  console.log(
    JSON.stringify({ count: pages, mentions, perSecond: Math.round(pages / seconds), peakMemory, ...ofLimit }),
  );
});
