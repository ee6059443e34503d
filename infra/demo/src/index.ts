export { BAD_WEEK, demoTruth, HISTORY_DAYS, type DemoTruth } from "./archive.ts";
export { brandsAt } from "./brands.ts";
export { startDemoSite, type DemoSite, type DemoSiteOptions } from "./site.ts";
