export { brandsAt } from "./brands.ts";
export { BAD_WEEK, HISTORY_DAYS } from "./calendar.ts";
export { startDemoSite, type DemoSite, type DemoSiteOptions } from "./site.ts";
export { demoTruth, type DemoTruth } from "./truth.ts";
