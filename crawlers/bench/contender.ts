import { crawlByCrawlee, crawlByMolva, withSite } from "./site.ts";

/** One contender in a process of its own, for its memory to be its own. Prints one line of JSON. */
const PAGES = 300;
const crawl = process.argv[2] === "crawlee" ? crawlByCrawlee : crawlByMolva;
await withSite(PAGES, async (site, urls) => {
  await crawl(site, urls.slice(0, 5)); // loading and compiling are not what is measured
  const began = performance.now();
  const mentions = await crawl(site, urls);
  const seconds = (performance.now() - began) / 1000;
  const peakMemory = Math.round(process.resourceUsage().maxRSS / 1024);
  console.log(JSON.stringify({ count: PAGES, mentions, perSecond: Math.round(PAGES / seconds), peakMemory }));
});
